"""`--help` of every command: it says what for, fits a screen, and comes without waiting for what is heavy."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .desk import Desk, surroundings

PURPOSES = {
    "": "asks colleagues how the staff departments served them",
    "demo": "Try Klankbord in your browser",
    "init": "Write a starter organisation to FOLDER",
    "check": "Check the organisation described in FOLDER",
    "apply": "write it as a new edition",
    "export": "Write the edition in force to FOLDER",
    "history": "Show every edition, newest first",
    "diff": "Show what differs between edition A and edition B",
    "rollback": "Make what edition N held the new edition",
    "kit": "Write to FOLDER what has to be sent before colleagues are asked",
    "privacy": "Write the privacy pack",
    "live": "ask everybody from the next round on",
    "pause": "from now on no round of it opens",
    "resume": "its next round opens as planned",
    "test-card": "the key of an admin; without a name, show which cards",
    "withdraw": "End the open round of SURVEY",
    "run": "Run the bot",
    "simulate": "print what each department would read",
    "rehearse": "Show how long it takes to ask everybody of one round",
    "analyse": "Analyse the answers in ANSWERS.csv",
    "people": "Import people or read them from a chat platform",
    "people sync": "Read who there is on PLATFORM",
    "people import": "Add and change people from FILE.csv",
    "people links": "Make a personal link for everybody",
    "doctor": "Check whether PLATFORM, such as slack, is set up as it should be",
    "digests": "of which nobody knows whether they arrived",
    "digests arrived": "it is not sent again",
    "digests resend": "it is sent again",
    "digests export": "Write every figure that is out to the new FILE",
    "backup": "to the new file FILE; the bot may run meanwhile",
    "restore": "Put the backup FILE back into an empty database",
    "retention": "Delete what was kept long enough",
    "admin": "Make a link to the admin pages, and see who is signed in",
    "admin link": "Make a link that signs in once, within ten minutes",
    "admin sessions": "Show who is signed in, or end a session",
    "status": "Show the edition, the rounds under way",
}
HEAVY = (
    *("pandas", "numpy", "matplotlib", "scipy", "statsmodels", "sqlalchemy", "sqlmodel"),
    *("slack_bolt", "slack_sdk", "telegram", "mautrix", "aiohttp", "starlette", "uvicorn", "jinja2"),
)
SCRIPT = """
import json, sys
from bot.cli import main
try:
    code = main([*sys.argv[1:], "--help"], prog_name="klankbord", standalone_mode=False)
except SystemExit as exit:
    code = exit.code
print(json.dumps({"code": code, "modules": sorted(sys.modules)}), file=sys.stderr)
"""

Told = dict[str, tuple[str, Any]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What every `--help` prints, and how its process looked afterwards; each in a process of its own, side by side."""
    folder: Path = tmp_path_factory.mktemp("help")
    processes = {
        command: subprocess.Popen(
            [sys.executable, "-c", SCRIPT, *command.split()],
            cwd=folder,
            env=surroundings(COLUMNS="100"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        for command in PURPOSES
    }
    found = {}
    for command, process in processes.items():
        printed, afterwards = process.communicate(timeout=60)
        found[command] = (printed, json.loads(afterwards))
    return found


@pytest.mark.parametrize("command", PURPOSES)
def test_help_says_what_for_on_a_screen(told: Told, command: str) -> None:
    """Exit code 0, at most 100 columns, one screen, and the purpose in so many words."""
    printed, afterwards = told[command]
    assert afterwards["code"] in (0, None)
    assert printed.startswith(f"Usage: klankbord {command}".strip())
    assert PURPOSES[command] in " ".join(printed.split())
    assert max(map(len, printed.splitlines())) <= 100
    assert len(printed.splitlines()) <= 40


@pytest.mark.parametrize("command", PURPOSES)
def test_help_loads_nothing_heavy(told: Told, command: str) -> None:
    """No tables of figures, no database, no chat platform and no web server, only to say what a command is for."""
    loaded = {module.partition(".")[0] for module in told[command][1]["modules"]}
    assert "bot" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_the_list_of_commands_is_complete(told: Told) -> None:
    """Every command is named in the help of the whole, with a line of its own; no command is missing here."""
    printed = told[""][0].partition("Commands:")[2]
    named = [line.split()[0] for line in printed.splitlines() if line.startswith("  ") and line[2] != " "]
    assert set(named) == {command.split()[0] for command in PURPOSES if command}


def test_the_subcommands_of_people_are_named(told: Told) -> None:
    """`people --help` names each."""
    printed = told["people"][0].partition("Commands:")[2]
    assert [line.split()[0] for line in printed.splitlines() if line.strip()] == ["import", "links", "sync"]


@pytest.mark.parametrize("arguments", ["--help", "-h", "people import --help"])
def test_the_real_process_exits_well(desk: Desk, arguments: str) -> None:
    """`klankbord --help` in a process of its own: exit code 0, nothing on standard error, no file made."""
    done = desk.process(*arguments.split())
    assert (done.code, done.err) == (0, "")
    assert desk.everything() == {}


@pytest.mark.parametrize(
    ("arguments", "said", "hint"),
    [
        ("nonsense", "No such command 'nonsense'", "klankbord --help"),
        ("--nonsense", "No such option", "klankbord --help"),
        ("check --nonsense", "No such option", "klankbord check --help"),
        ("check", "Missing argument 'FOLDER'", "klankbord check --help"),
        ("check one two", "unexpected extra argument", "klankbord check --help"),
        ("status --language de", "'de' is not one of 'nl', 'en'", "klankbord status --help"),
        ("people nonsense", "No such command 'nonsense'", "klankbord people --help"),
        ("people import --nonsense", "No such option", "klankbord people import --help"),
        ("demo --port 99999", "99999 is not in the range", "klankbord demo --help"),
    ],
)
def test_what_nobody_knows_is_refused_with_a_hint(desk: Desk, arguments: str, said: str, hint: str) -> None:
    """An unknown command, option or value: exit code 2, what is wrong, and where to look."""
    done = desk.command(*arguments.split())
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert f"Try '{hint}' for help." in done.err


def test_an_unknown_command_in_a_real_process(desk: Desk) -> None:
    """Exit code 2 and a hint, without a traceback."""
    done = desk.process("nonsense")
    assert (done.code, done.out) == (2, "")
    assert "No such command 'nonsense'" in done.err
    assert "--help' for help" in done.err
    assert "Traceback" not in done.err
