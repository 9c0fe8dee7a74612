"""What a personal link opens: a chat or channel in the browser, or the way to Telegram or Matrix for who has yet to
join there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from sqlmodel import Session

from bot.commands.ready import refuse
from bot.store import chats, directory, joining
from bot.store.directory import Door
from bot.store.people import Person, by_address, some
from config.organisation import Organisation
from config.texts import say
from config.words import Language


class Way(NamedTuple):
    """What somebody gets: a link, and where that cannot say who they are a code to type there."""

    link: str
    code: str = ""


class Entrance(Protocol):
    """One kind of personal link."""

    @property
    def name(self) -> str:
        """Of the platform that it leads to."""

    @property
    def valid(self) -> timedelta | None:
        """For how long it can be used; None until it is revoked."""

    def all(self, session: Session) -> Iterable[Door]:
        """Everybody and everything that can have one."""

    def without(self, session: Session, now: datetime) -> Iterable[Door]:
        """Who needs one."""

    def way(self, session: Session, door: Door, now: datetime) -> Way:
        """A new one; it ends the one before."""

    def take_back(self, session: Session, door: Door) -> None:
        """A link that nobody got to know."""

    def end(self, session: Session, door: Door) -> None:
        """Nobody comes in as this person or channel any more, also who came in before."""


@dataclass(frozen=True)
class WebChat:
    """Into the web chat: everybody who has an account there, and the channels that are not a department's."""

    organisation: Organisation
    words: Language
    address: str
    name: str = chats.WEBCHAT
    valid: timedelta | None = None

    def all(self, session: Session) -> list[Door]:
        """Channels first. A channel with the address of a person ends the command."""
        return directory.doors(session, self._channels(session), self.organisation.language)

    def without(self, session: Session, now: datetime) -> list[Door]:
        """Who has no link."""
        return [door for door in self.all(session) if not door.linked]

    def way(self, session: Session, door: Door, now: datetime) -> Way:
        """Behind the address of the web chat."""
        return Way(f"{self.address}/join/{chats.new_link(session, door.address)}")

    def take_back(self, session: Session, door: Door) -> None:
        """As if it had never been."""
        chats.revoke(session, door.address)

    def end(self, session: Session, door: Door) -> None:
        """Whoever is in is logged out."""
        chats.revoke(session, door.address)

    def _channels(self, session: Session) -> Mapping[str, str]:
        channels = {}
        head = self.organisation
        titles = {
            "admin_channel": head.admin_channel,
            "test_channel": head.test_channel,
            "report_channel": head.report.channel,
        }
        for title, channel in titles.items():
            platform, _, address = (channel or "").partition(":")
            if platform != self.name:
                continue
            person = by_address(session, self.name, address)
            if person is not None:
                refuse("people.channel_is_person", self.words, channel=address, who=person.key)
            channels[address] = say(f"people.{title}", self.words)
        return channels


@dataclass(frozen=True)
class _Joining:
    """To a chat service: the account of who comes with it is tied to the person it was made for, once."""

    bot: str  # as it is called there
    name: str = ""
    valid: timedelta | None = joining.VALID

    def all(self, session: Session) -> list[Door]:
        """Everybody, by key."""
        return [_door(person) for person in some(session)]

    def without(self, session: Session, now: datetime) -> list[Door]:
        """Who has neither joined nor a link that can still be used."""
        return [_door(person) for person in joining.without(session, self.name, now)]

    def take_back(self, session: Session, door: Door) -> None:
        """Who had joined stays."""
        joining.end_links(session, self.name, door.key)

    def end(self, session: Session, door: Door) -> None:
        """Who had joined is a stranger again."""
        joining.end(session, self.name, door.key)


@dataclass(frozen=True)
class Telegram(_Joining):
    """The app of who opens the link says by itself whose it is."""

    name: str = "telegram"

    def way(self, session: Session, door: Door, now: datetime) -> Way:
        """As t.me has them."""
        return Way(f"https://t.me/{self.bot}?start={joining.new_link(session, self.name, door.key, now)}")


@dataclass(frozen=True)
class Matrix(_Joining):
    """The link leads everybody to the bot; the code that they type there says who they are."""

    name: str = "matrix"

    def way(self, session: Session, door: Door, now: datetime) -> Way:
        """As any Matrix client opens it (spec.matrix.org, matrix.to navigation)."""
        return Way(f"https://matrix.to/#/{self.bot}", joining.new_typed(session, self.name, door.key, now))


def _door(person: Person) -> Door:
    return Door(person.key, person.name, "", person.language, linked=False)
