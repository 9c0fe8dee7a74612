"""People from a CSV file, and the links with which they enter the web chat: through the command, on a real file."""

import csv
import io
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from bot.cli import main
from bot.core.directory import COLUMNS, Entry, Listed, Sheet, decode, parse
from bot.platforms import PLATFORMS
from bot.store import chats, editions
from bot.store.ballots import SealedBallot
from bot.store.chats import ChatMessage
from bot.store.database import Database
from bot.store.outbox import Kind, OutgoingRow
from bot.store.people import Account, Person, Seat
from bot.store.rounds import Cycle, Invitation, Round
from config import EXAMPLE
from config.load import read

ORGANISATION = read(EXAMPLE)
NOW = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)
HEADER = ",".join(COLUMNS)
ANNA = "anna,Anna de Vries,anna@voorbeeld.nl,nl,Europe/Amsterdam,hr,webchat,anna,ja"
BRAM = "bram,Bram Jansen,bram@voorbeeld.nl,en,Europe/Brussels,-,webchat,bram,nee"
SEALED = b"the sealed ballot of bram" * 20


def parsed(text: str) -> Sheet:
    return parse(text, ORGANISATION, {"webchat", "slack"})


def only(text: str) -> Entry:
    sheet = parsed(text)
    assert not sheet.problems
    (entry,) = sheet.entries
    return entry


# --- reading a file --------------------------------------------------------------------------------------------------

BAD_ROWS = [
    (",Jan,,,,,webchat,jan,", "key", "leeg"),
    ("jan,,,,,,webchat,jan,", "name", "leeg"),
    ("jan,Jan,,,,,,jan,", "platform", "leeg"),
    ("jan,Jan,,,,,webchat,,", "address", "leeg"),
    ("jan,Jan,,,,,webchat", "address", "leeg"),
    ("jan jansen,Jan,,,,,webchat,jan,", "key", "sleutel kan niet"),
    ("#jan,Jan,,,,,webchat,jan,", "key", "sleutel kan niet"),
    (f"{'j' * 65},Jan,,,,,webchat,jan,", "key", "hooguit 64"),
    (f"jan,{'J' * 121},,,,,webchat,jan,", "name", "hooguit 120"),
    ("jan,J\x07an,,,,,webchat,jan,", "name", "niet te zien"),
    ("jan,Jan\u202e,,,,,webchat,jan,", "name", "niet te zien"),
    ("jan,J\ufffdan,,,,,webchat,jan,", "name", "niet goed is opgeslagen"),
    ("jan,Jan,jan,,,,webchat,jan,", "email", "geen e-mailadres"),
    ("jan,Jan,jan@voorbeeld,,,,webchat,jan,", "email", "geen e-mailadres"),
    ('jan,Jan,"jan@a.nl, jan@b.nl",,,,webchat,jan,', "email", "geen e-mailadres"),
    (f"jan,Jan,{'j' * 250}@a.nl,,,,webchat,jan,", "email", "hooguit 254"),
    ("jan,Jan,ANNA@voorbeeld.NL,,,,webchat,jan,", "email", "op regel 2 van “anna”"),
    ("jan,Jan,,de,,,webchat,jan,", "language", "“de” ken ik niet. Kies uit: en, nl"),
    ("jan,Jan,,,CET+1,,webchat,jan,", "timezone", "zoals Europe/Amsterdam"),
    ("jan,Jan,,,,hrr,webchat,jan,", "department", "“hrr” ken ik niet. Kies uit: catering, "),
    ("jan,Jan,,,,,teams,jan,", "platform", "Kies uit: slack, webchat"),
    (f"jan,Jan,,,,,webchat,{'j' * 256},", "address", "hooguit 255"),
    ("jan,Jan,,,,,webchat,jan jansen,", "address", "geen spatie"),
    ("jan,Jan,,,,,webchat,#jan,", "address", "adres van een kanaal"),
    ("jan,Jan,,,,,webchat,anna,", "address", "al op regel 2"),
    ("anna,,,,,,webchat,anna,", "address", "al op regel 2"),
    ("jan,Jan,,,,,webchat,jan,misschien", "pilot", "ja of nee"),
    ("anna,Anne,,,,,slack,U1,", "name", "Regel 2 zegt iets anders over “anna”"),
    ("anna,,,,,,slack,U1,nee", "pilot", "Regel 2 zegt iets anders"),
    ("jan,Jan,,,,,webchat,jan,,te,veel", "", "meer vakken"),
    ('"jan,Jan,,,,,webchat,jan,', "", "aanhalingsteken"),
    ('"jan"x,Jan,,,,,webchat,jan,', "", "aanhalingsteken"),
]


