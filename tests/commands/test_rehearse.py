"""`klankbord rehearse`: what an admin reads before a large round, in both languages and as JSON."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from .desk import Desk

START = ("--start", "2026-09-01")


def document(desk: Desk, *arguments: str) -> dict[str, Any]:
    """The JSON object."""
    done = desk.command("rehearse", *START, "--json", *arguments)
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--people 0", "0 is not in the range"),
        ("--people 1000001", "1000001 is not in the range"),
        ("--people x", "'x' is not a valid integer"),
        ("--start tomorrow", "'tomorrow' does not match the format"),
        ("--start 9999-12-31", "in the years 2000 to 2099"),
        ("--start 0001-01-01", "in the years 2000 to 2099"),
        ("--config nowhere", "This folder does not exist"),
        ("--language de", "'de' is not one of 'nl', 'en'"),
        ("--platform webchat", "'webchat' is not one of 'slack', 'telegram', 'matrix'"),
    ],
)
def test_a_wrong_wish_is_refused(desk: Desk, arguments: str, said: str) -> None:
    """Exit code 2 and why, without a traceback."""
    done = desk.command("rehearse", *arguments.split())
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_large_organisation(desk: Desk) -> None:
    """25,000 of 100,000 people are asked within one morning on Slack, a quarter of an hour on Telegram, 42 minutes on
    a homeserver.
    """
    (survey,) = document(desk, "--people", "100000")["surveys"]
    assert (survey["key"], survey["cohorts"], survey["opens_at"]) == ("staff", 4, "2026-09-01T09:00:00+02:00")
    slack, telegram, matrix = (survey["platforms"][name] for name in ("slack", "telegram", "matrix"))
    assert [hour["messages"] for hour in slack["invitations"]["hours"]] == [13_804, 11_196]
    assert [hour["messages"] for hour in telegram["invitations"]["hours"]] == [25_000]
    assert slack["invitations"]["last"].startswith("2026-09-01T10:48")
    assert telegram["invitations"]["last"].startswith("2026-09-01T09:14")
    assert matrix["invitations"]["last"].startswith("2026-09-01T09:41")
    for platform in (slack, telegram, matrix):
        assert platform["before_reminder"]
        assert platform["before_closing"]
        assert platform["reminders"]["wanted"] == platform["reminders"]["sent"] == 10_000
        assert (platform["fewest_cohorts"], platform["suggested_cohorts"]) == (1, 4)


def test_too_many_for_one_day(desk: Desk) -> None:
    """More cohorts are suggested, with what that does to the cycle; the wave goes on the next mornings."""
    (survey,) = document(desk, "--people", "500000")["surveys"]
    slack = survey["platforms"]["slack"]
    assert [day["day"] for day in slack["invitations"]["days"]] == ["2026-09-01", "2026-09-02"]
    assert (slack["fewest_cohorts"], slack["suggested_cohorts"], slack["suggested_cycle_weeks"]) == (5, 5, 10)


def test_a_round_that_is_too_short(office: Desk) -> None:
    """Ten minutes a day in which people may be asked: who is left out is counted, and the screen says so."""
    office.change("town/organisation.toml", "from  = 17:30:00", "from  = 09:10:00")
    office.change("town/organisation.toml", "until = 08:30:00", "until = 09:00:00")
    wish = ("--people", "100000", "--config", "town")
    (survey,) = document(office, *wish)["surveys"]
    slack, telegram = survey["platforms"]["slack"], survey["platforms"]["telegram"]
    assert slack["invitations"]["sent"] == 10 * 2304 < slack["invitations"]["wanted"] == 25_000
    assert (slack["before_reminder"], slack["before_closing"], slack["suggested_cohorts"]) == (False, False, None)
    assert (telegram["before_reminder"], telegram["before_closing"], telegram["suggested_cohorts"]) == (True, True, 6)
    said = " ".join(office.command("rehearse", *START, *wish).out.split())
    assert "This does not fit: 1,960 people" in said
    assert "Even with 26 groups" in said


def test_it_is_quick(desk: Desk) -> None:
    """100,000 people take seconds at most, start and all."""
    begun = time.perf_counter()
    assert desk.process("rehearse", "--people", "100000").code == 0
    assert time.perf_counter() - begun < 20


@pytest.mark.parametrize("people", ["1", "600", "600000"])
@pytest.mark.parametrize(("language", "said"), [("nl", "Er is niets verstuurd"), ("en", "Nothing was sent")])
def test_it_fits_a_screen(desk: Desk, people: str, language: str, said: str) -> None:
    """80 columns, 20 lines for each platform, and nothing is kept."""
    done = desk.command("rehearse", *START, "--people", people, "--language", language)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert max(map(len, lines)) <= 80
    titles = ("Slack, 230 ", "Telegram, 1", "Matrix, 600 ")
    assert [sum(line.startswith(title) for line in lines) for title in titles] == [1, 1, 1]
    assert len(lines) <= 20 * len(titles)
    assert lines[-1].startswith(said)
    assert desk.everything() == {}


def test_one_platform_alone(desk: Desk) -> None:
    """Where an organisation has no other."""
    (survey,) = document(desk, "--platform", "matrix")["surveys"]
    assert list(survey["platforms"]) == ["matrix"]
    said = desk.command("rehearse", *START, "--platform", "matrix").out
    assert "Matrix, 600 messages a minute" in said
    assert "Slack" not in said


def test_what_it_says(desk: Desk) -> None:
    """The screen for 100,000 people on Slack, to the letter."""
    done = desk.command("rehearse", *START, "--people", "100000")
    assert done.out.partition("Telegram")[0] == SCREEN


SCREEN = """\
gemeente Voorbeeld, survey Staff departments. People: 100,000. Groups: 4, so at
most 25,000 people a round.
The round opens Tue 1 Sep 09:00, reminds Thu 10 Sep 09:00 and closes Mon 14 Sep
17:00.

Slack, 230 messages a minute
  Tue 1 Sep 09:00     13,804  ██████████████████████████████████████████████████
  Tue 1 Sep 10:00     11,196  ████████████████████████████████████████
  The last one is asked on Tue 1 Sep 10:48, after 1 h 49 min of sending. That is
  before the reminder.
  Reminders: 10,000 are expected, the last one on Thu 10 Sep 09:43, after 44 min
  of sending.
  Fewest groups with which a round fits in one working day: 1. Suggestion: keep
  your 4. Everybody then has a turn once in 8 weeks; with fewer groups you would
  ask everybody more often.

"""


def test_several_surveys(office: Desk, tmp_path: Path) -> None:
    """Each has its own rounds; the screen warns that they share the pace."""
    survey = tmp_path / "town" / "surveys" / "staff.toml"
    text = survey.read_text(encoding="utf-8")
    ict = text.replace("draw = 2", 'draw = 1\nabout = ["ict"]').replace("cohorts     = 4", "cohorts     = 1")
    others = ", ".join(
        f'"{path.stem}"' for path in (tmp_path / "town/departments").glob("*.toml") if path.stem != "ict"
    )
    (survey.parent / "ict.toml").write_text(ict, encoding="utf-8")
    survey.write_text(text.replace("draw = 2", f"draw = 2\nabout = [{others}]"), encoding="utf-8")
    found = document(office, "--config", "town")["surveys"]
    assert [(one["key"], one["cohorts"]) for one in found] == [("ict", 1), ("staff", 4)]
    out = office.command("rehearse", *START, "--config", "town").out
    assert out.count("Slack, 230 messages a minute") == 2
    assert "share the pace" in out
