"""Links and sessions of the admin pages, and the published figures, from the command line."""

import csv
import io
from datetime import date

import pytest
from sqlmodel import select

from analysis.answers import Block, Publication
from bot.store.audit import AuditEntry
from bot.store.database import Database
from bot.store.people import Person
from bot.store.signin import AdminSession

from .desk import DATABASE, Desk
from .test_changes import reading


@pytest.fixture
def town(desk: Desk) -> Desk:
    """An organisation whose admin is Anna; Bea is in the list of people and has no role."""
    assert desk.command("init", "town").code == 0
    desk.change("town/organisation.toml", 'admins  = ["p0001"]', 'admins  = ["anna"]')
    assert desk.command("apply", "town", "--yes").code == 0
    with Database(desk.folder / DATABASE).transaction() as session:
        for key, name in (("anna", "Anna de Boer"), ("bea", "Bea Vos")):
            session.add(Person(key=key, name=name, language="nl", timezone="Europe/Amsterdam"))
    return desk


def test_a_link_is_printed_alone(town: Desk) -> None:
    """On standard output, so that it can be piped; how long it works stands beside it."""
    done = town.command("admin", "link", "--for", "anna", "--language", "en", KLANKBORD_ADDRESS="https://k.example.nl/")
    assert done.code == 0
    (line,) = done.out.splitlines()
    assert line.startswith("https://k.example.nl/admin/enter/")
    assert "works once, until" in done.err
    with reading(town) as session:
        assert [(one.deed, one.about) for one in session.exec(select(AuditEntry))][-1] == ("linked", "Anna de Boer")


def test_who_runs_the_commands_needs_no_name(town: Desk) -> None:
    """They can do everything already."""
    assert town.command("admin", "link").out.startswith("http://127.0.0.1:8080/admin/enter/")


@pytest.mark.parametrize(("key", "said"), [("bea", "bea has no role"), ("nobody", "Nobody has the key nobody")])
def test_a_link_is_for_somebody_with_a_role(town: Desk, key: str, said: str) -> None:
    """What to do about it is said; no link is made."""
    done = town.command("admin", "link", "--for", key, "--language", "en")
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_sessions_are_listed_and_ended(town: Desk) -> None:
    """By a number that is no secret."""
    from bot.app import system_now
    from bot.flow import signing_in

    assert "Nobody is signed in" in town.command("admin", "sessions", "--language", "en").out
    token = town.command("admin", "link", "--for", "anna").out.strip().rpartition("/")[2]
    with Database(town.folder / DATABASE).transaction() as session:
        assert signing_in.enter(session, token, system_now()) is not None
    with reading(town) as session:
        (one,) = session.exec(select(AdminSession)).all()
    listed = town.command("admin", "sessions", "--language", "en").out
    assert one.id in listed
    assert "Anna de Boer" in listed
    assert one.secret not in listed
    assert town.command("admin", "sessions", "--end", "nonsense").code == 2
    assert town.command("admin", "sessions", "--end", one.id, "--language", "en").out.startswith("The session of Anna")
    assert "Nobody is signed in" in town.command("admin", "sessions", "--language", "en").out


def publish(desk: Desk) -> None:
    """A figure of two departments."""
    with Database(desk.folder / DATABASE).transaction() as session:
        for number, department in enumerate(("ict", "hr"), 1):
            session.add(Block(id=number, cycle=1, department=department, first_round=0, last_round=0))
            session.flush()
            released = date(2026, 9, 15)
            session.add(Publication(block=number, department=department, measure="good", n=23, released_on=released))


def test_published_figures_are_written_to_a_file(town: Desk) -> None:
    """All of them, or those of one department; it stands in the audit log."""
    publish(town)
    assert town.command("digests", "export", "figures.csv").code == 0
    assert town.command("digests", "export", "ict.csv", "--department", "ict").code == 0
    assert town.command("digests", "export", "figures.xlsx").code == 0

    def departments(file: str) -> list[str]:
        text = (town.folder / file).read_text(encoding="utf-8-sig")
        return [row["department"] for row in csv.DictReader(io.StringIO(text))]

    assert departments("figures.csv") == ["ict", "hr"]
    assert departments("ict.csv") == ["ict"]
    assert (town.folder / "figures.xlsx").read_bytes().startswith(b"PK")
    with reading(town) as session:
        assert [one.about for one in session.exec(select(AuditEntry)) if one.deed == "exported"] == [
            "csv",
            "csv",
            "xlsx",
        ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["figures.pdf"], "is no file that I can make"),
        (["figures"], "is no file that I can make"),
        (["there.csv"], "is there already"),
        (["nowhere/figures.csv"], "cannot be written"),
        (["figures.csv", "--department", "fleet"], "I do not know the department"),
    ],
)
def test_what_cannot_be_exported_is_told(town: Desk, arguments: list[str], said: str) -> None:
    """Nothing is overwritten and no file is left behind."""
    (town.folder / "there.csv").write_text("mine", encoding="utf-8")
    done = town.command("digests", "export", *arguments, "--language", "en")
    assert done.code == 2
    assert said in done.err
    assert (town.folder / "there.csv").read_text(encoding="utf-8") == "mine"
    assert not (town.folder / "figures.csv").exists()
