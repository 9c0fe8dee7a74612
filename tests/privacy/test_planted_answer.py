"""Unmistakable answers are planted, over the web chat and through `hear`, and then looked for everywhere.

While the round is open they are nowhere but sealed; when it was counted they are in the answers, without a name.
"""

import asyncio
import logging
import random
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from analysis.answers import Answer, Block
from bot.app import Klankbord, assembled
from bot.core.ballot import At, Ballot, Place
from bot.core.platform import Hear
from bot.core.timing import window
from bot.flow.hearing import hearing
from bot.platforms.webchat import WebChat
from bot.simulation import colleagues
from bot.store import ballots, chats, editions
from bot.store.ballots import Keyring, WrongKeys
from bot.store.database import Database
from bot.store.people import Account, Person
from config.settings import Settings
from tests.platforms.webchat_site import Browser

from . import (
    ANSWERS,
    DEPARTMENT,
    NAMES,
    ORGANISATION,
    PLATFORM,
    QUESTION,
    SERVICE,
    VALUE,
    Phone,
    Row,
    everything,
    on_disk,
)

ON_THE_WEB, BY_HEAR = "wespenwaterval", "mosterdmandoline"  # what the two of them type
ROUND = window(ORGANISATION.surveys[0].rhythm, 0, ORGANISATION)
WHILE_OPEN = ("answered", "reminded", "finished")
SAID = (DEPARTMENT, SERVICE, QUESTION, VALUE, *NAMES.values())


@dataclass(frozen=True)
class Planter:
    """Somebody who answers by hand, with everything that would give them away."""

    key: str
    name: str
    address: str

    def marks(self, world: "World") -> tuple[str, ...]:
        """What a row about them holds."""
        return (self.key, self.name, self.address, world.invitations[self.key])


WENDELA = Planter("p-wendela", "Wendela Grutto", "adres-wendela")
MAURITS = Planter("p-maurits", "Maurits Karekiet", "adres-maurits")


@dataclass
class World:
    """A running Klankbord, and what was seen of it."""

    klankbord: Klankbord
    runner: asyncio.Runner
    clock: list[datetime]
    invitations: dict[str, str] = field(default_factory=dict)
    seen: list[httpx.Response] = field(default_factory=list)  # every request of the browser with its answer
    finished: list[httpx.Response] = field(default_factory=list)  # of which, after finishing
    log: list[str] = field(default_factory=list)
    tables: dict[str, dict[str, list[Row]]] = field(default_factory=dict)  # at each of the moments below
    disk: dict[str, bytes] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The database file."""
        return self.klankbord.database.path

    @property
    def hear(self) -> Hear:
        """What every platform awaits."""
        return hearing(self.klankbord.database, self.klankbord.keyring, lambda: self.clock[0])

    def remember(self, when: str) -> None:
        """Keep what the database holds now."""
        self.tables[when], self.disk[when] = everything(self.path), on_disk(self.path)

    def to(self, moment: datetime) -> None:
        """Do what is due then."""
        self.clock[0] = moment
        self.runner.run(self.klankbord.tick())
        self.runner.run(self.klankbord.send(PLATFORM))

    def browser(self, address: str) -> Browser:
        """Enter with a personal link; remember every request."""
        browser = Browser(cast(WebChat, self.klankbord.platforms[PLATFORM]), self.runner)

        async def remember(response: httpx.Response) -> None:
            await response.aread()
            self.seen.append(response)

        browser.client.event_hooks = {"response": [remember]}
        with self.klankbord.database.transaction() as session:
            link = chats.new_link(session, address)
        browser.get(f"/join/{link}")
        browser.get("/chat")
        return browser


def settle(session: Session, others: list[colleagues.Colleague], now: datetime) -> None:
    """An edition in force, the two planters and their colleagues."""
    editions.write(session, ORGANISATION, live=True, author="test", note="", now=now)
    for one in (WENDELA, MAURITS):
        session.add(Person(key=one.key, name=one.name, language="nl", timezone="Europe/Amsterdam", department=""))
    session.add_all(other.person("nl", "Europe/Amsterdam") for other in others)
    session.flush()
    session.add_all(Account(platform=PLATFORM, address=one.address, person=one.key) for one in (WENDELA, MAURITS))
    session.add_all(other.account(PLATFORM) for other in others)


@contextmanager
def klankbord(folder: Path, others: list[colleagues.Colleague]) -> Iterator[World]:
    """The real thing as `klankbord run` assembles it, just before its first round."""
    clock = [ROUND.opens_at - timedelta(hours=1)]
    database = Database(folder / "klankbord.sqlite3", durable=False)
    database.migrate()
    with database.transaction() as session:
        settle(session, others, clock[0])
    settings = Settings(keys=SecretStr(Keyring.new_key()), data=folder)
    made = assembled(settings, database, lambda: clock[0], random.Random(4))
    with asyncio.Runner() as runner:
        runner.run(made.listen())
        yield World(made, runner, clock)
    database.close()


class Listener(logging.Handler):
    """Keeps every record of every logger, as it would be written down."""

    def __init__(self, log: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Message, traceback and all."""
        self.log.append(f"{record.name} {self.format(record)}")


