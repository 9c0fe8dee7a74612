"""The largest configuration that is legal, all of it in signs that Slack counts five times, is still drawn."""

import re
from typing import Any

import pytest

from bot.core.gallery import gallery
from bot.core.platform import Card
from bot.platforms.slack.blocks import card_blocks, lines_blocks
from bot.platforms.slack.views import home, modal
from config import EXAMPLE
from config.load import read
from config.organisation import Organisation
from tests.platforms.slack import kit

LONGEST = 300  # characters of one configured text
KEEP = {"key", "kind", "options", "by", "lead", "channel", "admin_channel", "test_channel", "language", "country"}


def largest(sign: str) -> Organisation:
    """25 departments with eight services each, questions with eight options, and every text at its longest."""
    content = read(EXAMPLE).model_dump(by_alias=True)
    first = content["departments"][0]
    services = [{**first["services"][0], "key": f"s{number}"} for number in range(8)]
    content["departments"] = [{**first, "key": f"d{number}", "services": services} for number in range(25)]
    (survey,) = content["surveys"]
    option = {"key": "o", "label": {"nl": "x", "en": "x"}}
    several = {"key": "several", "kind": "pick_several", "ask": {"nl": "x", "en": "x"}}
    survey["extra"] = [{**several, "options": [{**option, "key": f"o{number}"} for number in range(8)]}]
    return Organisation.model_validate(_filled(content, sign))


def _filled(part: Any, sign: str, name: str = "") -> Any:
    if isinstance(part, dict):
        words = set(part) == {"nl", "en"}
        return {key: _longest(value, sign) if words else _filled(value, sign, key) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [_filled(one, sign, name) for one in part]
    spoken = isinstance(part, str) and name in ("name", "reach")
    return _longest(part, sign) if spoken else part


def _longest(text: str | None, sign: str) -> str:
    """Signs up to the limit, with the places to fill in that the text has."""
    places = "".join(re.findall(r"\{[a-z]+\}", text or ""))
    return places + sign * (LONGEST - len(places))


@pytest.fixture(scope="module", params=["&", "W", "é"])
def cards(request: pytest.FixtureRequest) -> list[Card]:
    """Every card of it."""
    return [picture.card for picture in gallery(largest(request.param), "slack")]


def test_slack_takes_every_card(cards: list[Card]) -> None:
    """As a message or a modal, below a reminder, and on the home screen."""
    for card in cards:
        if card.apart:
            kit.view(modal(card, "m" * 3000))
        else:
            kit.message(
                card_blocks(card, ["**Klankbord sluit vrijdag.** Hieronder staat je kaart.", "Niemand ziet wie."])
            )
    kept = [card for card in cards if not card.apart and not card.several]
    for start in range(0, len(kept) - 4, 4):
        kit.view(home(kept[start : start + 4]))


def test_every_way_on_is_there(cards: list[Card]) -> None:
    """However long the texts, no button is left out, and each carries its own instruction."""
    for card in cards:
        if not card.apart:
            expected = {b.action for b in (*card.choices, *card.steps, *card.asides) if b.ticked is None}
            assert {one["value"] for one in kit.buttons(card_blocks(card))} == expected


def test_slack_takes_the_longest_digest() -> None:
    """Far more than any department gets."""
    kit.message(lines_blocks([f"**{'&' * 140} · x** · {'&' * 600}", *(f"**x:** {'&' * 2000}" for _ in range(80))]))
