"""Platforms that took nothing several times in a row: they are left alone for a while, then tried with one message."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, select

from bot.core.pacing import LONGEST_PAUSE, pause_for
from bot.store.columns import Moment


class Pause(SQLModel, table=True):
    """A platform that is down, as far as we can tell."""

    platform: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Moment)
    until: datetime = Field(sa_type=Moment)
    times: int  # tried again in vain
    reason: str = ""  # why, the last time


def of(session: Session, platform: str) -> Pause | None:
    """Whether a platform is paused."""
    return session.get(Pause, platform)


def current(session: Session) -> list[Pause]:
    """Every platform that is paused."""
    return list(session.exec(select(Pause).order_by(Pause.platform)))


def lasts(pause: Pause, now: datetime) -> bool:
    """Whether a platform is still to be left alone. No pause is longer than the longest: a clock was set back."""
    return now < pause.until <= now + LONGEST_PAUSE


def pause(session: Session, platform: str, reason: str, now: datetime) -> Pause:
    """Leave a platform alone: a little longer each time."""
    found = session.get(Pause, platform) or Pause(platform=platform, since=now, until=now, times=0)
    found.until = now + pause_for(found.times)
    found.times += 1
    found.reason = reason
    session.add(found)
    return found


def resume(session: Session, platform: str) -> None:
    """It takes messages again."""
    found = session.get(Pause, platform)
    if found is not None:
        session.delete(found)
