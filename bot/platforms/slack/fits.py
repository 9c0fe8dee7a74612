"""What of a card Slack would cut short: labels longer than its buttons take, and lines of a card that is too much."""

from collections.abc import Iterator

from bot.core.platform import Button, Card, Misfit
from bot.platforms.slack import limits
from bot.platforms.slack.blocks import is_back, longest, plainly
from bot.platforms.slack.views import submitting


def misfits(card: Card) -> Iterator[Misfit]:
    """The texts that are too long, as they are, each with how many characters fit."""
    room = None if card.apart else longest(card)  # in a modal a text goes on
    for label, most in _labels(card):
        fits = most if room is None else min(most, room)
        if len(label) > fits:
            yield Misfit(label, fits)
    if room is not None:
        yield from (Misfit(plainly(line), room) for line in card.lines if len(plainly(line)) > room)


def _labels(card: Card) -> Iterator[tuple[str, int]]:
    if card.entry is not None:
        yield card.entry.label, limits.LABEL
        yield card.entry.submit, limits.TITLE
    for button in (*card.choices, *card.steps, *card.asides):
        yield button.label, _room(card, button)


def _room(card: Card, button: Button) -> int:
    """In a modal the submit and close buttons are narrow."""
    if card.apart and button in card.steps and (is_back(button) or button is submitting(card)):
        return limits.TITLE
    return limits.OPTION if card.several and button.ticked is not None else limits.BUTTON
