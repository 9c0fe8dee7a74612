"""`klankbord people links --platform telegram`: links on a list and on paper, that tie an account once."""

import csv
import io
import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from bot.core.platform import Joined
from bot.flow.joining import joined
from bot.store import editions
from bot.store.database import Database
from bot.store.people import Account, Person
from config import EXAMPLE
from config.load import read

from .desk import Desk

NOW = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)
LINK = re.compile(r"https://t\.me/klankbord_bot\?start=([A-Za-z0-9_-]{32})")


class Office(Desk):
    """With Anna, Bram and Cas, who have no account yet, and a bot on Telegram."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "data").mkdir()
        with self.opened() as database:
            database.migrate()
            with database.transaction() as session:
                editions.write(session, read(EXAMPLE), live=True, author="test", note="", now=NOW)
                for key, language in (("anna", ""), ("bram", "en"), ("cas", "nl")):
                    name = f"{key.capitalize()} de Vries"
                    session.add(Person(key=key, name=name, language=language, timezone="Europe/Amsterdam"))

    def opened(self) -> "Opened":
        """Its database, for a moment."""
        return Opened(self.folder / "data" / "klankbord.sqlite3")

    def links(self, *options: str) -> dict[str, str]:
        """Key and token of each new link."""
        done = self.command("people", "links", "--platform", "telegram", *options)
        assert done.code == 0, done.err
        return {row["key"]: row["link"].partition("?start=")[2] for row in csv.DictReader(io.StringIO(done.out))}

    def joins(self, chat: str, token: str) -> str | None:
        """Who comes in with it."""
        with self.opened() as database, database.transaction() as session:
            person = joined(session, Joined("telegram", chat, token), datetime.now(UTC))
            return person.key if person is not None else None

    def accounts(self) -> int:
        """How many there are."""
        with self.opened() as database, database.transaction(reading=True) as session:
            return len(session.exec(select(Account)).all())


class Opened:
    """A database that is closed at the end."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    def __enter__(self) -> Database:
        return self._database

    def __exit__(self, *_: object) -> None:
        self._database.close()


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KLANKBORD_TELEGRAM_NAME", "klankbord_bot")
    return Office(tmp_path)


def test_everybody_who_needs_one_gets_one(office: Office) -> None:
    """Each lets its own person in; who came in needs none any more, and nobody gets a second."""
    done = office.command("people", "links", "--platform", "telegram")
    assert [row[:2] for row in csv.reader(io.StringIO(done.out))][1:3] == [
        ["anna", "Anna de Vries"], ["bram", "Bram de Vries"]
    ]  # fmt: skip
    assert len(LINK.findall(done.out)) == 3
    assert not LINK.search(done.err)
    assert office.joins("100", LINK.findall(done.out)[0]) == "anna"
    assert office.links() == {}


def test_renewing_ends_the_link_before_and_keeps_the_account(office: Office) -> None:
    """Until the new one is used: a new telephone."""
    tokens = office.links()
    assert office.joins("100", tokens["anna"]) == "anna"
    new = office.links("--renew", "anna")
    assert list(new) == ["anna"]
    assert office.accounts() == 1
    assert office.joins("200", tokens["anna"]) is None
    assert office.joins("200", new["anna"]) == "anna"
    assert office.accounts() == 1


def test_revoking_ends_the_link_and_the_account(office: Office) -> None:
    """Telegram need not be reached for that."""
    tokens = office.links()
    office.joins("100", tokens["anna"])
    done = office.command("people", "links", "--platform", "telegram", "--revoke", "anna", KLANKBORD_TELEGRAM_NAME="")
    assert "Ingetrokken: anna" in done.out
    office.command("people", "links", "--platform", "telegram", "--revoke", "bram")
    assert office.accounts() == 0
    assert office.joins("100", tokens["anna"]) is office.joins("200", tokens["bram"]) is None
    assert set(office.links()) == {"anna", "bram"}


@pytest.mark.parametrize("wish", ["--renew nope", "--revoke nope", "--renew anna --revoke anna"])
def test_a_wrong_wish_changes_nothing(office: Office, wish: str) -> None:
    """And says what is wrong."""
    tokens = office.links()
    done = office.command("people", "links", "--platform", "telegram", *wish.split())
    assert (done.code, done.out) == (2, "")
    assert done.err
    assert office.joins("100", tokens["anna"]) == "anna"


