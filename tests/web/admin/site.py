"""A town with its admin pages, and browsers of people with each role."""

import asyncio
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from httpx import ASGITransport, AsyncClient, Response

from bot.app import Klankbord, StoredRooms
from bot.core.timing import window
from bot.flow import signing_in
from bot.platforms.webchat import WebChat
from bot.store import editions
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.store.people import Account, Person
from bot.web.server import application
from config.organisation import Organisation
from config.roles import Roles
from tests.scenarios.town import organisation

ADDRESS = "http://testserver"
NOW = datetime.fromisoformat("2026-09-01T08:00:00+00:00")
PEOPLE = {"admin": "Anna de Boer", "lead": "Lea Vos", "reader": "Rik Maas", "nobody": "Noor Smit"}
LED = "ict"


@dataclass
class Clock:
    """A time that a test sets."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now

    def goes_on(self, **by: float) -> None:
        """So much later."""
        self.now += timedelta(**by)


class _Inputs(HTMLParser):
    """The fields of the forms of a page, and the buttons' values."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value if value is not None else "" for name, value in attrs}
        name = found.get("name", "")
        if tag == "input" and name and (found.get("type") != "checkbox" or "checked" in found):
            self.fields[name] = found.get("value", "")
        if tag == "textarea":
            self._area, self.fields[name] = name, ""
        if tag == "select":
            self._select = name
        if tag == "option" and self._select and ("selected" in found or self._select not in self.fields):
            self.fields[self._select] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._area = None if tag == "textarea" else self._area
        self._select = None if tag == "select" else self._select

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.fields[self._area] += data


def fields(page: Response) -> dict[str, str]:
    """What would be sent by the forms of a page as it stands."""
    inputs = _Inputs()
    inputs.feed(page.text)
    return inputs.fields


@dataclass
class Visitor:
    """A browser."""

    client: AsyncClient
    runner: asyncio.Runner = field(repr=False)
    csrf: str = ""

    def request(self, method: str, path: str, **others: Any) -> Response:
        """Anything."""
        return self.runner.run(self.client.request(method, path, **others))

    def get(self, path: str) -> Response:
        """Look at a page."""
        page = self.request("GET", f"/admin{path}")
        self.csrf = fields(page).get("csrf", self.csrf)
        return page

    def post(self, path: str, sent: Mapping[str, str] | None = None, **others: Any) -> Response:
        """Send a form of one's own."""
        data = {"csrf": self.csrf, **(sent or {})}
        page = self.request("POST", f"/admin{path}", data=data, **others)
        self.csrf = fields(page).get("csrf", self.csrf)
        return page

    def changes(self, path: str, **changed: str) -> Response:
        """Look at a form, change some fields (`__` for a dot), and send it."""
        now = fields(self.get(path))
        return self.post(path, {**now, **{name.replace("__", "."): value for name, value in changed.items()}})

    def agrees(self, path: str, proposal: Response, note: str = "") -> Response:
        """Save what was shown."""
        return self.post(path, {**fields(proposal), "note": note})


@dataclass
class Site:
    """What runs, and who looks at it."""

    klankbord: Klankbord
    clock: Clock
    runner: asyncio.Runner = field(repr=False)

    @property
    def database(self) -> Database:
        """Where all is kept."""
        return self.klankbord.database

    @property
    def today(self) -> Organisation:
        """The organisation in force."""
        with self.database.transaction(reading=True) as session:
            return editions.latest(session).organisation

    def opens(self) -> None:
        """The first round does."""
        self.clock.now = window(self.today.surveys[0].rhythm, 0, self.today).opens_at + timedelta(seconds=1)
        self.runner.run(self.klankbord.keep_roles())
        self.runner.run(self.klankbord.tick())

    def browser(self) -> Visitor:
        """A browser that nobody signed in with."""
        app = application([*self.klankbord.platforms.values(), self.klankbord.admin])
        client = AsyncClient(transport=ASGITransport(app), base_url=ADDRESS, follow_redirects=True)
        return Visitor(client, self.runner)

    def link(self, person: str | None) -> str:
        """The path of a fresh link."""
        with self.database.transaction() as session:
            return f"/enter/{signing_in.link(session, person, 'host', self.clock.now)}"

    def visitor(self, person: str | None = "admin") -> Visitor:
        """A browser of somebody who signed in; None is who has the host."""
        browser = self.browser()
        assert browser.post(self.link(person)).status_code == 200
        return browser


@contextmanager
def site(where: Path | str, made: Organisation | None = None, *, live: bool = False) -> Iterator[Site]:
    """A town in a folder or at a URL, whose people have the roles they are called by; it lives as long as the block."""
    given = made or roles(organisation("webchat"))
    clock = Clock()
    database = Database(where / "klankbord.sqlite3" if isinstance(where, Path) else where, durable=False)
    database.migrate()
    with database.transaction() as session:
        editions.write(session, given, live=live, author="test", note="", now=clock.now)
        for key, name in PEOPLE.items():
            session.add(Person(key=key, name=name, language="nl", timezone="Europe/Amsterdam"))
            session.flush()
            session.add(Account(platform="webchat", address=key, person=key))
    webchat = WebChat(StoredRooms(database, clock), secure=False, zone=given.zone)
    keyring = Keyring([Keyring.new_key()])
    klankbord = Klankbord(database, keyring, {"webchat": webchat}, clock, random.Random(1), ADDRESS)
    with asyncio.Runner() as runner:
        yield Site(klankbord, clock, runner)
    database.close()


def roles(given: Organisation) -> Organisation:
    """The same, in which the people of PEOPLE have their roles."""
    led = tuple(one.model_copy(update={"lead": "lead"}) if one.key == LED else one for one in given.departments)
    named = Roles(admins=("admin",), readers=("reader",))
    return given.changed(departments=led, roles=named)