@pytest.mark.parametrize(("row", "column", "reason"), BAD_ROWS)
def test_a_bad_row_is_named_by_its_line_and_leaves_nothing(row: str, column: str, reason: str) -> None:
    sheet = parsed(f"{HEADER}\n{ANNA}\n\n{row}\n")
    assert sheet.entries == parsed(f"{HEADER}\n{ANNA}\n").entries
    assert [(one.line, one.key) for one in sheet.problems] == [(4, column)]
    assert reason in sheet.problems[0].said("nl")
    assert sheet.problems[0].said("en") != sheet.problems[0].said("nl")


def test_every_problem_of_a_row_is_told_at_once() -> None:
    sheet = parsed(f"{HEADER}\njan,Jan,jan,de,,,webchat,#jan,\n")
    assert [one.key for one in sheet.problems] == ["address", "email", "language"]


def test_a_channel_without_a_hash_is_a_channel_too() -> None:
    named = ORGANISATION.model_copy(update={"admin_channel": "webchat:beheer"})
    sheet = parse(f"{HEADER}\njan,Jan,,,,,webchat,beheer,\n", named, {"webchat"})
    assert [one.what for one in sheet.problems] == ["people.address_channel"]


BAD_FILES = [
    ("", "Er staan geen mensen"),
    ("\n \n;;;\n", "Er staan geen mensen"),
    (HEADER, "Er staan geen mensen"),
    ("key,name,platform\nanna,Anna,webchat", "address: Deze kolom ontbreekt"),
    ("key,name,address\nanna,Anna,anna", "platform: Deze kolom ontbreekt"),
    (f"{HEADER},nmae\n{ANNA}", "Bedoel je “name”?"),
    (f"{HEADER},salaris\n{ANNA},1", "Haal hem weg, of kies uit: key, name"),
    (f"{HEADER},Name\n{ANNA},1", "twee keer"),
    ('"key,name', "aanhalingsteken"),
]


@pytest.mark.parametrize(("text", "reason"), BAD_FILES)
def test_what_is_no_list_of_people_is_said(text: str, reason: str) -> None:
    sheet = parsed(text)
    assert not sheet.readable
    assert not sheet.entries
    assert reason in sheet.problems[0].said("nl")


DIALECTS = [
    f"{HEADER}\n{ANNA}\n",
    f"{HEADER}\r\n{ANNA}\r\n\r\n",
    f"\ufeff{HEADER}\n{ANNA}",
    f"{HEADER}\n{ANNA}".replace(",", ";"),
    f"{HEADER}\n{ANNA}\n,,,,,,,,\n".replace(",", "\t"),
    f"sep=;\r\n{HEADER}\r\n{ANNA}".replace(",", ";"),
    f"{HEADER.upper()}\n{ANNA},,\n",
    f"{HEADER},,\n{ANNA},,\n",
    f"{HEADER}\n{ANNA}".replace(",", ", "),
    "\n".join(",".join(reversed(line.split(","))) for line in (HEADER, ANNA)),
    "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in (HEADER, ANNA)),
    f"{HEADER}\n{ANNA}".replace("Anna de Vries", '"Anna\n de  Vries"'),
    f"{HEADER}\n{ANNA}".replace("hr", "HR").replace("nl,Europe/Amsterdam", "NL,europe/amsterdam"),
]


@pytest.mark.parametrize("text", DIALECTS)
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_usual_dialects_say_the_same(text: str, coding: str) -> None:
    entry = only(decode(text.encode(coding))[0])
    assert (entry.key, [(one.platform, one.address) for one in entry.accounts]) == ("anna", [("webchat", "anna")])
    assert entry.said == {
        "name": "Anna de Vries",
        "email": "anna@voorbeeld.nl",
        "language": "nl",
        "timezone": "Europe/Amsterdam",
        "department": "hr",
        "pilot": True,
    }