@contextmanager
def listening(log: list[str]) -> Iterator[None]:
    """Every logger there is, at its most talkative."""
    known = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    levels = {one: one.level for one in (logging.root, *known)}
    listener = Listener(log)
    logging.root.addHandler(listener)
    for one in levels:
        one.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logging.root.removeHandler(listener)
        for one, level in levels.items():
            one.setLevel(level)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One round from its opening to its digests: Wendela answers on the web, Maurits by hear, fourteen others too.

    Maurits is reminded while his tip lies before him, unsent: the moment at which a card tells most.
    """
    rng = random.Random(7)
    others, views = colleagues.town(ORGANISATION, 14, rng), colleagues.opinions(ORGANISATION, rng)
    with klankbord(tmp_path_factory.mktemp("planted"), others) as world, listening(world.log):
        world.to(ROUND.opens_at + timedelta(hours=2))
        world.invitations = {str(row["person"]): str(row["id"]) for row in everything(world.path)["invitation"]}
        on_the_web(world)
        maurits = Phone(world.hear, MAURITS.address)
        world.runner.run(by_hear(maurits))
        world.runner.run(as_they_do(world, others, views))
        world.remember("answered")
        world.to(ROUND.reminds_at + timedelta(hours=2))
        world.remember("reminded")
        world.runner.run(maurits.tap("Versturen", "Klaar"))
        world.remember("finished")
        world.to(ROUND.closes_at)
        browser = world.browser(WENDELA.address)
        world.finished += [browser.get("/chat"), browser.get("/chat/messages?after=0")]
        world.to(ROUND.digests_at)
        world.remember("counted")
        yield world


def on_the_web(world: World) -> None:
    """Wendela reads her card in a browser, answers, gives a tip, and looks at her chat again."""
    browser = world.browser(WENDELA.address)
    for label in ("Begin, 1 minuut", *ANSWERS, f"Tip voor {NAMES[DEPARTMENT]}"):
        assert browser.tap(label).status_code == 200, label
    browser.write("Bekijken", f"Plant {ON_THE_WEB} aan.")
    assert ON_THE_WEB in browser.page
    browser.tap("Versturen")
    browser.tap("Klaar")
    world.finished += [browser.get("/chat"), browser.get("/chat/messages?after=0")]
    assert "Dank je wel, Wendela" in browser.page


async def by_hear(phone: Phone) -> None:
    """Maurits does the same on another platform's way in, until he has to agree to his tip."""
    await phone.open()
    await phone.tap("Begin, 1 minuut", *ANSWERS, f"Tip voor {NAMES[DEPARTMENT]}")
    await phone.write(f"Plant {BY_HEAR} aan.")
    assert any(BY_HEAR in line for line in phone.card.lines)


async def as_they_do(world: World, others: list[colleagues.Colleague], views: dict[str, colleagues.Opinion]) -> None:
    """Enough others for a digest."""
    for other in others:
        phone = Phone(world.hear, other.key)
        await phone.open()
        await colleagues.answer(other, phone.card, world.hear, PLATFORM, views)


def found(what: str, tables: dict[str, list[Row]]) -> set[tuple[str, str]]:
    """The tables and columns that hold these words, also inside a longer text or in bytes."""
    return {
        (table, column)
        for table, rows in tables.items()
        for row in rows
        for column, value in row.items()
        if what.encode() in (value if isinstance(value, bytes) else str(value).encode())
    }


def says_who_dealt_with_what(text: str, marks: tuple[str, ...]) -> bool:
    """Whether a text holds both somebody and what they said, or with whom they dealt."""
    return any(mark in text for mark in marks) and any(said in text for said in SAID)


# --- the database --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", WHILE_OPEN)
@pytest.mark.parametrize("planted", [ON_THE_WEB, BY_HEAR])
def test_while_the_round_is_open_words_are_nowhere_in_clear(world: World, planted: str, when: str) -> None:
    """In no column of no table; and in the bytes of the file and of its log neither."""
    assert len(world.tables[when]["ballot"]) == 16
    assert found(planted, world.tables[when]) == set()
    assert planted.encode() not in world.disk[when]
    assert WENDELA.name.encode() in world.disk[when]  # bytes that are there are found


