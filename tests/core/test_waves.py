"""How long a wave of messages takes: examples that people can count, and what holds for every one."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.pacing import Pace, Rate, Schedule
from bot.core.timing import Window
from bot.core.waves import Wave, fewest_cohorts, rehearse, wave
from config import EXAMPLE
from config.load import read
from config.organisation import Head, QuietHours
from config.survey import MOST_COHORTS

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HEAD: Head = read(EXAMPLE)  # asks from 08:30 until 17:30; 6 in 10 answer
A_MINUTE = Pace(overall=Rate(1, 60), person=Rate(1))


def moment(text: str) -> datetime:
    """2026-09-01 09:00, in Amsterdam."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def window(opens: str, reminds: str, closes: str) -> Window:
    """A round with these moments."""
    opens_at, closes_at = moment(opens), moment(closes)
    return Window(0, opens_at, opens_at, moment(reminds), *[closes_at] * 4)


FORTNIGHT = window("2026-09-01 09:00", "2026-09-10 09:00", "2026-09-14 17:00")


@pytest.mark.parametrize(
    ("people", "begin", "last", "minutes"),
    [
        (1, "2026-09-01 09:00", "2026-09-01 09:00", 0),
        (60, "2026-09-01 09:00", "2026-09-01 09:59", 59),
        (61, "2026-09-01 09:00", "2026-09-01 10:00", 60),
        (510, "2026-09-01 09:00", "2026-09-01 17:29", 509),  # the whole day
        (511, "2026-09-01 09:00", "2026-09-02 08:30", 509),  # one too many: the next morning
        (1050, "2026-09-01 09:00", "2026-09-02 17:29", 509 + 539),
        (10, "2026-09-01 06:00", "2026-09-01 08:39", 9),  # not before the quiet hours end
        (10, "2026-09-01 17:25", "2026-09-02 08:34", 4 + 4),
        (10, "2026-09-04 17:25", "2026-09-07 08:34", 4 + 4),  # over a weekend
        (10, "2026-04-24 17:25", "2026-04-28 08:34", 4 + 4),  # over a weekend and King's Day
    ],
)
def test_examples(people: int, begin: str, last: str, minutes: int) -> None:
    """One message a minute, in working hours only; nights and weekends do not count as sending."""
    found = wave(people, moment(begin), moment("2026-12-01 17:00"), HEAD, Schedule(A_MINUTE))
    assert found.last == moment(last)
    assert found.sending == timedelta(minutes=minutes)
    assert (found.sent, found.missed) == (people, 0)


def test_hours_and_days() -> None:
    """How many go in each hour and on each day."""
    found = wave(600, moment("2026-09-01 09:00"), moment("2026-09-14 17:00"), HEAD, Schedule(A_MINUTE))
    by_hour = {f"{hour:%d %H}": messages for hour, messages in found.hours.items()}
    assert by_hour == {**{f"01 {hour:02}": 60 for hour in range(9, 17)}, "01 17": 30, "02 08": 30, "02 09": 60}
    assert {f"{day:%d}": messages for day, messages in found.days.items()} == {"01": 510, "02": 90}


def test_half_hours_from_greenwich() -> None:
    """Hours are those on the clock of the organisation, also where that is half an hour off."""
    india = HEAD.model_copy(update={"timezone": "Asia/Kolkata", "country": "IN"})
    begin = datetime(2026, 9, 1, 9, tzinfo=ZoneInfo("Asia/Kolkata"))
    found = wave(61, begin, begin + timedelta(days=1), india, Schedule(A_MINUTE))
    assert {f"{hour:%H:%M}": messages for hour, messages in found.hours.items()} == {"09:00": 60, "10:00": 1}


def test_what_comes_too_late_is_not_sent() -> None:
    """A round that closes before everybody had a turn leaves people out, and says how many."""
    found = wave(600, moment("2026-09-01 09:00"), moment("2026-09-01 17:00"), HEAD, Schedule(A_MINUTE))
    assert (found.sent, found.missed) == (480, 120)


