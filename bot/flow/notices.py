"""What an administrator is told, in the admin channel: what could not be delivered, and what to do about it.

Never who answered, and never more about a person than that one of their accounts cannot be reached.
"""

from datetime import datetime

from sqlmodel import Session

from bot.core import moments
from bot.core.platform import Moved, Refusal
from bot.store import editions, outbox
from bot.store.holds import Hold
from bot.store.outbox import Kind, OutgoingRow
from bot.store.pauses import Pause
from bot.store.rounds import Missed, Reason
from config.texts import say

_HELD = frozenset(Refusal) - {Refusal.REVOKED}
_PAUSED = frozenset({Refusal.REVOKED, Refusal.SCOPE, Refusal.ENCRYPTED})


def remedy_of_hold(reason: str) -> str:
    """The text that says why a channel refuses messages and what to do; a general one for a reason we do not know."""
    return f"notice.held_{reason}" if reason in _HELD else "notice.held_other"


def remedy_of_pause(reason: str) -> str:
    """The same for a platform that refuses them all."""
    return f"notice.paused_{reason}" if reason in _PAUSED else "notice.paused_other"


def held(session: Session, row: OutgoingRow, hold: Hold, now: datetime) -> None:
    """A channel that refuses its messages, which wait."""
    cause = f"held:{hold.channel}:{_second(hold.since)}:{hold.reason}"
    values = {"channel": hold.channel, "platform": row.platform, "reason": hold.reason}
    _tell_with_remedy(session, cause, "notice.held", remedy_of_hold(hold.reason), now, **values)


def paused(session: Session, pause: Pause, now: datetime) -> None:
    """A platform that is left alone for a while."""
    remedy = remedy_of_pause(pause.reason)
    cause = f"paused:{pause.platform}:{_second(pause.since)}:{remedy}"
    values = {"platform": pause.platform, "reason": pause.reason}
    _tell_with_remedy(session, cause, "notice.paused", remedy, now, **values)


def undelivered(session: Session, row: OutgoingRow, reason: str, now: datetime, *, permanent: bool) -> None:
    """A message to a person that will not be tried again."""
    if permanent:
        where = {"platform": row.platform, "address": row.address}
        tell(session, f"unreachable:{row.platform}:{row.address}", "notice.unreachable", now, **where, reason=reason)
    else:  # a platform that is down fails for hundreds of people: told once a day
        tell(session, f"down:{row.platform}:{now:%Y-%m-%d}", "notice.down", now, platform=row.platform, reason=reason)


def missed(session: Session, missed: Missed, now: datetime) -> None:
    """A round that is never opened."""
    organisation = editions.latest(session).organisation
    due = moments.day(missed.due.astimezone(organisation.zone), organisation.language)
    cause = f"missed:{missed.survey}:{missed.due:%Y-%m-%d}:{'pilot' if missed.pilot else 'live'}"
    key = "notice.missed_paused" if missed.reason is Reason.PAUSED else "notice.missed"
    tell(session, cause, key, now, number=missed.number, survey=missed.survey, due=due)


def moved(session: Session, event: Moved, now: datetime) -> None:
    """A channel of ours has another address."""
    organisation = editions.latest(session).organisation
    channel, to = (f"{event.platform}:{address}" for address in (event.address, event.to))
    if channel in organisation.channels:
        tell(session, f"moved:{channel}:{event.to}", "notice.moved", now, channel=channel, to=to)


def _tell_with_remedy(session: Session, cause: str, key: str, remedy: str, now: datetime, **values: object) -> None:
    language = editions.latest(session).organisation.language
    tell(session, cause, key, now, **values, remedy=say(remedy, language, **values))


def _second(moment: datetime) -> int:
    return int(moment.timestamp())


def tell(session: Session, cause: str, key: str, now: datetime, **values: object) -> None:
    """Post a line from the catalogue; the same cause is told once."""
    organisation = editions.latest(session).organisation
    platform, _, address = organisation.admin_channel.partition(":")
    line = say(key, organisation.language, **values)
    outbox.put(
        session,
        OutgoingRow(
            id=named(cause), kind=Kind.NOTICE, platform=platform, address=address, lines=[line], not_before=now
        ),
    )


def named(cause: str) -> str:
    """The id of the notice with this cause."""
    return f"notice:{cause}"