@pytest.mark.parametrize("planted", [ON_THE_WEB, BY_HEAR])
def test_when_it_was_counted_words_are_answers_and_nothing_else(world: World, planted: str) -> None:
    """In one column of one table."""
    assert found(planted, world.tables["counted"]) == {("answer", "value")}


CARD = ("cardcheck", "department")  # since when its card is true: each department has one


@pytest.mark.parametrize("when", WHILE_OPEN)
def test_while_the_round_is_open_nothing_says_who_deals_with_whom(world: World, when: str) -> None:
    """Answers are in the configuration only; a department also where some work, and in the weights of the draw."""
    tables = world.tables[when]
    assert found(VALUE, tables) == found(SERVICE, tables) == found(QUESTION, tables) == {("edition", "content")}
    assert found(DEPARTMENT, tables) == {("edition", "content"), ("round", "weights"), ("person", "department"), CARD}


def test_when_it_was_counted_answers_are_in_what_is_of_everybody_together(world: World) -> None:
    """Among the answers and in the figures made of them; a department also in its blocks and digests."""
    tables = world.tables["counted"]
    for value in (VALUE, SERVICE):
        assert ("answer", "value") in found(value, tables)
        assert {table for table, _ in found(value, tables)} <= {"answer", "publication", "edition"}
    places = {table for table, _ in found(DEPARTMENT, tables)}
    assert places <= {
        "edition",
        "round",
        "person",
        "answer",
        "block",
        "publication",
        "outgoing",
        "chatmessage",
        "cardcheck",
    }


@pytest.mark.parametrize("planter", [WENDELA, MAURITS])
@pytest.mark.parametrize("when", [*WHILE_OPEN, "counted"])
def test_no_row_holds_somebody_together_with_what_they_said(world: World, planter: Planter, when: str) -> None:
    """Not in the outbox, not in the inbox, and in no other table there is or will be."""
    mine = [
        (table, row)
        for table, rows in world.tables[when].items()
        for row in rows
        if any(mark in str(row) for mark in planter.marks(world))
    ]
    assert {"person", "account", "invitation", "outgoing", "chatmessage"} <= {table for table, _ in mine}
    assert [(t, row) for t, row in mine if says_who_dealt_with_what(str(row), planter.marks(world))] == []


def test_the_inbox_was_used_and_knows_no_more_than_marks(world: World) -> None:
    """One typed event of Wendela's browser: a hash of its number, and a day."""
    assert len(world.tables["answered"]["heard"]) == 1
    (heard,) = world.tables["answered"]["heard"]
    assert set(heard) == {"mark", "day"}
    assert len(str(heard["mark"])) == 32


# --- what leaves the program ---------------------------------------------------------------------------------------


def test_no_log_holds_an_answer(world: World) -> None:
    """Every logger wrote down all it could, with every statement and every row that SQLAlchemy read."""
    assert any("INSERT INTO answer" in line for line in world.log)
    assert any("Row (" in line and WENDELA.name in line for line in world.log)
    assert any("klankbord.counting" in line for line in world.log)
    assert [line for line in world.log if ON_THE_WEB in line or BY_HEAR in line] == []


@pytest.mark.parametrize("planter", [WENDELA, MAURITS])
def test_no_log_holds_somebody_together_with_what_they_said(world: World, planter: Planter) -> None:
    """A line that names somebody names no department that they ticked."""
    marks = planter.marks(world)
    assert [line for line in world.log if says_who_dealt_with_what(line, marks)] == []


def test_our_own_loggers_name_nobody_and_no_department(world: World) -> None:
    """Counts and opaque keys."""
    ours = [line for line in world.log if line.startswith("klankbord.")]
    assert ours
    unwanted = (*SAID, *WENDELA.marks(world), *MAURITS.marks(world))
    assert [line for line in ours if any(word in line for word in unwanted)] == []


def test_no_address_holds_an_answer(world: World) -> None:
    """Addresses end up in histories, proxies and logs: every answer was sent in a form."""
    assert len(world.seen) > 15
    addresses = [str(one.request.url) + one.headers.get("location", "") for one in world.seen]
    assert any(address.endswith("/chat/tap") for address in addresses)
    assert any(address.endswith("/chat/type") for address in addresses)
    assert [address for address in addresses if any(word in address for word in (*SAID, ON_THE_WEB))] == []
    assert any(SERVICE in one.request.content.decode() for one in world.seen)
    forms = [form for one in world.seen for form in re.findall("<form[^>]*>", one.text)]
    assert forms
    assert all('method="post"' in form for form in forms)


