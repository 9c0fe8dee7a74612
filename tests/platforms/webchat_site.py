"""A web chat to test: rooms in memory, an office with the real conversation, and a browser without scripts."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from bot.core import conversation, home
from bot.core.actions import decode
from bot.core.ballot import Ballot
from bot.core.platform import Asked, Card, Event, Outgoing, Tap, Typed
from bot.core.setting import Setting
from bot.platforms.webchat import WebChat
from bot.platforms.webchat.rooms import Channel, Message
from config.load import read

EXAMPLE = read(Path(__file__).parents[2] / "config" / "example")
NINE = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)  # nine o'clock in Amsterdam


class Memory:
    """Rooms in memory."""

    def __init__(self) -> None:
        self.links = {"link-anna": "anna", "link-bram": "bram", "link-hr": "#hr"}
        self.sessions: dict[str, str] = {}
        self.kept: dict[str, tuple[str, Message]] = {}
        self.pictures: dict[int, tuple[str, bytes]] = {}
        self.allowed = {"anna": [Channel("#hr", "HR")], "bram": []}

    async def enter(self, token: str) -> str | None:
        if token not in self.links:
            return None
        session = f"session-{len(self.sessions)}-of-{self.links[token]}"
        self.sessions[session] = self.links[token]
        return session

    async def who(self, session: str) -> str | None:
        return self.sessions.get(session)

    async def leave(self, session: str) -> None:
        self.sessions.pop(session, None)

    async def post(self, outgoing: Outgoing) -> str:
        number = len(self.kept) + 1
        at = NINE + timedelta(minutes=5 * number)
        alt = next((attached.alt for attached in outgoing.attachments), "")
        message = Message(number, outgoing.lines, outgoing.invitation, at, outgoing.details, alt)
        for attached in outgoing.attachments:
            self.pictures[number] = (outgoing.address, await attached.content())
        return str(self.kept.setdefault(outgoing.id, (outgoing.address, message))[1].number)

    async def picture(self, number: int) -> tuple[str, bytes] | None:
        return self.pictures.get(number)

    async def posted(self, outgoing: str) -> str | None:
        return str(self.kept[outgoing][1].number) if outgoing in self.kept else None

    async def messages(self, address: str, after: int = 0) -> list[Message]:
        return [message for where, message in self.kept.values() if where == address and message.number > after]

    async def channels(self, address: str) -> list[Channel]:
        return self.allowed.get(address, [])


class Office:
    """Hears as the flow does, for one person with one invitation."""

    def __init__(self, person: str = "anna", invitation: str = "inv1") -> None:
        survey = EXAMPLE.survey("staff")
        self.person, self.heard = person, list[Event]()
        self.setting = Setting(
            invitation=invitation,
            organisation=EXAMPLE,
            survey=survey,
            extra=survey.extra[0],
            first_name="Anna",
            language="nl",
            workplace="",
            since=date(2026, 8, 4),
            opens_at=NINE,
            closes_at=NINE + timedelta(days=10),
            next_turn=date(2026, 10, 27),
            weights={},
            platform="deze webchat",
        )
        self.step = conversation.begin(7, self.setting, introduce=True)

    async def hear(self, event: Event) -> Card | None:
        self.heard.append(event)
        if isinstance(event, Asked):
            return self._asked(event)
        if event.address != self.person or not isinstance(event, Tap | Typed):
            return None
        action = decode(event.action)
        if action is None or action.invitation not in ("0", self.setting.invitation):
            return None
        if action.verb in home.PERSONAL:
            return home.pause_menu("nl") if action.verb == "pause" else conversation.current(*self._now())
        text = event.text if isinstance(event, Typed) else None
        self.step = conversation.hear(self.step.ballot, action, self.setting, text)
        return self.step.card

    def _asked(self, event: Asked) -> Card | None:
        if event.word == "card":
            own = event.address == self.person and event.rest == self.setting.invitation
            return conversation.current(*self._now()) if own else None
        if event.word == "":
            return home.nothing_open("nl", "Anna")
        return home.help_card("nl", "Anna", "Sanne, tel. 2210") if event.word == "help" else None

    def _now(self) -> tuple[Ballot, Setting]:
        return self.step.ballot, self.setting


@dataclass
class Form:
    """One form of a page: where it goes, what it carries, and its buttons by their words."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class Forms(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._button: tuple[str, str] | None = None
        self._words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(values["action"]))
        elif tag == "input":
            self.found[-1].fields[values["name"]] = values.get("value", "")
        elif tag == "button":
            self._button, self._words = (values.get("name", ""), values.get("value", "")), ""

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button:
            self.found[-1].buttons[" ".join(self._words.split())] = self._button
            self._button = None


class Browser:
    """A browser without JavaScript."""

    def __init__(self, chat: WebChat, runner: asyncio.Runner) -> None:
        app = Starlette(routes=chat.routes())
        self.client = AsyncClient(transport=ASGITransport(app), base_url="http://chat.test")
        self.runner = runner
        self.page = ""

    def get(self, path: str, **headers: str) -> Response:
        return self._shown(self.runner.run(self.client.get(path, headers=headers)))

    def post(self, path: str, fields: dict[str, str] | bytes, **headers: str) -> Response:
        body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
        sent = {"content-type": "application/x-www-form-urlencoded"} | headers
        return self._shown(self.runner.run(self.client.post(path, content=body, headers=sent)))

    def tap(self, label: str, **headers: str) -> Response:
        form = next(form for form in Forms(self.page).found if label in form.buttons)
        name, value = form.buttons[label]
        return self.post(form.action, form.fields | ({name: value} if name else {}), **headers)

    def write(self, label: str, text: str, **headers: str) -> Response:
        form = next(form for form in Forms(self.page).found if label in form.buttons)
        return self.post(form.action, form.fields | {"text": text}, **headers)

    @property
    def csrf(self) -> str:
        return Forms(self.page).found[0].fields["csrf"]

    def _shown(self, response: Response) -> Response:
        if response.status_code == 200:
            self.page = response.text
        return response


@dataclass
class Site:
    """The web chat with an office behind it and Anna's browser before it."""

    rooms: Memory
    office: Office
    chat: WebChat
    runner: asyncio.Runner

    def browser(self, link: str = "link-anna") -> Browser:
        browser = Browser(self.chat, self.runner)
        if link:
            assert browser.get(f"/join/{link}").status_code == 303
        return browser

    def send(self, outgoing: Outgoing) -> str:
        return self.runner.run(self.chat.send(outgoing))

    def invite(self, outgoing_id: str = "o1", *lines: str) -> str:
        return self.send(Outgoing(outgoing_id, "anna", lines, card=self.office.step.card, invitation="inv1"))
