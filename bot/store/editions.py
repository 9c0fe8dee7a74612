"""Editions: every version of everything admins configure, never changed once written."""

from datetime import datetime
from functools import lru_cache

from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.columns import Moment
from config.organisation import Organisation


class NoEdition(Exception):
    """Nothing was configured yet."""


class Edition(SQLModel, table=True):
    """One immutable version. `live` says whether everybody is asked, or the pilot people only."""

    number: int | None = Field(default=None, primary_key=True)
    content: str
    live: bool = False
    author: str
    note: str
    written_at: datetime = Field(sa_type=Moment)

    @property
    def organisation(self) -> Organisation:
        """What it holds."""
        return _parsed(self.content)


@lru_cache(maxsize=16)
def _parsed(content: str) -> Organisation:
    return Organisation.model_validate_json(content)


@lru_cache(maxsize=16)
def _within_cycle(now: str, began: str) -> Organisation:
    return _parsed(now).within_cycle(_parsed(began))


def latest(session: Session) -> Edition:
    """The edition in force. Raises NoEdition."""
    edition = latest_or_none(session)
    if edition is None:
        raise NoEdition
    return edition


_LATEST = select(Edition).order_by(col(Edition.number).desc()).limit(1)


def latest_or_none(session: Session) -> Edition | None:
    """The edition in force, where there is one."""
    return session.exec(_LATEST).first()


def in_force_since(session: Session, edition: Edition) -> datetime:
    """When the pilot, or everybody being asked, began."""
    alike = select(Edition.written_at).where(Edition.live == edition.live)
    return session.exec(alike.order_by(col(Edition.number)).limit(1)).one()


def within_cycle(session: Session, began: int) -> Organisation:
    """Today's organisation as a cycle sees it that began with an earlier edition."""
    now = latest(session)
    if now.number == began:
        return now.organisation
    old = session.get_one(Edition, began)
    return _within_cycle(now.content, old.content)


def write(
    session: Session, organisation: Organisation, *, live: bool, author: str, note: str, now: datetime
) -> Edition:
    """A new edition."""
    content = organisation.model_dump_json(by_alias=True, exclude_none=True)
    edition = Edition(content=content, live=live, author=author, note=note, written_at=now)
    session.add(edition)
    session.flush()
    return edition
