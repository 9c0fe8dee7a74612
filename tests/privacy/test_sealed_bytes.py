"""Destroyed is destroyed: the bytes of a sealed ballot and of its key are in no file any more, however it ended.

SQLite keeps a ballot of 8 kB on several pages, and what a page held before in its write-ahead log; so pieces of the
envelope are looked for in all files, and they are found there beforehand.
"""

import asyncio
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from sqlmodel import Session, select

from bot.cli import main
from bot.core.platform import Left
from bot.core.timing import window
from bot.flow import clock, counting
from bot.flow.hearing import hearing
from bot.simulation.run import Simulation, prepared
from bot.store import editions
from bot.store.ballots import Keyring, RoundKey, SealedBallot
from bot.store.database import Database
from bot.store.early import Early
from bot.store.leases import Duty
from bot.store.people import Account, Person
from bot.store.rounds import Invitation

from . import ANSWERS, DEPARTMENT, NAMES, ORGANISATION, PLATFORM, Phone, on_disk

ROUND = window(ORGANISATION.surveys[0].rhythm, 0, ORGANISATION)
WENDELA, MAURITS = "p-wendela", "p-maurits"
TIP = f"Tip voor {NAMES[DEPARTMENT]}"
PIECE = 64


def pieces(sealed: bytes) -> list[bytes]:
    """All of it, in pieces that mostly do not lie across two pages."""
    return [sealed[i : i + PIECE] for i in range(0, len(sealed) - PIECE + 1, PIECE)]


def share_found(sealed: bytes, disk: bytes) -> float:
    """Which part of these bytes is in the files: 0 is nothing of it at all."""
    cut = pieces(sealed)
    return sum(piece in disk for piece in cut) / len(cut)


@dataclass
class Office:
    """An open round in which two people answer, and what was ever sealed of them."""

    simulation: Simulation
    runner: asyncio.Runner
    envelopes: dict[str, list[bytes]] = field(default_factory=dict)  # by person, oldest first

    @property
    def path(self) -> Path:
        """The database file."""
        return self.simulation.database.path

    @property
    def disk(self) -> bytes:
        """All that the files hold."""
        return on_disk(self.path)

    def phone(self, person: str) -> Phone:
        """Somebody's way in."""
        return Phone(hearing(self.simulation.database, self.simulation.keyring, lambda: self.simulation.now), person)

    def tap(self, phone: Phone, *labels: str) -> None:
        """Tap these, and remember every envelope that it leads to."""
        for label in labels:
            self.runner.run(phone.tap(label))
            self.remember()

    def write(self, phone: Phone, text: str) -> None:
        """Answer a prompt."""
        self.runner.run(phone.write(text))
        self.remember()

    def remember(self) -> None:
        """Keep a copy of every envelope there is now."""
        with self.simulation.database.transaction(reading=True) as session:
            asked = session.exec(select(Invitation.person, SealedBallot.sealed).join(SealedBallot)).all()
            for person, sealed in (*asked, *session.exec(select(Early.person, Early.sealed))):
                known = self.envelopes.setdefault(person, [])
                if sealed not in known:
                    known.append(sealed)

    @property
    def key(self) -> bytes:
        """The round's key, wrapped, as it is stored."""
        with self.simulation.database.transaction(reading=True) as session:
            return session.exec(select(RoundKey)).one().wrapped

    def command(self, *arguments: str, **settings: str) -> int:
        """The command line, in a process of its own as far as the file can tell. Returns its exit code."""
        given = {"KLANKBORD_DATA": str(self.path.parent)} | settings
        result = CliRunner().invoke(main, arguments, env=given)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result.exit_code


