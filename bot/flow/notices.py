"""What an administrator is told, in the admin channel: what could not be delivered, and what to do about it.

Never who answered, and never more about a person than that one of their accounts cannot be reached.
"""

from datetime import datetime

from sqlmodel import Session

from bot.core.platform import Moved
from bot.store import editions, outbox
from bot.store.outbox import Kind, OutgoingRow
from bot.store.rounds import Missed
from config.texts import say


def undelivered(session: Session, row: OutgoingRow, reason: str, now: datetime, *, permanent: bool) -> None:
    """A message that will not be tried again. A notice that cannot be delivered brings no further notice."""
    if row.kind is Kind.NOTICE:
        return
    if row.invitation is None:
        tell(session, f"undelivered:{row.id}", "notice.undelivered", now, channel=row.address, reason=reason)
    elif permanent:
        where = {"platform": row.platform, "address": row.address}
        tell(session, f"unreachable:{row.platform}:{row.address}", "notice.unreachable", now, **where, reason=reason)
    else:  # a platform that is down fails for hundreds of people: told once a day
        tell(session, f"down:{row.platform}:{now:%Y-%m-%d}", "notice.down", now, platform=row.platform, reason=reason)


def missed(session: Session, missed: Missed, now: datetime) -> None:
    """A round that nobody could open."""
    organisation = editions.latest(session).organisation
    day = missed.due.astimezone(organisation.zone)
    language = organisation.language
    due = say("date.day", language, day=day.day, month=say(f"month.m{day.month}", language))
    cause = f"missed:{missed.survey}:{missed.due:%Y-%m-%d}:{'pilot' if missed.pilot else 'live'}"
    tell(session, cause, "notice.missed", now, number=missed.number, survey=missed.survey, due=due)


def moved(session: Session, event: Moved, now: datetime) -> None:
    """A channel of ours has another address."""
    organisation = editions.latest(session).organisation
    channel, to = (f"{event.platform}:{address}" for address in (event.address, event.to))
    ours = {organisation.admin_channel, organisation.test_channel, *(d.channel for d in organisation.departments)}
    if channel in ours:
        tell(session, f"moved:{channel}:{event.to}", "notice.moved", now, channel=channel, to=to)


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