@pytest.mark.parametrize("text", ["key,name\nanna,Anna\n", f"{HEADER}\nanna,Anna,,,,,,,\n"])
def test_who_has_yet_to_join_has_no_account(text: str) -> None:
    """Both columns may be left out, or both cells be empty."""
    entry = only(text)
    assert (entry.key, entry.said, entry.accounts) == ("anna", {"name": "Anna"}, ())


def test_windows_1252_is_read_and_noted() -> None:
    text = f"{HEADER}\nzoe,Zoë Çelik,,,,,webchat,zoe,\n"
    assert decode(text.encode("cp1252")) == (text, True)
    assert decode(text.encode()) == (text, False)


def test_a_second_row_adds_an_account_and_may_fill_in_what_was_open() -> None:
    entry = only("key,name,email,platform,address\nanna,,,webchat,anna\nanna,Anna,a@b.nl,slack,U1\n")
    assert entry.accounts == (Listed(2, "webchat", "anna"), Listed(3, "slack", "U1"))
    assert entry.said == {"name": "Anna", "email": "a@b.nl"}


def test_lines_are_counted_through_quoted_newlines_and_broken_quotes() -> None:
    sheet = parsed(f'{HEADER}\na,"A\nB",,,,,webchat,a,\n\n"b"b,\nc,C,c,,,,webchat,c,\n')
    assert [(one.line, one.key) for one in sheet.problems] == [(5, ""), (6, "email")]


@given(st.text() | st.text(alphabet='key,name;\t"\r\n\x00-#@. =').map(lambda text: f"{HEADER}\n{ANNA}\n{text}"))
def test_reading_never_raises(text: str) -> None:
    sheet = parsed(text)
    assert all(one.said("nl") and one.said("en") for one in sheet.problems)


@given(st.binary())
def test_decoding_never_raises(content: bytes) -> None:
    parsed(decode(content)[0])


# --- the command -----------------------------------------------------------------------------------------------------


