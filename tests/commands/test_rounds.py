"""Withdrawing a round, pausing a survey and letting it go on, and test cards, from the command line."""

from contextlib import closing

import pytest
from sqlmodel import select

from bot.core.ids import SYSTEM
from bot.flow import rounds
from bot.store.ballots import Keyring, RoundKey, SealedBallot
from bot.store.database import Database
from bot.store.outbox import Kind, OutgoingRow
from bot.store.people import Account, Person
from bot.store.rounds import Round, RoundState
from tests.flow.town import round_of

from .desk import DATABASE, Desk
from .test_changes import reading, told


@pytest.fixture
def envelope(office: Desk) -> bytes:
    """The sealed ballot of somebody who is asked in the pilot round that is open."""
    with closing(Database(office.folder / DATABASE)) as database, database.transaction() as session:
        session.add(Person(key="anna", name="Anna", language="nl", timezone="Europe/Amsterdam", pilot=True))
        session.flush()
        session.add(Account(platform="webchat", address="anna", person="anna"))
        session.flush()
        rounds.open_due(session, round_of(0).opens_at, SYSTEM, Keyring([Keyring.new_key()]))
        return session.exec(select(SealedBallot)).one().sealed


def test_withdrawing_shows_what_it_means_and_asks(office: Desk, envelope: bytes) -> None:
    """Only "yes" does it; then nothing of the ballot is on the disk."""
    before = office.everything()
    done = office.command("withdraw", "staff", typed="no\n")
    assert (done.code, done.err) == (2, "Nothing was changed.\n")
    assert "Round 1 of staff, closes 2026-09-14 17:00. Asked: 1." in done.out
    assert "they are not asked again in this cycle" in done.out
    assert "last round of the cycle" in done.out  # a pilot round is a cycle of its own
    assert office.everything() == before
    done = office.command("withdraw", "staff", typed="yes\n")
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("Withdrawn. Who got the question hears so at the first decent moment.\n")
    with reading(office) as session:
        assert session.exec(select(Round)).one().state is RoundState.WITHDRAWN
        assert session.exec(select(RoundKey)).all() == []
    files = [file.read_bytes() for file in (office.folder / "data").iterdir()]
    assert not any(envelope[:40] in file for file in files)


def test_there_may_be_nothing_to_withdraw(office: Desk) -> None:
    """No round is open, or there is no such survey: what is open says `status`."""
    for survey in ("staff", "nothing"):
        done = office.command("withdraw", survey, "--yes")
        assert (done.code, done.out) == (2, "")
        assert done.err == f"No round of {survey} is open. `klankbord status` says which rounds are.\n"


def test_a_survey_is_paused_and_goes_on(office: Desk) -> None:
    """Each time an edition, which holds at once; `export` writes it, and `apply` of what it wrote changes nothing."""
    done = office.command("pause", "staff", "--yes")
    assert told(done.out) == {"surveys.staff.paused": ("—", "✓", "at once")}
    assert done.out.splitlines()[1:] == [
        "Edition 2 has been recorded.",
        "staff is paused: no round opens. A round that is open goes on until it closes. "
        "To go on: `klankbord resume staff`.",
    ]
    assert "Survey staff is paused: no round opens." in office.command("status").out
    assert office.command("export", "copy").code == 0
    assert "paused = true" in (office.folder / "copy/surveys/staff.toml").read_text("utf-8")
    assert office.command("apply", "copy").out == "Nothing changes: edition 2 is the same.\n"
    assert "is paused: no round opens" in " ".join(office.command("check", "copy").out.split())
    assert office.command("pause", "staff", "--yes").out == "Nothing changes: edition 2 is the same.\n"
    assert told(office.command("resume", "staff", "--yes").out) == {"surveys.staff.paused": ("✓", "—", "at once")}
    assert "is paused" not in office.command("status").out


def test_pausing_needs_a_key_that_there_is(office: Desk) -> None:
    """The others are named."""
    done = office.command("pause", "stafff", "--yes")
    assert (done.code, done.err) == (2, "There is no survey with the key stafff. There is: staff.\n")


# --- test cards ------------------------------------------------------------------------------------------------------


@pytest.fixture
def admin(office: Desk) -> None:
    """Anna is one, and has an account; Bram has neither."""
    office.change("town/organisation.toml", "admins  = [", 'admins = ["anna", "carl", ')
    assert office.command("apply", "town", "--yes").code == 0
    with closing(Database(office.folder / DATABASE)) as database, database.transaction() as session:
        for key in ("anna", "bram", "carl"):
            session.add(Person(key=key, name=key.capitalize(), language="nl", timezone="Europe/Amsterdam"))
        session.flush()
        session.add(Account(platform="webchat", address="anna", person="anna"))


@pytest.mark.usefixtures("admin")
def test_a_test_card_waits_for_the_bot_by_its_name_alone(office: Desk) -> None:
    """Without a name the names are listed, one on a line."""
    listed = office.command("test-card", "anna").out.splitlines()
    assert {"tick", "ask", "thanks", "not-now", "withdrawn"} <= set(listed)
    done = office.command("test-card", "anna", "ask_ict", "--platform", "webchat")
    assert done.out == "The card ask-ict arrives on webchat as soon as the bot runs. Nothing of it is kept.\n"
    with reading(office) as session:
        row = session.exec(select(OutgoingRow)).one()
        assert (row.kind, row.address, row.lines, row.invitation) == (Kind.TEST, "anna", ["ask-ict"], None)


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("anna boerenkool", "There is no card boerenkool."),
        ("anna ask --platform slack", "anna cannot be reached there."),
        ("carl ask", "carl cannot be reached there."),
        ("bram ask", "bram is no admin, and gets no test cards."),
        ("dirk ask", "Nobody has the key dirk."),
    ],
)
def test_why_a_test_card_is_not_sent(office: Desk, arguments: str, said: str) -> None:
    """Exit code 2 and what to do."""
    done = office.command("test-card", *arguments.split())
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(said)