def test_without_a_bot_it_says_what_is_missing(office: Office) -> None:
    """No link is made that leads nowhere."""
    done = office.command("people", "links", "--platform", "telegram", KLANKBORD_TELEGRAM_NAME="")
    assert done.code == 2
    assert "KLANKBORD_TELEGRAM_TOKEN" in done.err
    assert len(office.links()) == 3


def test_a_bot_that_cannot_be_asked_for_its_name(office: Office) -> None:
    """No token in what is said."""
    token = "7000000001:AAF-not_a_token_of_any_bot_that_liv"
    settings = {"KLANKBORD_TELEGRAM_TOKEN": token, "KLANKBORD_TELEGRAM_API_URL": "http://127.0.0.1:9"}
    done = office.command("people", "links", "--platform", "telegram", KLANKBORD_TELEGRAM_NAME="", **settings)
    assert done.code == 2
    assert "niet te bereiken" in done.err
    assert token not in done.err + done.out


# --- on paper --------------------------------------------------------------------------------------------------------


def test_a_page_has_a_card_with_a_code_for_each(office: Office) -> None:
    """In their own language, without script or anything from elsewhere, for the owner's eyes only."""
    done = office.command("people", "links", "--platform", "telegram", "--page", "links.html")
    page = (office.folder / "links.html").read_text(encoding="utf-8")
    assert (done.code, done.out) == (0, "")
    assert stat.S_IMODE((office.folder / "links.html").stat().st_mode) == 0o600
    assert page.count("<article") == page.count("<svg") == 3
    assert len(set(LINK.findall(page))) == 3
    assert "Anna, praat mee" in page
    assert "Bram, have your say" in page
    assert not re.search(r"<script|<link|<img|url\(|src=", page)
    assert office.joins("100", LINK.findall(page)[0]) == "anna"


def test_a_name_cannot_be_markup(office: Office) -> None:
    """Whatever somebody is called."""
    with office.opened() as database, database.transaction() as session:
        session.get_one(Person, "anna").name = "<script>alert(1)</script>"
    office.command("people", "links", "--platform", "telegram", "--page", "links.html")
    assert "<script" not in (office.folder / "links.html").read_text(encoding="utf-8")


def test_a_list_and_a_page_hold_the_same_links(office: Office) -> None:
    """Where both are asked for."""
    office.command("people", "links", "--platform", "telegram", "--page", "p.html", "--out", "l.csv")
    found = [LINK.findall((office.folder / name).read_text(encoding="utf-8")) for name in ("p.html", "l.csv")]
    assert found[0] == found[1] != []


@pytest.mark.parametrize("options", [("--page", "there.html"), ("--out", "l.csv", "--page", "there.html")])
def test_a_file_that_is_there_is_not_overwritten(office: Office, options: tuple[str, ...]) -> None:
    """Then no link was made, and no half of what was asked for is left."""
    (office.folder / "there.html").write_text("kept")
    assert office.command("people", "links", "--platform", "telegram", *options).code == 2
    assert (office.folder / "there.html").read_text() == "kept"
    assert not (office.folder / "l.csv").exists()
    assert len(office.links()) == 3


def test_nothing_to_make_leaves_no_file(office: Office) -> None:
    """Nor is that an error."""
    office.links()
    done = office.command("people", "links", "--platform", "telegram", "--page", "p.html")
    assert done.code == 0
    assert "--renew" in done.err
    assert not (office.folder / "p.html").exists()


def test_links_into_the_web_chat_can_be_printed_too(office: Office) -> None:
    """They have no last day."""
    with office.opened() as database, database.transaction() as session:
        session.add(Account(platform="webchat", address="anna", person="anna"))
    office.command("people", "links", "--page", "p.html", KLANKBORD_ADDRESS="https://klankbord.voorbeeld.nl")
    page = (office.folder / "p.html").read_text(encoding="utf-8")
    assert "https://klankbord.voorbeeld.nl/join/" in page
    assert "Je chat gaat open in de browser." in page
    assert "tot en met" not in page
