"""`klankbord check`: one screen for a good configuration, every problem for a broken one, and no traceback."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.commands.check import check
from bot.core.effort import effort
from bot.core.expectation import expected_answers
from config import EXAMPLE
from config.load import read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example, to change."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "example"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """One thing in one file of the copy."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def run(*arguments: object, **environment: str) -> Result:
    """The command with these arguments."""
    return CliRunner().invoke(check, [str(argument) for argument in arguments], env=environment)


def spaced(result: Result) -> str:
    """What was printed, without line ends and indents."""
    return " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ["600 mensen", "Vragenlijst Stafafdelingen", "Opent", "extra vraag", "Alles klopt."]),
        ("en", ["600 people", "Survey Staff departments", "Opens", "extra question", "All is well."]),
    ],
)
def test_a_good_configuration_is_one_screen(language: str, words: list[str]) -> None:
    """The example: exit code 0, nothing on standard error, at most 40 lines of 80 columns, in the language asked."""
    result = run(EXAMPLE, "--language", language)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
    assert all(word in result.stdout for word in words)
    assert "{" not in result.stdout


def test_the_screen_shows_every_department_and_the_next_three_rounds() -> None:
    """Each department with its channel, and three rounds with four moments each."""
    lines = run(EXAMPLE).stdout.splitlines()
    for department in read(EXAMPLE).departments:
        assert any(line.startswith(department.name.in_("nl")) and str(department.channel) in line for line in lines)
    rounds = [line for line in lines if line.count(":00") == 4]
    assert len(rounds) == 3


def test_the_effort_is_that_of_the_conversation() -> None:
    """8 taps and about 35 seconds for one department, 14 and about 55 for two, six and twenty more for a third."""
    survey = read(EXAMPLE).surveys[0]
    assert effort(survey) == {1: (8, 35), 2: (14, 55)}
    assert effort(survey.model_copy(update={"draw": 3}))[3] == (20, 75)


def test_a_deep_first_cycle_is_shown_with_its_own_questions(folder: Path) -> None:
    """Two for each theme and no service, with what they take; the extra question and two departments are not in it."""
    change(folder, "surveys/staff.toml", "first = 6", "first = 1")
    text, found = spaced(run(folder)), json.loads(run(folder, "--json").stdout)["surveys"][0]
    assert "Snelheid: hoe goed moest dat gaan" in text
    assert "Waar ging het vooral over?" not in text
    assert "extra vraag" not in text
    assert "Eén afdeling: 17 tikken, ongeveer 71 seconden." in text
    assert "2 afdelingen" not in text
    assert len(found["questions"]) == 16
    assert found["effort"] == [{"departments": 1, "taps": 17, "seconds": 71}]


def test_the_environment_chooses_the_language_unless_an_option_does() -> None:
    """The option wins from KLANKBORD_LANGUAGE, which wins from Dutch."""
    assert "Alles klopt" in run(EXAMPLE).stdout
    assert "All is well" in run(EXAMPLE, KLANKBORD_LANGUAGE="en").stdout
    assert "Alles klopt" in run(EXAMPLE, "--language", "nl", KLANKBORD_LANGUAGE="en").stdout
    assert run(EXAMPLE, KLANKBORD_LANGUAGE="fy").exit_code == 2


def test_json_is_one_object() -> None:
    """With --json the same facts, for programs."""
    found = json.loads(run(EXAMPLE, "--json").stdout)
    assert found["good"] is True
    assert len(found["departments"]) == len(found["surveys"][0]["expected"]) == 11
    assert found["surveys"][0]["effort"][1] == {"departments": 2, "taps": 14, "seconds": 55}
    assert len(found["surveys"][0]["rounds"]) == 3
    assert found["warnings"] == []