def test_a_round_in_which_nobody_can_be_asked() -> None:
    """It opens and closes in a weekend: nothing is sent, and no number of cohorts helps."""
    weekend = window("2026-09-05 09:00", "2026-09-05 10:00", "2026-09-05 17:00")
    found = rehearse(100, 4, weekend, HEAD, A_MINUTE)
    assert (found.invitations, found.reminders, found.fewest_cohorts) == (Wave(25), Wave(0), None)


def test_reminders() -> None:
    """They go to who is not expected to answer, after the last invitation."""
    found = rehearse(200, 2, FORTNIGHT, HEAD, A_MINUTE)
    assert found.invitations.wanted == 100
    assert (found.reminders.wanted, found.reminders.first) == (40, moment("2026-09-10 09:00"))
    early = rehearse(200, 2, window("2026-09-01 09:00", "2026-09-01 10:00", "2026-09-14 17:00"), HEAD, A_MINUTE)
    assert early.invitations.last == moment("2026-09-01 10:39")
    assert early.reminders.first == moment("2026-09-01 10:40")


@pytest.mark.parametrize(
    ("people", "opens", "cohorts"),
    [
        (1, "09:00", 1),
        (510, "09:00", 1),
        (511, "09:00", 2),
        (1020, "09:00", 2),
        (1021, "09:00", 3),
        (510 * MOST_COHORTS, "09:00", MOST_COHORTS),
        (510 * MOST_COHORTS + 1, "09:00", None),  # more than a configuration takes
        (60, "16:30", 1),
        (61, "16:30", 2),
        (540, "18:00", 1),  # after hours: its first day is the next one
        (541, "18:00", 2),
    ],
)
def test_fewest_cohorts(people: int, opens: str, cohorts: int | None) -> None:
    """As many as a wave needs to fit between the opening and the quiet hours of that day."""
    round_ = window(f"2026-09-01 {opens}", "2026-09-10 09:00", "2026-09-14 17:00")
    assert fewest_cohorts(people, round_, HEAD, A_MINUTE) == cohorts


@settings(max_examples=40)
@given(
    st.integers(1, 3000),
    st.builds(Rate, st.integers(1, 200), st.sampled_from([1.0, 60.0]), st.integers(1, 5)),
    st.integers(0, 24 * 60 - 1),
    st.tuples(st.integers(0, 11), st.integers(12, 23)),
)
def test_what_always_holds(people: int, rate: Rate, minute: int, awake: tuple[int, int]) -> None:
    """Nothing goes at night, everybody is sent to or missed, and the fewest cohorts fit while one less does not."""
    head = HEAD.model_copy(update={"quiet": QuietHours(until=time(awake[0]), **{"from": time(awake[1])})})
    opens = moment("2026-09-01 00:00") + timedelta(minutes=minute)
    round_ = Window(0, opens, opens, opens + timedelta(days=9), opens + timedelta(days=13), *[opens] * 3)
    found = rehearse(people, 1, round_, head, Pace(overall=rate))
    for one in (found.invitations, found.reminders):
        assert one.sent + one.missed == one.wanted
        assert all(awake[0] <= hour.hour < awake[1] and hour.weekday() < 5 for hour in one.hours)
    days = [_days(people, cohorts, round_, head, rate) for cohorts in range(1, MOST_COHORTS + 1)]
    fitting = [cohorts for cohorts, fits in enumerate(days, 1) if fits]
    assert found.fewest_cohorts == (fitting[0] if fitting else None)


def _days(people: int, cohorts: int, round_: Window, head: Head, rate: Rate) -> bool:
    """Whether the invitations of one cohort all go on one day."""
    found = rehearse(people, cohorts, round_, head, Pace(overall=rate)).invitations
    return found.missed == 0 and len(found.days) == 1
