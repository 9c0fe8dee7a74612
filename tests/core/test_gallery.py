"""Every card there can be is in the gallery."""

from collections.abc import Iterator
from functools import cache

from hypothesis import given, settings

from bot.core.fitting import Cut, configured, cuts
from bot.core.gallery import gallery
from bot.core.platform import Card, Misfit
from config.words import LANGUAGES
from tests.core.chat import EXAMPLE, Chat, buttons_of, setting_of
from tests.core.test_conversation import several
from tests.core.test_conversation_properties import Deed, chats, do


@cache
def labels(language: str) -> frozenset[str]:
    """Every label in the gallery; how many departments are left is no part of it."""
    survey = EXAMPLE.surveys[0]
    organisation = EXAMPLE.model_copy(
        update={"surveys": (survey.model_copy(update={"extra": (*survey.extra, several())}),)}
    )
    pictures = (one.card for one in gallery(organisation, "webchat") if one.card.language == language)
    return frozenset(button.label for card in pictures for button in buttons_of(card))


@given(chats())
@settings(max_examples=60)
def test_whatever_somebody_taps_is_in_the_gallery(somebody: tuple[Chat, list[Deed]]) -> None:
    """No conversation leads to a button that is on none of its cards."""
    chat, deeds = somebody
    for deed in deeds:
        do(chat, deed)
    seen = {button.label for card in chat.seen for button in buttons_of(card)}
    assert seen - labels(chat.setting.language) == set()


def test_every_configured_text_that_people_see_is_on_a_card() -> None:
    """Of names, questions, choices and cards none is missing: only influence, which digests tell, is on no card."""
    seen: dict[str, str] = {}
    for language in ("nl", "en"):
        cards = [picture.card for picture in gallery(EXAMPLE, "webchat") if picture.card.language == language]
        texts = [(card.heading, card.hint, *card.lines, *(b.label for b in buttons_of(card))) for card in cards]
        seen[language] = "\n".join(text for card in texts for text in card)
    unseen = {
        f"{text.file} {'.'.join(map(str, text.place))}"
        for text in configured(EXAMPLE)
        if not all(piece in seen[text.language] for piece in text.pieces)
    }
    elsewhere = ("influence.with", "surveys/staff.toml name")
    assert [place for place in sorted(unseen) if not any(word in place for word in elsewhere)] == []


def test_a_cut_is_told_once_where_the_least_fits() -> None:
    """HR's name is in labels of several kinds; the longest of them leaves the least room."""
    services = {service.name.in_(language) for service in EXAMPLE.by_key["hr"].services for language in LANGUAGES}

    def is_about_hr(label: str) -> bool:
        return "HR" in label and "," not in label and label.removeprefix("HR: ") not in services

    def misfits(card: Card) -> Iterator[Misfit]:
        return (Misfit(button.label, 5) for button in buttons_of(card) if is_about_hr(button.label))

    found = cuts(EXAMPLE, "webchat", misfits)
    assert [(one.source.file, one.source.place) for one in found] == [
        ("departments/hr.toml", ("name", "en")),
        ("departments/hr.toml", ("name", "nl")),
    ]
    assert all(one.room < 0 for one in found)
    assert Cut(found[0].source, "HR: x", 4).room == 1


def test_the_gallery_knows_the_first_survey_of_a_chat() -> None:
    """The cards of a fresh round are in it, as they are."""
    card = Chat(setting_of(language="en")).card
    ticks = [one.card for one in gallery(EXAMPLE, "webchat") if one.name == "tick" and one.card.language == "en"]
    assert [[b.label for b in one.choices] for one in ticks] == [[b.label for b in card.choices]]