@pytest.mark.parametrize(("language", "count"), [("nl", "3 fouten"), ("en", "3 mistakes")])
def test_every_problem_is_printed(folder: Path, language: str, count: str) -> None:
    """A broken configuration: exit code 2, each problem a line on standard error, then how many; no screen."""
    change(folder, "organisation.toml", "threshold = 10", "threshold = 5")
    change(folder, "departments/hr.toml", "0.40", "40")
    change(folder, "surveys/staff.toml", '"tuesday"', '"dinsdag"')
    result = run(folder, "--language", language)
    assert (result.exit_code, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    assert [line.split(": ")[:2] for line in lines[:3]] == [
        ["departments/hr.toml:7", "share"],
        ["organisation.toml:10", "threshold"],
        ["surveys/staff.toml:9", "rhythm.weekday"],
    ]
    assert lines[3].startswith(count)
    assert len(lines) == 4


def test_one_problem_is_one_mistake(folder: Path) -> None:
    """The count speaks proper Dutch about one."""
    change(folder, "organisation.toml", "threshold = 10", "threshold = 5")
    assert run(folder).stderr.splitlines()[-1].startswith("1 fout in")


def test_problems_as_json(folder: Path) -> None:
    """With --json the problems are on standard output, with file, line, key and what to do."""
    change(folder, "organisation.toml", "threshold = 10", "threshold = 5")
    result = run(folder, "--json", "--language", "en")
    (problem,) = json.loads(result.stdout)["problems"]
    assert (result.exit_code, result.stderr) == (2, "")
    assert (problem["file"], problem["line"], problem["key"]) == ("organisation.toml", 10, "threshold")
    assert "guess who said what" in problem["said"]


@pytest.mark.parametrize("what", ["nowhere", "a-file", "a-file/deeper", "empty", ""])
def test_a_folder_that_is_none_is_no_traceback(tmp_path: Path, what: str) -> None:
    """A folder that is missing, a file or empty ends with exit code 2 and a sentence."""
    (tmp_path / "a-file").write_bytes(b"\x00\xff")
    (tmp_path / "empty").mkdir()
    result = run(tmp_path / what)
    assert result.exit_code == 2
    assert result.stderr
    assert isinstance(result.exception, SystemExit)


def test_a_small_organisation_is_told_to_combine(folder: Path) -> None:
    """Sixty people cannot fill eleven departments: which, how many answers they may expect, and what helps."""
    change(folder, "organisation.toml", "people    = 600", "people    = 60")
    result = run(folder, "--language", "en")
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "For 60 people, 11 departments are many." in spaced(result)
    few = spaced(result).partition("Probably too few answers")[2]
    assert "Purchasing 3" in few
    assert "Combine departments" in few
    assert "draw = 3 in surveys/staff.toml" in few
    assert "ICT" not in few.partition("draw = 3")[0], "enough people deal with ICT"


def test_drawing_three_is_no_remedy_where_three_are_drawn(folder: Path) -> None:
    """The remedy that is in use already is not given."""
    change(folder, "organisation.toml", "people    = 600", "people    = 60")
    change(folder, "surveys/staff.toml", "draw = 2", "draw = 3")
    said = spaced(run(folder, "--language", "en"))
    assert "Probably too few answers" in said
    assert "draw = 3" not in said


def test_a_warning_names_what_is_missing(folder: Path) -> None:
    """No card, channel, lead or translation, a question too long, a department nobody is asked about: each is told."""
    hr = (folder / "departments/hr.toml").read_text(encoding="utf-8")
    start, end = hr.index("\n[card]"), hr.index("\n[[services]]")
    hr = hr[:start] + hr[end:]
    kept = [line for line in hr.splitlines() if not line.startswith(("channel", "lead"))]
    (folder / "departments/hr.toml").write_text("\n".join(kept), encoding="utf-8")
    change(folder, "departments/ict.toml", ', en = "Faults"', "")
    change(folder, "surveys/staff.toml", "What helped most?", "What helped most? " * 9)
    others = sorted(d.key for d in read(EXAMPLE).departments if d.key != "catering")
    change(folder, "surveys/staff.toml", "draw = 2", f"draw = 2\nabout = {json.dumps(others)}")
    result = run(folder, "--language", "en")
    said = spaced(result)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    for sentence in (
        "Without a card: HR.",
        "Without a channel: HR.",
        "Without a lead: HR.",
        "Not translated into English yet (1): departments.ict.services.fault.name.",
        "surveys/staff.toml helped.ask.en",
        "No survey asks about: Catering.",
    ):
        assert sentence in said


def test_what_is_expected_follows_people_response_and_share() -> None:
    """With one department everyone who answers and deals with it is asked about it: people x response x share."""
    organisation = read(EXAMPLE)
    survey = organisation.surveys[0].model_copy(update={"about": ("ict",)})
    assert expected_answers(organisation, survey, 2)["ict"] == pytest.approx(600 * 0.6 * 0.7, rel=0.03)


def test_what_is_expected_adds_up_to_what_is_asked() -> None:
    """Nobody is asked about more than the number drawn, and a third department is never a loss."""
    organisation = read(EXAMPLE)
    survey = organisation.surveys[0]
    one, two, three = (expected_answers(organisation, survey, drawn) for drawn in (1, 2, 3))
    assert sum(one.values()) <= 360 * 1.03
    assert sum(one.values()) < sum(two.values()) < sum(three.values())
    assert all(three[key] > two[key] > one[key] for key in two)


def test_a_large_organisation_is_scaled() -> None:
    """A hundred thousand people take no longer than six hundred, and may expect in proportion."""
    organisation = read(EXAMPLE).model_copy(update={"people": 100_000})
    answers = expected_answers(organisation, organisation.surveys[0], 2)
    assert 20_000 < answers["ict"] < 42_000


def test_an_organisation_of_one_can_be_checked(folder: Path) -> None:
    """The smallest and the largest number of people are no trouble."""
    change(folder, "organisation.toml", "people    = 600", "people = 1")
    change(folder, "organisation.toml", "response  = 0.6", "response = 0.001")
    assert run(folder).exit_code == 0
    change(folder, "organisation.toml", "people = 1", "people = 1_000_000")
    assert run(folder).exit_code == 0


def test_the_command_is_light_until_it_runs() -> None:
    """Importing the command, as --help does, loads nothing heavy: not even the configuration's models."""
    heavy = ["pandas", "numpy", "scipy", "matplotlib", "sqlmodel", "sqlalchemy", "pydantic", "holidays", "apscheduler"]
    code = f"import sys, bot.commands.check; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=EXAMPLE.parents[1]
    )
    assert done.stdout.strip() == "[]"


def test_running_it_needs_no_statistics_or_database() -> None:
    """A whole check loads neither the database nor the statistics."""
    heavy = ["pandas", "numpy", "scipy", "matplotlib", "sqlmodel", "sqlalchemy"]
    code = (
        "import sys; from bot.commands.check import check; check.main([sys.argv[1]], standalone_mode=False);"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(EXAMPLE)], capture_output=True, text=True, check=True, cwd=EXAMPLE.parents[1]
    )
    assert done.stdout.splitlines()[-1] == "[]"
