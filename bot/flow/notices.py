"""What an administrator is told, in the admin channel: what could not be delivered, and what to do about it.

Never who answered, and never more about a person than that one of their accounts cannot be reached.
"""

from datetime import datetime

from sqlmodel import Session

from bot.store import editions, outbox
from bot.store.outbox import Kind, OutgoingRow
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


def tell(session: Session, cause: str, key: str, now: datetime, **values: object) -> None:
    """Post a line from the catalogue; the same cause is told once."""
    organisation = editions.latest(session).organisation
    platform, _, address = organisation.admin_channel.partition(":")
    line = say(key, organisation.language, **values)
    outbox.put(
        session,
        OutgoingRow(
            id=f"notice:{cause}", kind=Kind.NOTICE, platform=platform, address=address, lines=[line], not_before=now
        ),
    )
