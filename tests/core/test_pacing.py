"""When a message is tried again, and when each message may go."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.pacing import MOST_TRIES, Pace, Rate, Schedule, next_try, next_try_held

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tries", "retry_after", "seconds"),
    [
        (1, None, 5),
        (2, None, 10),
        (3, None, 20),
        (4, None, 40),
        (10, None, 2560),
        (11, None, 3600),
        (MOST_TRIES - 1, None, 3600),
        (1, 1, 5),
        (1, 30, 30),
        (3, 20, 20),
        (3, 21, 21),
        (11, 7200, 7200),
        (1, 0, 5),
    ],
)
def test_next_try(tries: int, retry_after: int | None, seconds: int) -> None:
    """The wait doubles from 5 seconds up to an hour; a platform that asks for longer is obeyed."""
    wish = None if retry_after is None else timedelta(seconds=retry_after)
    assert next_try(tries, NOW, wish) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("tries", [MOST_TRIES, MOST_TRIES + 1])
def test_often_enough(tries: int) -> None:
    """After the last try there is no next one, whatever the platform asks."""
    assert next_try(tries, NOW) is None
    assert next_try(tries, NOW, timedelta(seconds=1)) is None


def test_half_a_day() -> None:
    """All tries together take about half a day: an outage during a night or a morning loses nothing."""
    tries = takewhile(lambda again: again is not None, (next_try(n, NOW) for n in count(1)))
    waited = sum((again - NOW for again in tries if again), timedelta())
    assert timedelta(hours=11) < waited < timedelta(hours=14)


@pytest.mark.parametrize(("held_for", "wait"), [(0, 1), (1, 1), (47, 1), (48, 24), (49, 24), (24 * 365, 24), (-1, 1)])
def test_a_channel_that_refuses_is_tried_for_ever(held_for: int, wait: int) -> None:
    """Every hour, and from two days on once a day, in hours; a clock that was set back does no harm."""
    assert next_try_held(NOW - timedelta(hours=held_for), NOW) == NOW + timedelta(hours=wait)


# --- the schedule ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("burst", "taken", "now", "wait"),
    [
        (1, [], 0, 0),
        (1, [0], 0, 2),
        (1, [0], 0.5, 1.5),
        (1, [0], 2, 0),
        (1, [0, 3], 4, 1),  # late by one second: lost
        (2, [0], 0, 0),
        (2, [0, 0], 0, 2),
        (2, [0, 0, 3], 3, 1),  # late by one second: made up
        (2, [0, 0, 9], 9, 0),  # late by more than an interval: only one interval is made up
        (2, [0, 0, 9, 9], 9, 2),
        (3, [0, 0, 0], 0, 2),
        (3, [0, 0, 0], 1, 1),
        (3, [0, 0, 0], 3.5, 0),
        (3, [0, 0, 0, 0, 0], 0, 6),  # two went too early: those after them make up for it
    ],
)
def test_examples(burst: int, taken: list[float], now: float, wait: float) -> None:
    """One message every two seconds, `burst` at once: what has gone decides when the next one may."""
    for pace, channel in (
        (Pace(overall=Rate(1, 2, burst)), False),
        (Pace(person=Rate(1, 2, burst)), False),
        (Pace(channel=Rate(1, 2, burst)), True),
    ):
        schedule = Schedule(pace)
        for moment in taken:
            schedule.take("chat", channel=channel, now=moment)
        assert schedule.wait("chat", channel=channel, now=now) == wait


def test_chats_apart() -> None:
    """A chat waits for its own messages and for the platform, not for another chat; a person is not a channel."""
    schedule = Schedule(Pace(overall=Rate(1), person=Rate(1, 4), channel=Rate(1, 8)))
    schedule.take("kim", channel=False, now=0)
    schedule.take("#ict", channel=True, now=1)
    assert schedule.wait("kim", channel=False, now=1) == 3
    assert schedule.wait("#ict", channel=True, now=1) == 8
    assert schedule.wait("sam", channel=False, now=1) == 1
    assert schedule.wait("sam", channel=False, now=2) == 0


def test_without_limits() -> None:
    """A platform without limits takes everything at once, but can still ask for patience."""
    schedule = Schedule(Pace())
    for _ in range(9):
        schedule.take("kim", channel=False, now=0)
    assert schedule.wait("kim", channel=False, now=0) == 0
    schedule.hold(5)
    assert schedule.wait("kim", channel=False, now=0) == 5


@pytest.mark.parametrize(
    ("holds", "kim", "sam"),
    [
        ([(7, None)], 7, 7),
        ([(7, "kim")], 7, 0),
        ([(7, "kim"), (3, "kim")], 7, 0),
        ([(7, None), (3, None)], 7, 7),
        ([(3, None), (7, "kim")], 7, 3),
        ([(7, None), (3, "kim")], 7, 7),
    ],
)
def test_holds(holds: list[tuple[float, str | None]], kim: float, sam: float) -> None:
    """Who is asked to wait waits, alone or with all; a shorter hold never shortens a longer one."""
    schedule = Schedule(Pace(person=Rate(1)))
    for until, chat in holds:
        schedule.hold(until, chat)
    assert schedule.wait("kim", channel=False, now=0) == kim
    assert schedule.wait("sam", channel=False, now=0) == sam
    assert schedule.wait("kim", channel=False, now=7) == 0


@pytest.mark.parametrize(("burst", "late", "expected"), [(2, 0.9, 1), (2, 0.5, 1), (5, 3.9, 1), (1, 0.25, 0.8)])
def test_a_sender_that_oversleeps(burst: int, late: float, expected: float) -> None:
    """It keeps exactly to the rate while it is less than `burst` - 1 intervals late; with a burst of 1 it drifts."""
    schedule, now, messages = Schedule(Pace(overall=Rate(1, burst=burst))), 0.0, 4000
    for number in range(messages):
        if wait := schedule.wait(str(number), channel=False, now=now):
            now += wait + late
        schedule.take(str(number), channel=False, now=now)
    assert messages / now == pytest.approx(expected, rel=0.002)


EIGHTHS = st.integers(0, 40).map(lambda n: n / 8)  # exact in binary, so that the model may be compared with ==
RATES = st.none() | st.builds(Rate, st.just(1), st.sampled_from([0.125, 0.5, 1.0, 2.0]), st.integers(1, 4))
PACES = st.builds(Pace, RATES, RATES, RATES)
CHATS = st.sampled_from(["kim", "sam", "#ict", "#hr"])
STEPS = st.lists(st.tuples(CHATS, EIGHTHS, st.sampled_from(["ask", "wait", "hold", "hold all", "forget"])), max_size=40)


@dataclass
class Log:
    """The model: it remembers every message and every hold, and asks them all each time."""

    pace: Pace
    sent: list[tuple[str, float]] = field(default_factory=list)
    holds: list[tuple[str | None, float]] = field(default_factory=list)

    def earliest(self, chat: str) -> float:
        """The first moment at which no stretch of messages, this one included, is more than rate × t + burst."""
        own = [at for name, at in self.sent if name == chat]
        limits = [until for name, until in self.holds if name in (None, chat)]
        limits += self._limits(self.pace.overall, [at for _, at in self.sent])
        limits += self._limits(self.pace.channel if chat.startswith("#") else self.pace.person, own)
        return max(limits, default=0)

    def _limits(self, rate: Rate | None, sent: list[float]) -> list[float]:
        if rate is None:
            return []
        stretches = range(len(sent), 0, -1)  # how many messages there are from each one on
        return [at + (many + 1 - rate.burst) * rate.interval for at, many in zip(sent, stretches, strict=True)]


@given(PACES, STEPS)
def test_as_a_model_that_remembers_everything(pace: Pace, steps: list[tuple[str, float, str]]) -> None:
    """Two numbers per chat say the same as the whole history; forgetting and asking change nothing."""
    schedule, log, now = Schedule(pace), Log(pace), 0.0
    for chat, seconds, step in steps:
        wait = schedule.wait(chat, channel=chat.startswith("#"), now=now)
        assert wait == max(0.0, log.earliest(chat) - now)
        if step.startswith("hold"):
            held = None if step == "hold all" else chat
            schedule.hold(now + seconds, held)
            log.holds.append((held, now + seconds))
        elif step == "forget":
            schedule.forget(now)
        elif step == "wait":
            now += seconds
        elif wait <= seconds:
            now += seconds
            schedule.take(chat, channel=chat.startswith("#"), now=now)
            log.sent.append((chat, now))


@given(
    st.builds(Rate, st.floats(0.1, 1000), st.floats(0.1, 100), st.integers(1, 5)),
    st.floats(0, 1e9),
    st.lists(st.floats(0, 3), min_size=2, max_size=40),
)
def test_never_too_many(rate: Rate, start: float, late: list[float]) -> None:
    """However late a sender wakes, and whatever the clock says, no t seconds hold more than rate × t + burst."""
    schedule, now, sent = Schedule(Pace(overall=rate)), start, list[float]()
    for intervals in late:
        now += intervals * rate.interval
        while wait := schedule.wait("kim", channel=False, now=now):
            now += wait
        schedule.take("kim", channel=False, now=now)
        sent.append(now)
    rounding = 1e-6 + 1e-12 * start / rate.interval
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            most = rate.burst + (sent[last] - sent[first]) / rate.interval
            assert last - first + 1 <= most + rounding


def test_memory_does_not_grow_with_people() -> None:
    """A chat is forgotten once its time has passed, and not before."""
    schedule = Schedule(Pace(person=Rate(1)))
    for number in range(1000):
        schedule.take(str(number), channel=False, now=number)
        schedule.hold(number + 1, str(number))
        schedule.forget(number)
        assert schedule.wait(str(number), channel=False, now=number) == 1
        assert schedule.remembered == 1


@pytest.mark.parametrize(("now", "remembered"), [(0, 2), (0.99, 2), (1, 1), (1.99, 1), (2, 0)])
def test_forgotten_at_the_right_moment(now: float, remembered: int) -> None:
    """The time of a message has passed after its interval, that of a hold when it ends."""
    schedule = Schedule(Pace(person=Rate(1)))
    schedule.take("kim", channel=False, now=0)
    schedule.hold(2, "sam")
    schedule.forget(now)
    assert schedule.remembered == remembered
