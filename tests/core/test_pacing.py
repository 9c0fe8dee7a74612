"""When a message is tried again."""

from datetime import UTC, datetime, timedelta
from itertools import count, takewhile

import pytest

from bot.core.pacing import MOST_TRIES, next_try

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