def test_a_reminder_keeps_no_card(world: World) -> None:
    """Its row in the outbox and its message in the chat hold the same for everybody."""
    about = world.invitations[MAURITS.key]
    kept = [
        row
        for table in ("outgoing", "chatmessage")
        for row in world.tables["reminded"][table]
        if row["invitation"] == about
    ]
    assert {row.get("kind") for row in kept} >= {"INVITATION", "REMINDER"}
    assert len(kept) == 4
    assert [row for row in kept if any(word in str(row) for word in (*SAID, BY_HEAR, "matig"))] == []


def test_the_chat_shows_nothing_of_it_afterwards(world: World) -> None:
    """Neither right after finishing, nor when the round was counted: not on the page, not in the news."""
    assert [one.status_code for one in world.finished] == [200, 200, 200, 200]
    assert "Dank je wel, Wendela" in world.finished[0].text
    assert "gesloten" in world.finished[2].text
    for response in world.finished:
        shown = f"{response.headers} {response.text}"
        assert [word for word in (*SAID, ON_THE_WEB, "matig", "Snelheid") if word in shown] == []


# --- errors --------------------------------------------------------------------------------------------------------


def told(error: BaseException) -> str:
    """All that an error says: its text, its repr, and the traceback with everything that it came from."""
    log: list[str] = []
    with listening(log):
        logging.getLogger("klankbord.test").error("failed", exc_info=error)
    return "\n".join((str(error), repr(error), *traceback.format_exception(error), *log))


def _twice(session: Session) -> None:
    block = Block(cycle=1, department=DEPARTMENT, first_round=1, last_round=1)
    session.add(block)
    session.flush()
    row = {"key": "k", "question": "text", "value": ON_THE_WEB, "department": DEPARTMENT, "block": block.number}
    session.execute(insert(Answer), [row, row])


def test_an_answer_that_cannot_be_stored_is_not_told(tmp_path: Path) -> None:
    """SQLAlchemy tells a statement's parameters, unless it is asked not to."""
    with klankbord(tmp_path, []) as world:
        with pytest.raises(IntegrityError) as raised:
            world.runner.run(world.klankbord.database.write(_twice))
        said = told(raised.value)
    assert "INSERT INTO answer" in said
    assert ON_THE_WEB not in said


def test_an_answer_that_cannot_be_sealed_away_is_not_told(tmp_path: Path) -> None:
    """The database fails in the middle of a tap; what the web server would write down holds nothing of it."""
    with klankbord(tmp_path, []) as world:
        world.to(ROUND.opens_at + timedelta(hours=2))
        phone = Phone(world.hear, WENDELA.address)
        browser = world.browser(WENDELA.address)
        for label in ("Begin, 1 minuut", *ANSWERS[:4]):
            browser.tap(label)
        world.runner.run(phone.open())
        with world.klankbord.database.transaction() as session:
            session.connection().exec_driver_sql(
                "CREATE TRIGGER full BEFORE UPDATE ON ballot BEGIN SELECT RAISE(ABORT, 'disk full'); END"
            )
        with pytest.raises(IntegrityError) as on_the_web:
            browser.tap(NAMES[SERVICE])
        with pytest.raises(IntegrityError) as by_hear:
            world.runner.run(phone.tap(NAMES[SERVICE]))
        said = told(on_the_web.value) + told(by_hear.value)
    assert "disk full" in said
    assert [word for word in (SERVICE, NAMES[SERVICE], DEPARTMENT, WENDELA.key, WENDELA.address) if word in said] == []


def test_what_does_not_open_or_fit_is_not_told() -> None:
    """Another key, another invitation, a damaged ballot, and one that is too large."""
    ballot = Ballot(1, Place(At.END), texts={DEPARTMENT: ON_THE_WEB})
    key, other = b"k" * 32, b"o" * 32
    sealed = ballots.seal(key, "inv1", ballot)
    assert ballots.unseal(key, "inv1", sealed) == ballot
    for wrong in ((other, "inv1", sealed), (key, "inv2", sealed), (key, "inv1", sealed[:-1] + bytes([sealed[-1] ^ 1]))):
        with pytest.raises(WrongKeys) as raised:
            ballots.unseal(*wrong)
        said = told(raised.value)
        assert [secret for secret in (ON_THE_WEB, key.decode(), other.decode()) if secret in said] == []
    with pytest.raises(ValueError, match="does not fit") as too_large:
        ballots.seal(key, "inv1", ballot.with_text(DEPARTMENT, ON_THE_WEB * 1000))
    assert ON_THE_WEB not in told(too_large.value)
