"""What is drawn is what somebody looked at: golden/, which `python -m tests.platforms.slack.drawn` writes anew."""

from pathlib import Path

import pytest

from bot.core.gallery import gallery
from tests.core.chat import EXAMPLE
from tests.platforms.slack import kit
from tests.platforms.slack.drawn import album

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", album.GOLDENS)
def test_the_cards_are_drawn_as_they_were(name: str) -> None:
    """Each card of the example, and nothing else, stands in golden/."""
    written = (GOLDEN / name).read_text(encoding="utf-8")
    assert "\n".join(album.as_lines(album.GOLDENS[name])) == written


def test_slack_takes_every_card_of_the_example() -> None:
    """As a message or a modal; and what stands on the home screen."""
    cards = [picture.card for picture in gallery(EXAMPLE, "slack")]
    for card in cards:
        shown = album.drawn(card)
        kit.view(shown) if card.apart else kit.message(shown["blocks"])
    kit.view(album.home_screen())
