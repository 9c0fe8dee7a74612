"""The buttons of any card of any legal configuration: taken by Telegram, all there, and opened as they were closed."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup

from bot.core import departments
from bot.core.actions import LONGEST, decode
from bot.core.platform import Button, Card, Entry, Misfit
from bot.platforms.telegram import messages
from bot.platforms.telegram.keyboard import Keyboard, illegible, page_of
from bot.platforms.telegram.seal import ENTRY, Seal
from config.department import Department, Service
from config.organisation import MOST_DEPARTMENTS, Organisation
from config.questions import Option, PickSeveral
from config.words import Words
from tests.core.chat import EXAMPLE, Chat, buttons_of, setting_of

from .keyboards import checked
from .texts import message_text

CHAT = 2**52 - 1
SEAL = Seal("7000000001:a-token")
KEYBOARD = Keyboard(SEAL, CHAT)


def largest() -> Organisation:
    """As many departments, services and options as there may be, with keys and names as long as they may be."""
    several = PickSeveral(key="e" * 16, ask=_long("extra"), explain=_long("why"), options=tuple(_options("o")))
    survey = EXAMPLE.surveys[0].model_copy(update={"draw": 3, "extra": (several,)})
    made = tuple(_department(number) for number in range(MOST_DEPARTMENTS))
    bigger = EXAMPLE.model_copy(update={"departments": made, "surveys": (survey,)})
    return Organisation.model_validate(bigger.model_dump(by_alias=True))  # legal, or this fails


def _long(word: str) -> Words:
    text = (f"{word} " * 300)[:300].strip()
    return Words(nl=text, en=text)


def _options(letter: str) -> Iterator[Option]:
    for number in range(8):
        yield Option(key=f"{letter * 15}{number}", label=_long(f"{letter}{number}"))


def _department(number: int) -> Department:
    services = tuple(Service(key=one.key, name=one.label, expect=_long("expect")) for one in _options("s"))
    like = EXAMPLE.by_key["hr"]
    assert like.card is not None
    card = like.card.model_copy(update=dict.fromkeys(type(like.card).model_fields, _long("card")))
    key = f"department-{number:05}"
    return like.model_copy(update={"key": key, "name": _long(key), "services": services, "card": card})


LARGEST = largest()


def drawn(card: Card) -> list[InlineKeyboardMarkup]:
    """All pages of a card, as Telegram gets them; whatever it would not take fails."""
    pages: list[InlineKeyboardMarkup] = []
    while len(pages) < _pages(card):
        markup = KEYBOARD.of(card, len(pages))
        assert markup is not None
        checked(markup.to_dict())
        message_text(messages.of_card(card), "HTML")
        pages.append(markup)
    return pages


def _pages(card: Card) -> int:
    """How many there are: asked for one too far, the last one is shown."""
    return next(
        n for n in range(1, 40) if KEYBOARD.of(card, n) == KEYBOARD.of(card, n - 1) or KEYBOARD.of(card, n) is None
    )


def actions(markup: InlineKeyboardMarkup) -> list[tuple[str, int]]:
    """What its buttons say, with the page that they lead to."""
    data = [str(button.callback_data) for row in markup.inline_keyboard for button in row]
    assert all(len(one.encode()) <= LONGEST for one in data)
    opened = [SEAL.open(CHAT, one) for one in data]
    return [(one.action, one.page) for one in opened if one is not None]


def test_every_card_of_the_largest_organisation_is_taken() -> None:
    """Whatever somebody taps, on whichever card: all buttons are there, each once, and say what the card says."""

    @given(st.lists(st.integers(0, 10_000), min_size=10, max_size=60), st.sampled_from(["nl", "en"]))
    @settings(max_examples=30)
    def walk(taps: list[int], language: str) -> None:
        chat = Chat(setting_of(LARGEST, language=language, workplace=None), introduce=True)  # type: ignore[arg-type]
        for tap in taps:
            pages = [actions(page) for page in drawn(chat.card)]
            there = [action for page in pages for action, to in page if not to]
            wanted = [button.action for button in buttons_of(chat.card)]
            assert {*there, chat.card.again} == {*wanted, chat.card.again}
            assert all(len(page) <= 100 for page in pages)
            chosen = decode(wanted[tap % len(wanted)])
            assert chosen is not None
            if chosen.invitation != "0":
                chat.hears(chosen)

    walk()


def test_my_answers_are_taken() -> None:
    """Of somebody who answered as much as one can: each that can be changed is on one of the pages."""
    chat = Chat(setting_of(LARGEST))
    for department in LARGEST.departments:
        chat.hears(f"{chat.setting.invitation}:t:{department.key}:on")
    for verb in ("next", *["a", "a", "a", "a", "+", "go"] * 3, "done"):
        _take(chat, verb)
    _take(chat, "answers")
    changes = [button.action for button in chat.card.choices]
    assert len(changes) == 5 * 3
    assert len(drawn(chat.card)) == 2
    assert [a for page in drawn(chat.card) for a, to in actions(page) if a in changes and not to] == changes


def _take(chat: Chat, verb: str) -> None:
    """Tap the first button with this verb."""
    chat.hears(next(b.action for b in buttons_of(chat.card) if b.action.split(":")[1] == verb))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_cards_of_departments_are_taken(language: str) -> None:
    """All of them in pages, and each with everything that it may show."""
    every = departments.every_department(LARGEST.departments, language)  # type: ignore[arg-type]
    assert len(drawn(every)) == 3
    for department in LARGEST.departments:
        drawn(departments.of_department(department, language))  # type: ignore[arg-type]


def choices(count: int, label: str = "Afdeling", *, ticked: bool | None = None) -> tuple[Button, ...]:
    return tuple(Button(f"{label} {number}", f"k7:t:d{number}:on", ticked) for number in range(count))


def rows(card: Card, page: int = 0) -> list[list[str]]:
    """What stands on the buttons."""
    markup = KEYBOARD.of(card, page)
    assert markup is not None
    return [[button.text for button in row] for row in markup.inline_keyboard]


def test_a_list_of_up_to_ten_rows_is_one_page() -> None:
    """Two short labels go side by side; what moves on and what is aside follow."""
    card = Card(
        lines=("x",), choices=choices(20), steps=choices(1, "Verder"), asides=choices(3, "Wie"), again="k7:show"
    )
    found = rows(card)
    assert found[0] == ["Afdeling 0", "Afdeling 1"]
    assert len(found) == 10 + 1 + 1
    assert found[-1] == ["Wie 0", "Wie 1", "Wie 2"]


def test_a_longer_list_is_turned_over_by_the_same_card() -> None:
    """From each page to the one before and the one after; both ask for the card as it is by then."""
    card = Card(lines=("x",), choices=choices(45), again="k7:show")
    assert [len(rows(card, page)) for page in range(3)] == [11, 11, 4]
    assert rows(card)[-1] == ["Pagina 2 van 3 ›"]
    assert rows(card, 1)[-1] == ["‹ Pagina 1 van 3", "Pagina 3 van 3 ›"]
    assert rows(card, 7) == rows(card, 2)
    middle = KEYBOARD.of(card, 1)
    assert middle is not None
    assert actions(middle)[-2:] == [("k7:show", 0), ("k7:show", 2)]


def test_what_was_just_ticked_is_on_the_page_that_is_shown() -> None:
    """Whatever its tick says by now."""
    card = Card(lines=("x",), choices=choices(45, ticked=True), again="k7:show")
    assert page_of(card, "k7:t:d44:off") == 2
    assert page_of(card, "k7:t:d0:on") == 0
    assert page_of(card, "k7:next") == 0


def test_a_list_that_cannot_be_shown_again_is_whole() -> None:
    """No button leads nowhere."""
    assert len(rows(Card(lines=("x",), choices=choices(45)))) == 23


def test_ticks_show() -> None:
    """On and off; a choice of one has none."""
    ticked = (Button("HR", "k7:t:hr:off", True), Button("ICT", "k7:t:ict:on", False), Button("Niets", "k7:none"))
    assert rows(Card(lines=("x",), choices=ticked)) == [["✅ HR", "⬜ ICT"], ["Niets"]]


def test_the_place_to_type_has_a_button_that_a_reply_can_be_told_by() -> None:
    """It says what the words are for."""
    entry = Entry("Jouw tip", "k7:tip:hr", "Bekijken", 1000)
    card = Card(lines=("x",), entry=entry, asides=(Button("Terug", "k7:at:end"),))
    assert rows(card) == [["✏️ Jouw tip"], ["Terug"]]
    markup = KEYBOARD.of(card)
    assert markup is not None
    assert actions(markup) == [("k7:tip:hr", ENTRY), ("k7:at:end", 0)]


def test_a_card_without_buttons_has_none() -> None:
    """An empty keyboard is none."""
    assert KEYBOARD.of(Card(lines=("x",))) is None


def test_labels_that_a_telephone_cuts_short_are_told() -> None:
    """With their tick."""
    short, long = Button("x" * 36, "k7:a"), Button("x" * 37, "k7:b")
    assert list(illegible(Card(lines=("x",), choices=(short, long)))) == [Misfit("x" * 37, 36)]
