"""Who takes part on Matrix: by the file of people, or with a code of `klankbord people links --platform matrix`."""

import csv
import io
from pathlib import Path

import pytest
from sqlmodel import select

from bot.core.directory import COLUMNS, parse
from bot.core.platform import Joined
from bot.flow.joining import joined
from bot.store.people import Account
from config import EXAMPLE
from config.load import read

from .test_join_links import NOW, Office

BOT = "@klankbord:example.nl"
LINK = f"https://matrix.to/#/{BOT}"
HEADER = ",".join(COLUMNS)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KLANKBORD_MATRIX_USER", BOT)
    return Office(tmp_path)


def codes(office: Office, *options: str) -> dict[str, str]:
    """Key and code of each new one."""
    done = office.command("people", "links", "--platform", "matrix", *options)
    assert done.code == 0, done.err
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert {row["link"] for row in rows} <= {LINK}
    return {row["key"]: row["code"] for row in rows}


def joins(office: Office, address: str, said: str) -> str | None:
    """Who comes in with what they typed."""
    with office.opened() as database, database.transaction() as session:
        person = joined(session, Joined("matrix", address, said), NOW)
        return person.key if person is not None else None


# --- with a code -----------------------------------------------------------------------------------------------------


def test_everybody_who_needs_one_gets_a_code(office: Office) -> None:
    """All get the same link, each a code of their own; who came in needs none any more."""
    found = codes(office)
    assert set(found) == {"anna", "bram", "cas"}
    assert len(set(found.values())) == 3
    assert joins(office, "@anna:example.nl", found["anna"].upper()) == "anna"
    assert joins(office, "@eva:example.nl", found["anna"]) is None
    assert codes(office) == {}
    assert joins(office, "@anna2:example.nl", codes(office, "--renew", "anna")["anna"]) == "anna"


def test_a_code_is_ended_without_the_homeserver(office: Office) -> None:
    """And so is the account that came with it."""
    found = codes(office)
    joins(office, "@anna:example.nl", found["anna"])
    done = office.command("people", "links", "--platform", "matrix", "--revoke", "anna", KLANKBORD_MATRIX_USER="")
    assert "Ingetrokken: anna. De code" in done.out
    assert office.accounts() == 0
    assert joins(office, "@anna:example.nl", found["anna"]) is None


def test_a_page_says_where_to_send_the_code(office: Office) -> None:
    """The code to scan leads to the bot; the one to type is in the last step, in the language of who gets it."""
    done = office.command("people", "links", "--platform", "matrix", "--page", "p.html", "--out", "l.csv")
    page = (office.folder / "p.html").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO((office.folder / "l.csv").read_text(encoding="utf-8"))))
    assert (done.code, done.out) == (0, "")
    assert page.count("<svg") == page.count(LINK) == len(rows) == 3
    said = {"anna": "Stuur daar: ", "bram": "Send there: ", "cas": "Stuur daar: "}
    assert all(f"<li>{said[row['key']]}{row['code']}</li>" in page for row in rows)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"USER": ""}, "KLANKBORD_MATRIX_TOKEN"),
        ({"USER": "klankbord"}, "KLANKBORD_MATRIX_USER: zo heet niemand op Matrix"),
        ({"USER": "", "TOKEN": "syt_secret", "SERVER": "example.nl"}, "KLANKBORD_MATRIX_SERVER: dit is geen adres"),
        ({"USER": "", "TOKEN": "syt_secret", "SERVER": "http://127.0.0.1:9"}, "vertelt niet hoe de bot heet"),
    ],
)
def test_without_a_bot_no_code_is_made(office: Office, settings: dict[str, str], said: str) -> None:
    """And it says what is missing, without the token."""
    named = {f"KLANKBORD_MATRIX_{name}": value for name, value in settings.items()}
    done = office.command("people", "links", "--platform", "matrix", **named)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "secret" not in done.err
    assert len(codes(office)) == 3


# --- by the file of people -------------------------------------------------------------------------------------------


def test_an_id_in_the_file_is_an_account(office: Office) -> None:
    """Then no code is needed."""
    (office.folder / "people.csv").write_text(f"{HEADER}\nanna,Anna,,,,,matrix,@anna.de-vries:example.nl,\n")
    assert office.command("people", "import", "people.csv", "--yes").code == 0
    with office.opened() as database, database.transaction(reading=True) as session:
        (account,) = session.exec(select(Account)).all()
    assert (account.platform, account.address, account.person) == ("matrix", "@anna.de-vries:example.nl", "anna")
    assert set(codes(office)) == {"bram", "cas"}


@pytest.mark.parametrize("address", ["@anna:example.nl", "@a=2f_b/c+d:10.0.0.1:8448", "@anna:[::1]:80", "@1:localhost"])
def test_an_id_that_can_be(address: str) -> None:
    """As the specification has them."""
    assert not parse(f"{HEADER}\njan,Jan,,,,,matrix,{address},\n", read(EXAMPLE), {"matrix"}).problems


@pytest.mark.parametrize(
    "address",
    [
        *("anna", "@anna", "anna:example.nl", "@Anna:example.nl", "@anna:Example.nl", "@:example.nl", "@anna:"),
        *("#ict:example.nl", "!abc:example.nl", "https://matrix.to/#/@anna:example.nl", "anna@example.nl", "@a:b:c"),
    ],
)
def test_an_id_that_cannot_be_is_refused(address: str) -> None:
    """At its place, with where the right one is found."""
    (problem,) = parse(f"{HEADER}\njan,Jan,,,,,matrix,{address},\n", read(EXAMPLE), {"matrix"}).problems
    assert (problem.line, problem.key) == (2, "address")
    assert "@anna:example.nl, in kleine letters" in problem.said("nl")
    assert "@anna:example.nl, all in small letters" in problem.said("en")


def test_there_is_no_list_to_read_on_a_homeserver(office: Office) -> None:
    """It says what to do instead."""
    done = office.command("people", "sync", "matrix")
    assert done.code == 2
    assert "klankbord people links --platform matrix" in done.err
