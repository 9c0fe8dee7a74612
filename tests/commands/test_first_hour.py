"""The first hour of an admin: from an empty folder to live, and every mistake somebody may make on the way.

A mistake ends with exit code 2, says what is wrong and how to mend it, and leaves everything as it was.
"""

import csv
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import pytest
from alembic.command import downgrade

from bot.store import editions
from bot.store.ballots import Keyring
from bot.store.database import Database, alembic_config

from .desk import DATABASE, Desk, Done, surroundings

PEOPLE = "key,name,platform,address,pilot\n" + "".join(
    f"p{number},Person {number},webchat,p{number},{'yes' if number < 3 else 'no'}\n" for number in range(12)
)
KEYS = Keyring.new_key()


def how_many_editions(desk: Desk) -> int:
    """The number of the edition in force, 0 for none."""
    database = Database(desk.folder / DATABASE)
    with database.transaction(reading=True) as session:
        edition = editions.latest_or_none(session)
    database.close()
    return edition.number or 0 if edition else 0


# --- the path ----------------------------------------------------------------------------------------------------


WORDS = {
    "nl": {
        "init": ["een voorbeeldgemeente staat in town", "klankbord.env", "`klankbord check town`"],
        "check": ["600 mensen", "Alles klopt."],
        "apply": ["Editie 1 is vastgelegd.", "Het is nog proef", "`klankbord live`"],
        "import": ["Erbij: 12", "Klaar.", "klankbord people links"],
        "links": ["Nieuwe links: 15", "Stuur ieder alleen de eigen link"],
        "status": ["gemeente Voorbeeld · editie 1 · proef", "12 in totaal", "geen ronde open", "Volgende rondes"],
        "live": ["Alles is er", "Vanaf nu iedereen vragen?", "Live. Vanaf de volgende ronde wordt iedereen gevraagd."],
        "after": ["editie 2 · live"],
        "again": ["Het is al live"],
    },
    "en": {
        "init": ["an example municipality is in town", "klankbord.env", "`klankbord check town`"],
        "check": ["600 people", "All is well."],
        "apply": ["Edition 1 has been recorded.", "It is still a pilot", "`klankbord live`"],
        "import": ["Added: 12", "Done.", "klankbord people links"],
        "links": ["New links: 15", "Send everybody only their own"],
        "status": [
            "gemeente Voorbeeld · edition 1 · pilot",
            "12 in all",
            "No round is open now.",
            "Next rounds",
        ],
        "live": ["All is there", "Ask everybody from now on?", "Live. From the next round on everybody is asked."],
        "after": ["edition 2 · live"],
        "again": ["It is live already"],
    },
}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_from_an_empty_folder_to_live(desk: Desk, language: str) -> None:
    """init, check, apply, people import, people links, status, live: each says what it did and what comes next."""
    (desk.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    steps = {
        "init": "init town",
        "check": "check town",
        "apply": "apply town",
        "import": "people import people.csv --yes",
        "links": "people links --out links.csv",
        "status": "status",
        "live": "live",
        "after": "status",
        "again": "live",
    }
    for step, line in steps.items():
        done = desk.command(*line.split(), typed="y\n", KLANKBORD_LANGUAGE=language)
        assert done.code == 0, done
        for words in WORDS[language][step]:
            assert words in done.out + done.err, (step, done)
        assert "{" not in done.out, step
    rows = list(csv.DictReader((desk.folder / "links.csv").read_text(encoding="utf-8").splitlines()))
    people = sorted(f"p{number}" for number in range(12))
    assert [row["key"] for row in rows] == ["#beheer", "#proef", "#bestuur", *people]
    assert all(row["link"].startswith("http://127.0.0.1:8080/join/") for row in rows)


def test_the_beginning_in_real_processes(office: Desk) -> None:
    """What two processes left is read by the next ones, in Dutch where nothing else was said."""
    (office.folder / "klankbord.env").write_text("KLANKBORD_KEYS=\n", encoding="utf-8")
    for arguments, words in (
        (["apply", "town"], "Er verandert niets: editie 1 is al zo."),
        (["status"], "gemeente Voorbeeld · editie 1 · proef"),
    ):
        done = office.process(*arguments, KLANKBORD_LANGUAGE="nl")
        assert (done.code, done.err) == (0, "")
        assert words in done.out


@pytest.mark.skipif(os.name != "posix", reason="modes of files are posix")
def test_the_key_is_for_its_owner_only_and_is_never_made_twice(desk: Desk) -> None:
    """klankbord.env can be read by nobody else and holds a good key; a second `init` keeps it."""
    desk.command("init", "town")
    file = desk.folder / "klankbord.env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    Keyring([before.decode().partition("KLANKBORD_KEYS=")[2].strip()])
    assert "has not been changed" in desk.command("init", "other").out
    assert file.read_bytes() == before


def test_the_key_is_not_beside_the_database(office: Desk) -> None:
    """Whoever takes the folder of the database along has no key to it."""
    key = (office.folder / "klankbord.env").read_text(encoding="utf-8").partition("KLANKBORD_KEYS=")[2].strip()
    for file in (office.folder / "data").iterdir():
        assert key.encode() not in file.read_bytes()


# --- live --------------------------------------------------------------------------------------------------------

MISSING = [
    ("organisation.toml", "announced = 2026-08-18", "Colleagues have not been told yet."),
    ("departments/hr.toml", 'channel = "webchat:#hr"', "HR: there is no channel yet."),
    ("departments/hr.toml", 'lead    = "p-lead-hr"', "HR: there is no lead yet."),
]


@pytest.mark.parametrize(("file", "line", "said"), MISSING)
def test_live_waits_until_all_is_there(office: Desk, file: str, line: str, said: str) -> None:
    """What is missing is named with its file; nothing becomes live. When it is there, the checklist passes."""
    office.change(f"town/{file}", line, f"# {line}")
    office.command("apply", "town", "--yes")
    before = office.everything()
    refused = office.command("live", "--yes")
    assert refused.code == 2
    assert said in refused.err
    assert f"in {file}" in refused.err
    assert office.everything() == before
    office.change(f"town/{file}", f"# {line}", line)
    office.command("apply", "town", "--yes")
    assert "Live." in office.command("live", "--yes").out


def test_live_names_everything_that_is_missing_at_once(office: Desk) -> None:
    """A card, a channel, a lead and the announcement: four lines and their number."""
    for file, line, _ in MISSING:
        office.change(f"town/{file}", line, f"# {line}")
    card = office.folder / "town/departments/ict.toml"
    text = card.read_text(encoding="utf-8")
    begin, end = text.index("\n[card]"), text.index("[[services]]")
    card.write_text(text[:begin] + text[end:], encoding="utf-8")
    assert office.command("apply", "town", "--yes").code == 0
    refused = office.command("live")
    assert refused.code == 2
    assert "ICT: there is no card yet. Fill in [card] in departments/ict.toml." in refused.err
    assert "Not live yet: 4 points are open." in refused.err
    assert "`klankbord apply FOLDER`" in refused.err


@pytest.mark.parametrize("typed", ["n\n", "\n"])
def test_live_asks_first(office: Desk, typed: str) -> None:
    """No, and nothing at all, change nothing."""
    before = office.everything()
    done = office.command("live", typed=typed)
    assert done.code == 2
    assert "Nothing has been changed." in done.err
    assert office.everything() == before


# --- mistakes ----------------------------------------------------------------------------------------------------


def nothing(desk: Desk) -> None:
    """An empty folder."""


def an_empty_database(desk: Desk) -> None:
    """Tables without an edition."""
    (desk.folder / "data").mkdir()
    database = Database(desk.folder / DATABASE)
    database.migrate()
    database.close()


def a_folder_that_is_a_file(desk: Desk) -> None:
    """Something to apply, and `data` is a file."""
    desk.command("init", "town")
    (desk.folder / "data").write_text("not a folder", encoding="utf-8")


def the_starter(desk: Desk) -> None:
    """A folder to apply, and no database."""
    desk.command("init", "town")


def a_folder_of_my_own(desk: Desk) -> None:
    """Something that may not be overwritten."""
    (desk.folder / "town").mkdir()
    (desk.folder / "town/notes.txt").write_text("mine", encoding="utf-8")


@dataclass(frozen=True)
class Mistake:
    """A command that cannot be carried out, what was there before, and what has to be said."""

    arrange: Callable[[Desk], None]
    line: str
    settings: dict[str, str]
    said: tuple[str, ...]


BARE = {
    "check of a missing folder": Mistake(nothing, "check town", {}, ("town:1", "does not exist", "klankbord init")),
    "apply of a missing folder": Mistake(nothing, "apply town", {}, ("town:1", "does not exist", "klankbord init")),
    "init where something is": Mistake(a_folder_of_my_own, "init town", {}, ("is not empty", "Choose a new folder")),
    "init over a file": Mistake(a_folder_of_my_own, "init town/notes.txt", {}, ("is not empty", "Choose a new folder")),
    "init inside a file": Mistake(
        a_folder_of_my_own, "init town/notes.txt/town", {}, ("cannot be written to", "Choose another folder")
    ),
    "status before anything": Mistake(nothing, "status", {}, ("There is no database yet", "klankbord apply")),
    "live before anything": Mistake(nothing, "live", {}, ("There is no database yet", "klankbord apply")),
    "run before anything": Mistake(
        nothing, "run", {"KLANKBORD_KEYS": KEYS}, ("There is no database yet", "klankbord apply")
    ),
    "status without an edition": Mistake(an_empty_database, "status", {}, ("Nothing has been configured", "apply")),
    "live without an edition": Mistake(an_empty_database, "live", {}, ("Nothing has been configured", "apply")),
    "links without an edition": Mistake(an_empty_database, "people links", {}, ("Nothing has been config", "apply")),
    "run without an edition": Mistake(
        an_empty_database, "run", {"KLANKBORD_KEYS": KEYS}, ("Nothing has been configured", "klankbord apply")
    ),
    "run without keys": Mistake(an_empty_database, "run", {}, ("KLANKBORD_KEYS is missing", "klankbord init")),
    "a port in letters": Mistake(nothing, "status", {"KLANKBORD_PORT": "abc"}, ("KLANKBORD_PORT", "valid integer")),
    "a port too high": Mistake(nothing, "run", {"KLANKBORD_PORT": "70000"}, ("KLANKBORD_PORT", "65535")),
    "a language nobody speaks": Mistake(
        nothing, "init town", {"KLANKBORD_LANGUAGE": "de"}, ("KLANKBORD_LANGUAGE", "'nl' or 'en'")
    ),
    "two wrong settings": Mistake(
        nothing, "apply town", {"KLANKBORD_PORT": "x", "KLANKBORD_LANGUAGE": "x"}, ("KLANKBORD_PORT", "_LANGUAGE")
    ),
    "a data folder that is a file": Mistake(
        a_folder_that_is_a_file, "apply town", {}, ("cannot be opened", "Is KLANKBORD_DATA right")
    ),
}


@pytest.mark.parametrize("name", BARE)
def test_a_mistake_before_there_is_anything(desk: Desk, name: str) -> None:
    """Exit code 2, what is wrong and how to mend it, and no file made or changed."""
    mistake = BARE[name]
    mistake.arrange(desk)
    before = desk.everything()
    _is_refused(_carried_out(desk, mistake), mistake)
    assert desk.everything() == before


def _carried_out(desk: Desk, mistake: Mistake) -> Done:
    """At a host that nobody has: a `run` that is not refused for this mistake would serve for ever."""
    return desk.command(*mistake.line.split(), **{"KLANKBORD_HOST": "256.0.0.1"} | mistake.settings)


def _is_refused(done: Done, mistake: Mistake) -> None:
    assert (done.code, done.out) == (2, ""), done
    assert "Traceback" not in done.err
    for words in mistake.said:
        assert words in done.err
    assert len(done.err.splitlines()) <= 4


def broken_toml(desk: Desk) -> None:
    """A quotation mark that does not close, on line 6."""
    desk.change("town/departments/ict.toml", '"p-lead-ict"', '"p-lead-ict')


def two_errors(desk: Desk) -> None:
    """A threshold too low and a channel with a space, in two files."""
    desk.change("town/organisation.toml", "threshold = 10", "threshold = 6")
    desk.change("town/departments/hr.toml", "webchat:#hr", "webchat #hr")


def no_keys(desk: Desk) -> None:
    """klankbord.env is lost."""
    (desk.folder / "klankbord.env").unlink()


def not_a_database(desk: Desk) -> None:
    """Something else stands where the database was."""
    for file in (desk.folder / "data").iterdir():
        file.unlink()
    (desk.folder / DATABASE).write_text("dear diary, " * 100, encoding="utf-8")


def a_database_that_is_a_folder(desk: Desk) -> None:
    """A folder stands where the database was."""
    for file in (desk.folder / "data").iterdir():
        file.unlink()
    (desk.folder / DATABASE).mkdir()


def bad_rows(desk: Desk) -> None:
    """One good row and two bad ones."""
    rows = "good,Good,webchat,good,no\nbad,Bad,teams,bad,no\nworse,,webchat,worse,no\n"
    (desk.folder / "people.csv").write_text(f"key,name,platform,address,pilot\n{rows}", encoding="utf-8")


BROKEN = ("The database", "cannot be opened", "Is KLANKBORD_DATA right", "restore a backup")
LATER = {
    "broken TOML, checked": Mistake(broken_toml, "check town", {}, ("departments/ict.toml:6", "not valid TOML")),
    "broken TOML, applied": Mistake(broken_toml, "apply town", {}, ("departments/ict.toml:6", "not valid TOML")),
    "two errors, checked": Mistake(
        two_errors,
        "check town",
        {},
        (
            "organisation.toml:10: threshold: This is too low. Choose at least 7",
            "departments/hr.toml:5: channel: This is not a good channel",
            "2 mistakes in the configuration. Nothing was changed.",
        ),
    ),
    "two errors, applied": Mistake(
        two_errors, "apply town", {}, ("organisation.toml:10: threshold", "departments/hr.toml:5: channel")
    ),
    "init again": Mistake(nothing, "init town", {}, ("is not empty", "nothing is overwritten")),
    "run without its keys": Mistake(no_keys, "run", {}, ("KLANKBORD_KEYS is missing", "klankbord init")),
    "run with a malformed key": Mistake(
        nothing, "run", {"KLANKBORD_KEYS": "secret"}, ("KLANKBORD_KEYS is wrong", "44 characters", "klankbord init")
    ),
    "run with a good and a malformed key": Mistake(
        nothing, "run", {"KLANKBORD_KEYS": f"{KEYS},x"}, ("KLANKBORD_KEYS is wrong", "44 characters")
    ),
    "status of something else": Mistake(not_a_database, "status", {}, BROKEN),
    "apply to something else": Mistake(not_a_database, "apply town", {}, BROKEN),
    "run on something else": Mistake(not_a_database, "run", {}, BROKEN),
    "status of a folder": Mistake(a_database_that_is_a_folder, "status", {}, BROKEN),
    "import of a missing file": Mistake(
        nothing, "people import people.csv", {}, ("people.csv", "cannot be read", "Check its name")
    ),
    "import of a folder": Mistake(nothing, "people import town", {}, ("town", "cannot be read", "Check its name")),
    "import of bad rows": Mistake(
        bad_rows,
        "people import people.csv --yes",
        {},
        ("people.csv:3: platform: I do not know", "people.csv:4: name: This cell is empty", "There are 2 problems"),
    ),
    "a link for nobody": Mistake(nothing, "people links --renew nobody", {}, ("no person or channel “nobody”", "key")),
}


@pytest.mark.parametrize("name", LATER)
def test_a_mistake_after_a_good_beginning(office: Desk, name: str) -> None:
    """Exit code 2, what is wrong and how to mend it; no edition, no person and no file comes, goes or changes."""
    mistake = LATER[name]
    mistake.arrange(office)
    before = office.everything()
    _is_refused(_carried_out(office, mistake), mistake)
    assert office.everything() == before


def test_a_bad_folder_makes_no_edition(office: Desk) -> None:
    """Not even when everything else in it is new and good; once mended, it does."""
    office.change("town/organisation.toml", "gemeente Voorbeeld", "gemeente Nieuw")
    two_errors(office)
    assert office.command("apply", "town", "--yes").code == 2
    assert how_many_editions(office) == 1
    office.change("town/organisation.toml", "threshold = 6", "threshold = 11")
    office.change("town/departments/hr.toml", "webchat #hr", "webchat:#hr")
    assert office.command("apply", "town", "--yes").code == 0
    assert how_many_editions(office) == 2


def test_mistakes_are_told_in_dutch_too(office: Desk) -> None:
    """The same place, other words."""
    two_errors(office)
    done = office.process("check", "town", KLANKBORD_LANGUAGE="nl")
    assert (done.code, done.out) == (2, "")
    assert "organisation.toml:10: threshold: Dit is te laag. Kies minstens 7" in done.err
    assert "2 fouten in de configuratie. Er is niets veranderd." in done.err
    assert "Traceback" not in done.err


def test_mistakes_as_an_object(office: Desk) -> None:
    """`check --json` gives every mistake with file, line and key, and still exit code 2."""
    two_errors(office)
    done = office.command("check", "town", "--json")
    assert done.code == 2
    assert '"good": false' in done.out
    assert '"line": 10' in done.out


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_database_that_may_not_be_written(office: Desk) -> None:
    """Exit code 2 and a hint about rights; the database is as it was."""
    content = (office.folder / DATABASE).read_bytes()
    for path in (office.folder / DATABASE, office.folder / "data"):
        path.chmod(path.stat().st_mode & ~0o222)
    done = office.command("apply", "town", "--yes")
    (office.folder / "data").chmod(0o755)
    assert done.code == 2
    assert "may you write there" in done.err
    assert (office.folder / DATABASE).read_bytes() == content


def test_the_demo_names_a_wrong_setting(desk: Desk) -> None:
    """As every other command does."""
    done = desk.process("demo", "--port", "0", KLANKBORD_PORT="abc")
    assert (done.code, done.out) == (2, "")
    assert "KLANKBORD_PORT" in done.err
    assert "Traceback" not in done.err


def test_a_settings_file_that_is_no_text(office: Desk) -> None:
    """An editor may save klankbord.env as UTF-16: exit code 2 and how to mend it, for every command."""
    file = office.folder / "klankbord.env"
    file.write_text(file.read_text(encoding="utf-8"), encoding="utf-16")
    done = office.command("status")
    assert (done.code, done.out) == (2, "")
    assert "klankbord.env cannot be read as text" in done.err


def test_a_database_of_a_newer_version(office: Desk) -> None:
    """After going back to an older version of the program: exit code 2 and what to do; the database is as it was."""
    with closing(sqlite3.connect(office.folder / DATABASE)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = office.everything()
    done = office.command("status")
    assert (done.code, done.out) == (2, "")
    assert "newer version" in done.err
    assert office.everything() == before


def test_a_database_of_an_older_version(office: Desk) -> None:
    """A command of a new version changes nothing under a bot that still runs the old one; `apply` and `run` do."""
    database = Database(office.folder / DATABASE)
    with database.kind.migrating() as migrating:
        downgrade(alembic_config(migrating), "0004")
    database.close()
    before = office.everything()
    for line in ("status", "people links", "live --yes", "retention", "backup copy"):
        done = office.command(*line.split())
        assert (done.code, done.out) == (2, ""), line
        assert "are of an earlier version" in done.err
    assert office.everything() == before
    assert office.command("apply", "town", "--yes").code == 0
    assert office.command("status").code == 0


@pytest.mark.parametrize("line", ["people import people.csv", "people links"])
def test_people_before_there_is_anything_make_no_database(desk: Desk, line: str) -> None:
    """What is refused leaves nothing behind."""
    (desk.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    before = desk.everything()
    done = desk.command(*line.split())
    assert (done.code, done.out) == (2, "")
    assert "There is no database yet" in done.err
    assert desk.everything() == before


@pytest.mark.parametrize("typed", ["j\n", "ja\n", "y\n"])
def test_live_understands_a_dutch_yes(office: Desk, typed: str) -> None:
    """It asks in Dutch, so it takes a Dutch answer, as `people import` does."""
    done = office.command("live", "--language", "nl", typed=typed)
    assert done.code == 0, done
    assert "[j/N]" in done.out


def test_nobody_waits_while_live_asks(office: Desk) -> None:
    """As long as an admin thinks about the question, the bot that runs can write."""
    command = [sys.executable, "-m", "bot.cli", "live"]
    asked = {"cwd": office.folder, "env": surroundings(KLANKBORD_LANGUAGE="en")}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **asked) as process:  # type: ignore[call-overload]
        while process.stdout.read(1) != b"?":
            assert process.poll() is None
        database = Database(office.folder / DATABASE)
        began = time.monotonic()
        with database.transaction() as session:
            editions.latest(session)
        waited = time.monotonic() - began
        database.close()
        process.communicate(b"n\n")
    assert waited < 5


# --- in a container ----------------------------------------------------------------------------------------------


def test_who_applies_needs_no_name(desk: Desk) -> None:
    """A container often runs as a number that its system does not know: the history has the number."""
    nameless = ["unshare", "--user", "--map-user=12345"]
    if not shutil.which("unshare") or subprocess.run([*nameless, "true"], capture_output=True).returncode:
        pytest.skip("this system lets nobody take another number (user namespaces)")
    bare = {
        name: value for name, value in surroundings().items() if name not in ("LOGNAME", "USER", "LNAME", "USERNAME")
    }
    assert desk.process("init", "town").code == 0
    done = subprocess.run([*nameless, sys.executable, "-m", "bot.cli", "apply", "town"], env=bare, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    with closing(sqlite3.connect(desk.folder / DATABASE)) as connection:
        assert connection.execute("SELECT author FROM edition").fetchall() == [("user 12345",)]
