"""Channels that refuse messages until somebody mends them: why, and since when. What waits for one is in the outbox."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.columns import Moment
from bot.store.once import insert_once
from bot.store.outbox import CHANNEL, UNSENT, OutgoingRow


class Hold(SQLModel, table=True):
    """One channel. Gone once it takes a message, or nothing waits for it any more."""

    channel: str = Field(primary_key=True)  # platform, colon, address; never a person's chat
    reason: str
    since: datetime = Field(sa_type=Moment)


def hold(session: Session, channel: str, reason: str, now: datetime) -> Hold:
    """A channel refused a message: for the first time, or once more and perhaps for another reason."""
    insert_once(session, Hold(channel=channel, reason=reason, since=now))
    found = session.get_one(Hold, channel)
    found.reason = reason
    session.add(found)
    return found


def current(session: Session) -> list[Hold]:
    """Every channel that refuses messages, by its name."""
    return list(session.exec(select(Hold).order_by(Hold.channel)))


def lift(session: Session, channel: str) -> None:
    """It took a message."""
    session.execute(delete(Hold).where(col(Hold.channel) == channel))


def lift_idle(session: Session) -> None:
    """Forget the channels that nothing waits for: their messages went elsewhere."""
    session.flush()
    waiting = select(CHANNEL).where(col(OutgoingRow.invitation).is_(None), col(OutgoingRow.state).in_(UNSENT))
    session.execute(delete(Hold).where(col(Hold.channel).not_in(waiting)))