class Office:
    """An admin at the command line, and the database they look after."""

    def __init__(self, folder: Path, where: Path | str) -> None:
        self.folder = folder
        self.database = Database(where, durable=False)
        self.database.migrate()
        with self.database.transaction() as session:
            editions.write(session, ORGANISATION, live=True, author="test", note="", now=NOW)

    def run(self, *arguments: str, typed: str = "") -> Result:
        result = CliRunner().invoke(main, ["people", *arguments], input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result

    def write(self, *rows: str) -> str:
        file = self.folder / "mensen.csv"
        file.write_text("\n".join((HEADER, *rows)), encoding="utf-8")
        return str(file)

    def bring(self, *rows: str, options: tuple[str, ...] = ("--yes",)) -> Result:
        return self.run("import", self.write(*rows), *options)

    def people(self) -> dict[str, Person]:
        with self.database.transaction(reading=True) as session:
            return {person.key: person for person in session.exec(select(Person))}

    def accounts(self) -> dict[tuple[str, str], str]:
        with self.database.transaction(reading=True) as session:
            return {(one.platform, one.address): one.person for one in session.exec(select(Account))}

    def links(self, *options: str) -> dict[str, str]:
        """Key and token of each new link."""
        made = csv.DictReader(io.StringIO(self.run("links", *options).stdout))
        return {row["key"]: row["link"].rpartition("/join/")[2] for row in made}

    def enter(self, token: str) -> str | None:
        with self.database.transaction() as session:
            return chats.enter(session, token)

    def who(self, secret: str) -> str | None:
        with self.database.transaction(reading=True) as session:
            return chats.who(session, secret)

    def ask(self, person: str) -> None:
        """An open round, in which somebody answered and has a message waiting."""
        with self.database.transaction() as session:
            _ask(session, person)


def _ask(session: Session, person: str) -> None:
    cycle = Cycle(survey="main", number=0, first_round=0, pilot=False, edition=1)
    session.add(cycle)
    session.flush()
    round_ = Round(
        survey="main",
        number=1,
        cycle=cycle.key,
        pilot=False,
        last_of_cycle=False,
        due=NOW,
        opens_at=NOW,
        reminds_at=NOW + timedelta(days=7),
        closes_at=NOW + timedelta(days=11),
        estimates_at=NOW + timedelta(days=12),
        leads_at=NOW + timedelta(days=13),
        digests_at=NOW + timedelta(days=14),
        weights={},
        invited=1,
    )
    session.add(round_)
    session.flush()
    session.add(Invitation(id="inv1", round=round_.key, person=person))
    session.flush()
    session.add(SealedBallot(invitation="inv1", sealed=SEALED))
    session.add(Seat(person=person, survey="main", cohort=0))
    row = OutgoingRow(id="o1", kind=Kind.REMINDER, platform="webchat", address=person, not_before=NOW)
    row.invitation = "inv1"
    session.add(row)
    chats.post(session, ChatMessage(outgoing="o0", address=person, lines=["Hoi"], at=NOW))


@pytest.fixture
def office(where: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("KLANKBORD_DATA", str(tmp_path))
    monkeypatch.setenv("KLANKBORD_DATABASE_URL", where if isinstance(where, str) else "")
    monkeypatch.setenv("KLANKBORD_ADDRESS", "https://klankbord.voorbeeld.nl/")
    monkeypatch.chdir(tmp_path)
    made = Office(tmp_path, where)
    yield made
    made.database.close()


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.people.showing.interactive", lambda: True)


def test_people_go_in_as_the_file_says(office: Office) -> None:
    result = office.bring(ANNA, BRAM, "cas,Cas,,,,,webchat,cas,")
    assert result.exit_code == 0, result.output
    assert "Erbij: 3" in result.stdout
    anna, bram, cas = office.people().values()
    assert (anna.name, anna.email, anna.department, anna.pilot) == ("Anna de Vries", "anna@voorbeeld.nl", "hr", True)
    assert (bram.language, bram.timezone, bram.department) == ("en", "Europe/Brussels", "")
    assert (cas.language, cas.timezone, cas.department, cas.pilot) == ("", "Europe/Amsterdam", None, False)
    assert not cas.stopped
    assert not cas.introduced
    assert office.accounts() == {("webchat", key): key for key in ("anna", "bram", "cas")}


def test_who_joined_by_themselves_keeps_their_account(office: Office) -> None:
    """The list knows nothing of it, whatever else it changes."""
    assert office.bring("anna,Anna,,,,,,,").exit_code == 0
    assert (list(office.people()), office.accounts()) == (["anna"], {})
    with office.database.transaction() as session:
        session.add(Account(platform="telegram", address="100", person="anna"))
    assert "anna  Anna de Vries: name, email" in office.bring(ANNA, BRAM).stdout
    assert office.accounts()["telegram", "100"] == "anna"
    office.bring(ANNA.replace("webchat,anna", ",").replace("hr", "ict"))
    assert office.people()["anna"].department == "ict"
    assert office.accounts() == {
        ("telegram", "100"): "anna", ("webchat", "anna"): "anna", ("webchat", "bram"): "bram"
    }  # fmt: skip


def test_importing_twice_changes_nothing(office: Office) -> None:
    office.bring(ANNA, BRAM)
    result = office.bring(ANNA, BRAM, options=())
    assert result.exit_code == 0
    assert "Zonder verandering: 2" in result.stdout
    assert "niets te veranderen" in result.stdout


def test_an_empty_cell_changes_nothing_and_a_hyphen_empties(office: Office) -> None:
    office.bring(ANNA)
    office.bring("anna,Anna,,,,,webchat,anna,")
    anna = office.people()["anna"]
    assert (anna.name, anna.email, anna.department, anna.pilot) == ("Anna", "anna@voorbeeld.nl", "hr", True)
    assert "anna  Anna: email, department" in office.bring("anna,Anna,-,,,-,webchat,anna,").stdout
    anna = office.people()["anna"]
    assert (anna.email, anna.department) == (None, "")


def test_what_people_set_themselves_stays(office: Office) -> None:
    office.bring(ANNA)
    own = {"stopped": True, "introduced": True, "hour": 11, "weekday": 2, "paused_until": NOW}
    with office.database.transaction() as session:
        session.get_one(Person, "anna").sqlmodel_update(own)
    office.bring(ANNA.replace("de Vries", "Vries").replace(",ja", ",nee"))
    anna = office.people()["anna"]
    assert anna.name == "Anna Vries"
    assert not anna.pilot
    assert {name: getattr(anna, name) for name in own} == own


def test_a_dry_run_only_looks(office: Office) -> None:
    result = office.bring(ANNA, options=("--dry-run",))
    assert (result.exit_code, office.people()) == (0, {})
    assert "anna  Anna de Vries" in result.stdout
    assert "niets veranderd" in result.stdout


def test_bad_rows_stop_everything_unless_skipped(office: Office) -> None:
    rows = (ANNA, "jan,Jan,jan,,,,webchat,jan,", BRAM)
    result = office.bring(*rows)
    assert (result.exit_code, office.people()) == (2, {})
    assert "mensen.csv:3: email: " in result.stderr
    result = office.bring(*rows, options=("--yes", "--skip-bad", "--language", "en"))
    assert result.exit_code == 0
    assert "not an e-mail address" in result.stderr
    assert list(office.people()) == ["anna", "bram"]


def test_an_unreadable_file_is_not_skipped(office: Office) -> None:
    file = office.folder / "mensen.csv"
    file.write_text("naam\nAnna\n")
    assert office.run("import", str(file), "--skip-bad", "--yes").exit_code == 2
    assert office.run("import", str(office.folder), "--yes").exit_code == 2
    assert "niet te lezen" in office.run("import", "nergens.csv").stderr


def test_without_a_terminal_nothing_is_asked_or_done(office: Office) -> None:
    result = office.bring(ANNA, options=())
    assert (result.exit_code, office.people()) == (2, {})
    assert "--yes" in result.stderr


@pytest.mark.usefixtures("at_a_terminal")
@pytest.mark.parametrize(("typed", "code", "people"), [("j\n", 0, ["anna"]), ("y\n", 0, ["anna"]), ("\n", 1, [])])
def test_it_asks_first(office: Office, typed: str, code: int, people: list[str]) -> None:
    result = office.run("import", office.write(ANNA), typed=typed)
    assert (result.exit_code, list(office.people())) == (code, people)


@pytest.mark.usefixtures("at_a_terminal")
def test_what_changed_since_it_was_shown_stops_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def somebody_else_is_quicker(*_: object, **__: object) -> str:
        with office.database.transaction() as session:
            session.add(Person(key="anna", name="Anna", language="nl", timezone="Europe/Amsterdam"))
        return "j"

    monkeypatch.setattr("click.prompt", somebody_else_is_quicker)
    result = office.bring(ANNA, options=())
    assert result.exit_code == 2
    assert "intussen" in result.stderr
    assert office.accounts() == {}


def test_without_an_edition_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLANKBORD_DATA", str(tmp_path / "new"))
    for arguments in (["people", "import", "x.csv"], ["people", "links"]):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 2
        assert "klankbord apply" in result.stderr


def test_a_new_address_takes_the_chat_along_and_ends_the_old_link(office: Office) -> None:
    office.bring(ANNA, BRAM)
    office.ask("bram")
    token = office.links()["bram"]
    secret = office.enter(token)
    assert secret
    result = office.bring(BRAM.replace("webchat,bram", "webchat,b.jansen"))
    assert "webchat:bram → webchat:b.jansen" in result.stdout
    assert office.accounts() == {("webchat", "anna"): "anna", ("webchat", "b.jansen"): "bram"}
    assert office.enter(token) is office.who(secret) is None
    with office.database.transaction(reading=True) as session:
        assert session.get_one(OutgoingRow, "o1").address == "b.jansen"
        assert session.exec(select(ChatMessage.address)).one() == "b.jansen"
        assert session.get(SealedBallot, "inv1")


def test_two_people_may_swap_address_and_email(office: Office) -> None:
    office.bring(ANNA, BRAM)
    office.ask("bram")
    a = ANNA.replace("anna@", "bram@").replace("webchat,anna", "webchat,bram")
    b = BRAM.replace("bram@", "anna@").replace("webchat,bram", "webchat,anna")
    result = office.bring(a, b)
    assert result.exit_code == 0, result.output
    assert office.accounts() == {("webchat", "bram"): "anna", ("webchat", "anna"): "bram"}
    assert office.people()["anna"].email == "bram@voorbeeld.nl"
    with office.database.transaction(reading=True) as session:
        assert session.get_one(OutgoingRow, "o1").address == "anna"


def test_another_persons_account_or_email_is_a_problem(office: Office) -> None:
    office.bring(ANNA, BRAM)
    result = office.bring("cas,Cas,bram@voorbeeld.nl,,,,webchat,anna,")
    assert result.exit_code == 2
    assert "mensen.csv:2: address: Dit adres is al van “anna”" in result.stderr
    assert "mensen.csv:2: email: Dit e-mailadres is al van “bram”" in result.stderr
    assert "cas" not in office.people()


def test_who_is_refused_keeps_what_somebody_else_counted_on(office: Office) -> None:
    """Bram wants Anna's address; Cas wants the one Bram would leave. Anna stays, so both are refused."""
    office.bring(ANNA, BRAM, "cas,Cas,,,,,webchat,cas,")
    rows = (BRAM.replace("webchat,bram", "webchat,anna"), "cas,Cas,,,,,webchat,bram,")
    result = office.bring(*rows, options=("--yes", "--skip-bad"))
    assert "mensen.csv:3: address: Dit adres is al van “bram”" in result.stderr
    assert office.accounts() == {("webchat", key): key for key in ("anna", "bram", "cas")}


def test_absent_people_stay_unless_asked(office: Office) -> None:
    office.bring(ANNA, BRAM)
    office.bring(ANNA)
    assert list(office.people()) == ["anna", "bram"]
    assert "Weg: 1" in office.bring(ANNA, options=("--yes", "--remove-absent")).stdout
    assert list(office.people()) == ["anna"]


def test_removing_somebody_destroys_their_sealed_ballot_and_ends_their_chat(office: Office) -> None:
    office.bring(ANNA, BRAM)
    office.ask("bram")
    token = office.links()["bram"]
    secret = office.enter(token)
    assert secret
    office.bring(ANNA, options=("--yes", "--remove-absent"))
    assert office.enter(token) is office.who(secret) is None
    with office.database.transaction(reading=True) as session:
        for table in (SealedBallot, Invitation, OutgoingRow, Seat, ChatMessage):
            assert not session.exec(select(table)).all(), table
    office.database.close()
    for file in office.folder.glob("klankbord.sqlite3*"):
        assert SEALED[:25] not in file.read_bytes(), file


def test_who_comes_may_have_the_address_of_who_goes(office: Office) -> None:
    office.bring(ANNA, BRAM)
    token = office.links()["bram"]
    result = office.bring(ANNA, "dirk,Dirk,bram@voorbeeld.nl,,,,webchat,bram,", options=("--yes", "--remove-absent"))
    assert result.exit_code == 0, result.output
    assert office.accounts()["webchat", "bram"] == "dirk"
    assert office.enter(token) is None


def test_nobody_is_removed_while_a_row_is_bad(office: Office) -> None:
    office.bring(ANNA, BRAM)
    result = office.bring(ANNA, "bram,Bram,b,,,,webchat,b,", options=("--yes", "--remove-absent", "--skip-bad"))
    assert result.exit_code == 2
    assert "bram" in office.people()


def test_a_thousand_rows_are_nothing_special(office: Office) -> None:
    rows = [f"p{n},Persoon {n},p{n}@voorbeeld.nl,,,,webchat,p{n}," for n in range(2500)]
    result = office.bring(*rows)
    assert "… en nog 2495" in result.stdout
    assert len(office.people()) == len(office.accounts()) == 2500


# --- links -----------------------------------------------------------------------------------------------------------


def test_a_link_lets_its_person_in(office: Office) -> None:
    office.bring(ANNA, BRAM)
    result = office.run("links")
    assert result.stdout.splitlines()[0] == "key,name,link"
    assert re.search(r"^anna,Anna de Vries,https://klankbord.voorbeeld.nl/join/\S{32}$", result.stdout, re.MULTILINE)
    made = {row["key"]: row["link"].rpartition("/")[2] for row in csv.DictReader(io.StringIO(result.stdout))}
    assert list(made) == ["#beheer", "#proef", "#bestuur", "anna", "bram"]
    for key, token in made.items():
        assert token not in result.stderr
        assert office.who(office.enter(token) or "") == key


def test_links_are_made_once(office: Office) -> None:
    office.bring(ANNA)
    tokens = office.links()
    office.bring(BRAM)
    assert list(office.links()) == ["bram"]
    assert office.links() == {}
    assert office.enter(tokens["anna"])


def test_no_link_without_a_web_chat(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PLATFORMS, "slack", "nowhere")
    office.bring("cas,Cas,,,,,slack,U1,")
    assert list(office.links()) == ["#beheer", "#proef", "#bestuur"]


@pytest.mark.parametrize("key", ["anna", "#beheer"])
def test_renewing_ends_what_was(office: Office, key: str) -> None:
    office.bring(ANNA, BRAM)
    before = office.links()
    secret = office.enter(before[key]) or ""
    after = office.links("--renew", key)
    assert list(after) == [key]
    assert office.enter(before[key]) is office.who(secret) is None
    assert office.enter(after[key])
    assert office.enter(before["bram"])


def test_revoking_ends_what_was(office: Office) -> None:
    office.bring(ANNA, BRAM)
    before = office.links()
    secret = office.enter(before["anna"]) or ""
    assert "Ingetrokken: anna" in office.run("links", "--revoke", "anna").stdout
    assert office.enter(before["anna"]) is office.who(secret) is None
    assert office.enter(before["bram"])


@pytest.mark.parametrize("wish", ["--renew nope", "--revoke nope", "--renew anna --revoke anna"])
def test_a_wrong_wish_changes_nothing(office: Office, wish: str) -> None:
    office.bring(ANNA)
    token = office.links()["anna"]
    assert office.run("links", *wish.split()).exit_code == 2
    assert office.enter(token)


def test_links_in_a_file_for_the_owner_only(office: Office) -> None:
    office.bring(ANNA)
    out = office.folder / "links.csv"
    result = office.run("links", "--out", str(out))
    assert (result.exit_code, result.stdout) == (0, "")
    assert out.read_text(encoding="utf-8").count("/join/") == 4
    if os.name == "posix":
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
    written = out.read_bytes()
    again = office.run("links", "--renew", "anna", "--out", str(out))
    assert again.exit_code == 2
    assert out.read_bytes() == written
    assert office.enter(written.decode().strip().rpartition("/")[2])


@pytest.mark.parametrize("name", ["nowhere/links.csv", "."])
def test_links_that_cannot_be_written_are_not_made(office: Office, name: str) -> None:
    office.bring(ANNA)
    assert office.run("links", "--out", str(office.folder / name)).exit_code == 2
    assert len(office.links()) == 4


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_links_that_were_not_handed_over_are_revoked(office: Office) -> None:
    office.bring(ANNA)
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-c", "from bot.cli import main; main()", "people", "links"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "weer ingetrokken" in done.stderr
    assert len(office.links()) == 4


def test_a_channel_with_somebodys_address_gets_no_link(office: Office) -> None:
    office.bring(ANNA)
    wrong = ORGANISATION.model_copy(update={"admin_channel": "webchat:anna"})
    with office.database.transaction() as session:
        editions.write(session, wrong, live=True, author="test", note="", now=NOW)
    result = office.run("links")
    assert result.exit_code == 2
    assert "hetzelfde adres als een persoon, “anna”" in result.stderr
    assert result.stdout == ""


def test_help_is_light() -> None:
    heavy = "any(name in sys.modules for name in ('sqlmodel', 'sqlalchemy', 'pandas'))"
    command = "main(['people', 'import', '--help'], standalone_mode=False)"
    script = f"import sys; from bot.cli import main; {command}; sys.exit({heavy})"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0
