"""Guessing is for a few times an hour, and costs little memory."""

from datetime import UTC, datetime, timedelta

from bot.core import attempts
from bot.core.attempts import MOST, WITHIN, Attempts

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_the_first_few_are_free_and_then_one_waits() -> None:
    """Until the first of them is an hour old; then one more, not all of them."""
    made = Attempts()
    for minute in range(MOST):
        assert made.may("anna", NOW + minute * MINUTE)
        made.made("anna", NOW + minute * MINUTE)
    assert not made.may("anna", NOW + WITHIN - MINUTE)
    assert made.may("anna", NOW + WITHIN)
    made.made("anna", NOW + WITHIN)
    assert not made.may("anna", NOW + WITHIN)
    assert made.may("anna", NOW + WITHIN + MINUTE)


def test_nobody_waits_for_somebody_else() -> None:
    """Everybody has attempts of their own."""
    made = Attempts()
    for _ in range(MOST):
        made.made("anna", NOW)
    assert made.may("bram", NOW)


def test_only_so_many_are_remembered() -> None:
    """A crowd that guesses fills no memory: who began first is forgotten."""
    made = Attempts(most=1)
    for number in range(attempts.REMEMBERED + 1):
        made.made(str(number), NOW)
    assert made.may("0", NOW)
    assert not made.may("1", NOW)