def settle(session: Session, office: Office, live: bool) -> None:
    """Two people, and an edition in force."""
    editions.write(session, ORGANISATION, live=live, author="test", note="", now=office.simulation.now)
    for key in (WENDELA, MAURITS):
        session.add(Person(key=key, name=key, language="nl", timezone="Europe/Amsterdam", department="", pilot=True))
        session.flush()
        session.add(Account(platform=PLATFORM, address=key, person=key))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Office]:
    """Wendela and Maurits have finished; the parameter says whether it was a live round or one of a pilot."""
    monkeypatch.chdir(tmp_path)
    simulation = prepared(ORGANISATION, 0, 5, tmp_path / "klankbord.sqlite3")
    with asyncio.Runner() as runner:
        office = Office(simulation, runner)
        with simulation.database.transaction() as session:
            settle(session, office, live=getattr(request, "param", "live") == "live")
        runner.run(simulation.to(ROUND.opens_at + timedelta(hours=2)))
        office.remember()
        for person in (MAURITS, WENDELA):
            phone = office.phone(person)
            runner.run(phone.open())
            office.tap(phone, "Begin, 1 minuut", *ANSWERS, TIP)
            office.write(phone, f"Een tip van {person}.")
            office.tap(phone, "Versturen", "Klaar")
        yield office
    simulation.database.close()


# --- the ways in which a ballot ends -------------------------------------------------------------------------------


def counted(office: Office) -> None:
    """The round closes."""
    office.runner.run(office.simulation.to(ROUND.closes_at))


def made_live(office: Office) -> None:
    """The pilot is over: `klankbord live`."""
    assert office.command("live", "--yes") == 0


def abandoned(office: Office) -> None:
    """The key was lost: `klankbord run --abandon-round`, stopped as soon as it runs."""
    settings = {"KLANKBORD_KEYS": Keyring.new_key(), "KLANKBORD_PORT": "0", "KLANKBORD_DATA": str(office.path.parent)}
    assert office.command("run", **settings) == 2
    assert share_found(office.envelopes[WENDELA][-1], office.disk) > 0.9  # not without being told to
    command = [sys.executable, "-m", "bot.cli", "run", "--abandon-round"]
    with subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "http" in process.stdout.readline()
        process.terminate()
        assert process.wait(20) == 0


def erased(office: Office) -> None:
    """Wendela erases her answers."""
    phone = office.phone(WENDELA)
    office.runner.run(phone.open())
    office.runner.run(phone.tap("Mijn antwoorden", "Mijn antwoorden wissen", "Ja, wis alles"))


def stopped(office: Office) -> None:
    """Wendela wants no questions any more."""
    phone = office.phone(WENDELA)
    office.runner.run(phone.ask("stop"))
    office.runner.run(phone.tap("Ja, stop ermee"))


def left(office: Office) -> None:
    """Wendela blocked the bot."""

    async def leave() -> None:
        assert await office.phone(WENDELA).hear(Left(PLATFORM, WENDELA)) is None

    office.runner.run(leave())


def removed(office: Office) -> None:
    """Wendela is no longer on the list: `klankbord people import --remove-absent`."""
    people = office.path.with_name("people.csv")
    people.write_text(f"key,name,platform,address\n{MAURITS},Maurits,{PLATFORM},{MAURITS}\n", encoding="utf-8")
    assert office.command("people", "import", str(people), "--remove-absent", "--yes") == 0


End = Callable[[Office], None]


@pytest.mark.parametrize(
    ("office", "end"),
    [("live", counted), ("pilot", counted), ("live", abandoned), ("pilot", made_live)],
    indirect=["office"],
)
def test_a_round_that_ended_is_in_no_file(office: Office, end: End) -> None:
    """Nothing of any envelope, also of earlier ones, and nothing of the key that opened them."""
    key, before = office.key, office.disk
    assert len(office.envelopes[WENDELA]) > 10
    for person in (WENDELA, MAURITS):
        assert share_found(office.envelopes[person][-1], before) > 0.9
    assert share_found(key, before) > 0.4
    end(office)
    after = office.disk
    assert [e for envelopes in office.envelopes.values() for e in envelopes if share_found(e, after)] == []
    assert share_found(key, after) == 0


