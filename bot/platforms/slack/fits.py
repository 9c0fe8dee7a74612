"""What of a card Slack would cut short: labels that are longer than its buttons and lists take."""

from collections.abc import Iterator

from bot.core.platform import Card
from bot.platforms.slack import limits


def misfits(card: Card) -> Iterator[str]:
    """The labels that are too long, as they are."""
    for button in (*card.choices, *card.steps, *card.asides):
        if len(button.label) > min(limits.BUTTON, limits.OPTION):
            yield button.label