@pytest.mark.parametrize("end", [erased, stopped, left, removed])
def test_what_one_person_takes_back_is_in_no_file(office: Office, end: End) -> None:
    """Nothing of theirs, while somebody else's ballot stays where it is."""
    before = office.disk
    assert share_found(office.envelopes[WENDELA][-1], before) > 0.9
    assert share_found(office.envelopes[WENDELA][-2], before) > 0.9  # the log keeps earlier ones
    end(office)
    after = office.disk
    assert [envelope for envelope in office.envelopes[WENDELA] if share_found(envelope, after)] == []
    assert share_found(office.envelopes[MAURITS][-1], after) > 0.9
    assert share_found(office.key, after) > 0.4


# --- taking back less than everything ------------------------------------------------------------------------------

MINE, SERVICE = "Mijn antwoorden", f"{NAMES[DEPARTMENT]}: Dienst"
ERASE = (MINE, "Mijn antwoorden wissen", "Ja, wis alles")
LEAVE_OUT = ("> Toch maar niet.", "Weglaten")

TAKEN_BACK = {
    "an answer": (MINE, SERVICE, "Overslaan"),
    "a tip": (MINE, TIP, *LEAVE_OUT),
    "an answer, for another": (MINE, SERVICE, "Iets anders"),
    "a tip, for another": (MINE, TIP, "> Dit is beter.", "Versturen"),
    "a draft": (MINE, TIP, *LEAVE_OUT, TIP, *LEAVE_OUT),
    "a draft, for another": (MINE, TIP, *LEAVE_OUT, TIP, "> Eerst dit.", "Aanpassen", "> Of dit."),
    "a tick": (*ERASE, NAMES[DEPARTMENT], "Wie ziet dit?", "Mijn antwoorden wissen", "Ja, wis alles"),
}


@pytest.mark.parametrize("what", TAKEN_BACK)
def test_what_is_taken_back_in_part_is_in_no_file(office: Office, what: str) -> None:
    """The envelope that still held it goes as well."""
    phone = office.phone(WENDELA)
    office.runner.run(phone.open())
    for step in TAKEN_BACK[what]:
        if step.startswith("> "):
            office.write(phone, step.removeprefix("> "))
        else:
            office.tap(phone, step)
    *before, now = office.envelopes[WENDELA]
    assert share_found(now, office.disk) > 0.9
    assert [number for number, envelope in enumerate(before) if share_found(envelope, office.disk)] == []


# --- a crash ---------------------------------------------------------------------------------------------------------


def test_a_crash_between_counting_and_scrubbing_is_made_good_at_the_next_start(office: Office, tmp_path: Path) -> None:
    """The files as they are when the power fails just after a round was counted; then `run`, and its first tick."""
    key, keyring = office.key, office.simulation.keyring
    office.runner.run(office.simulation.database.write(counting.count_due, ROUND.closes_at, keyring))
    crashed = tmp_path / "crashed" / office.path.name
    crashed.parent.mkdir()
    for file in office.path.parent.glob(f"{office.path.name}*"):
        shutil.copy(file, crashed.parent)
    assert share_found(key, on_disk(crashed)) > 0.4
    with closing(sqlite3.connect(crashed)) as elsewhere, closing(socket.create_server(("127.0.0.1", 0))) as taken:
        elsewhere.execute("SELECT count(*) FROM round").fetchone()  # so that closing the database empties nothing
        settings = {"KLANKBORD_KEYS": Keyring.new_key(), "KLANKBORD_PORT": str(taken.getsockname()[1])}
        assert office.command("run", **settings | {"KLANKBORD_DATA": str(crashed.parent)}) == 2
        database = Database(crashed, durable=False)
        office.runner.run(
            clock.tick(Duty(database, "clock", "us"), ROUND.closes_at + timedelta(minutes=1), Random(1), keyring)
        )
        after = on_disk(crashed)
        database.close()
    assert [e for envelopes in office.envelopes.values() for e in envelopes if share_found(e, after)] == []
    assert share_found(key, after) == 0
