"""A preview is what is really sent: beside what each platform received of the same card, nothing is missing or more."""

import asyncio
import html
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.gallery import gallery, walk
from bot.core.platform import Button, Card, Event, Outgoing, Previews
from bot.core.preview import Choices, Divider, Kind, Preview, Row, Style
from bot.platforms.matrix import Matrix
from bot.platforms.slack import Slack
from bot.platforms.telegram import Fetching, Telegram
from bot.platforms.webchat import WebChat
from config.texts import say
from config.words import LANGUAGES, Language
from tests.core.chat import EXAMPLE
from tests.platforms.slack.mail import post_office
from tests.platforms.slack.office import office
from tests.platforms.telegram.people import Person
from tests.platforms.telegram.rates import Limits
from tests.platforms.telegram.server import fake_telegram
from tests.platforms.telegram.stage import settings
from tests.platforms.webchat_site import EXAMPLE as ORGANISATION
from tests.platforms.webchat_site import Browser, Memory

KINDS: dict[str, type[Previews]] = {
    "slack": Slack,
    "telegram": Telegram,
    "webchat": WebChat,
    "matrix": Matrix,
}
TIP = "Zeg bij een **storing** hoe lang het duurt & <waarom>."


def cards(platform: str, language: Language = "nl") -> list[Card]:
    """Every card of a ballot from beginning to end."""
    (survey,) = EXAMPLE.surveys
    return [picture.card for picture in walk(EXAMPLE, survey, language, platform, TIP)]


def plain(words: str) -> str:
    """In one line, without marks: only what is said counts."""
    return " ".join(words.split())


def said(preview: Preview) -> list[str]:
    """All that a preview says."""
    return [plain(words) for words in preview.said()]


# --- Slack -------------------------------------------------------------------------------------------------------


def words_of(block: Any) -> Iterator[str]:
    """Every text in a block as Slack received it; a paragraph in one piece. Knows nothing of how we draw."""
    if isinstance(block, list):
        for one in block:
            yield from words_of(one)
    elif isinstance(block, dict) and block.get("type") == "rich_text_section":
        yield plain("".join(one["text"] for one in block["elements"]))
    elif isinstance(block, dict):
        yield from (plain(block[name]) for name in ("text", "initial_value") if isinstance(block.get(name), str))
        yield from words_of([part for part in block.values() if isinstance(part, dict | list)])


def test_slack_got_what_the_preview_shows() -> None:
    """Each card that stands in a message, sent through the adapter: the same words and labels, none more."""

    async def walked() -> None:
        async with post_office() as posts:
            sent = [card for card in cards("slack") if not card.apart]
            for number, card in enumerate(sent):
                posts.workspace.user(f"U{number}", "Somebody")
                posts.clock[0] += 2
                await posts.sending.send(Outgoing(f"o{number}", f"U{number}", card=card, invitation="inv2345678"))
                (message,) = posts.posts(f"D{number}")
                assert sorted(words_of(message.blocks)) == sorted(said(Slack.preview(card)))
            assert len(sent) > 10

    asyncio.run(walked())


def test_slack_opened_the_modal_that_the_preview_shows(tmp_path: Path) -> None:
    """A card apart: its title, its text, and its close button."""

    async def walked() -> None:
        async with office(tmp_path) as slack:
            heard, hear = list[Card | None](), slack.bot._hear

            async def listening(event: Event) -> Card | None:
                heard.append(await hear(event))
                return heard[-1]

            slack.bot._hear = listening
            await slack.taps("Wie ziet dit?")
            view, card = slack.anna.modal, heard[-1]
            assert view is not None
            assert card is not None
            assert card.apart
            frame = [view.content[name] for name in ("title", "close", "submit") if view.content.get(name)]
            preview = Slack.preview(card)
            assert preview.apart
            assert sorted(words_of([*view.blocks, *frame])) == sorted(said(preview))

    asyncio.run(walked())


# --- Telegram ----------------------------------------------------------------------------------------------------


def test_telegram_got_what_the_preview_shows() -> None:
    """Each card, sent through the adapter: the same words in the same order, and the same rows of buttons."""

    async def walked() -> None:
        async with fake_telegram(Limits().faster(1000)) as world:
            platform = Fetching(settings(world))
            for card in cards("telegram"):
                person = Person(world, "Anna")
                person.writes("hello")
                await platform.send(Outgoing("o", person.address, card=card, invitation="inv2345678"))
                preview = Telegram.preview(card)
                rows = [[tap.label for tap in part.taps] for part in preview.parts if isinstance(part, Row)]
                (call,) = [one for one in world.called("sendMessage") if one.values["chat_id"] == person.address]
                markup = json.loads(call.values["reply_markup"])
                assert rows == [[button["text"] for button in row] for row in markup["inline_keyboard"]]
                texts = said(preview)[: len(said(preview)) - sum(map(len, rows))]
                assert plain(" ".join(texts)) == plain(unmarked(call.values["text"]))
            await platform.close()

    asyncio.run(walked())


def unmarked(text: str) -> str:
    """The words of HTML."""
    return html.unescape(re.sub(r"</?[a-z][^>]*>", "", text))


# --- the web chat ------------------------------------------------------------------------------------------------


def test_the_browser_got_what_the_preview_shows() -> None:
    """Each card, in the page that a browser fetches: the same words in the same order."""
    for card in cards("webchat"):
        with asyncio.Runner() as runner:
            article = runner.run(_page(card, runner))
        assert plain(" ".join(said(WebChat.preview(card)))) == plain(unmarked(article))


async def _page(card: Card, runner: asyncio.Runner) -> str:
    """What stands in the card of the page."""

    async def hear(event: Event) -> Card | None:
        return card

    chat = WebChat(Memory(), zone=ORGANISATION.zone)
    await chat.listen(hear)
    browser = Browser(chat, runner)
    client = browser.client
    await client.get("/join/link-anna")
    await chat.send(Outgoing("o", "anna", card=card, invitation="inv2345678"))
    page = (await client.get("/chat")).text
    return re.search(r"<article.*?</article>", page, re.DOTALL)[0]  # type: ignore[index]


# --- all of them -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", KINDS)
def test_nothing_of_any_card_is_missing(platform: str) -> None:
    """Every text and label of every card in the gallery, in both languages: none of the example's is cut short.

    Of a list that Telegram shows in pages the first one is there, with the way to the next.
    """
    kind = KINDS[platform]
    assert issubclass(kind, Previews)
    for picture in gallery(EXAMPLE, platform):
        card = picture.card
        shown = "\n".join(said(kind.preview(card)))
        paged = say("telegram.after", card.language, page=2, pages="").strip(" ›") in shown
        labels = [button.label for button in (*(() if paged else card.choices), *card.steps, *card.asides)]
        texts = [*([card.heading] if card.heading else []), card.hint, *card.lines]
        entry = [card.entry.label, card.entry.draft] if card.entry is not None else []
        missing = [one for one in (*labels, *texts, *entry) if plain(one.replace("**", "")) not in shown]
        assert missing == [], picture.name


def parts_of(previews: Iterable[Preview], kind: Kind) -> list[Choices]:
    """The choices of a kind."""
    return [part for one in previews for part in one.parts if isinstance(part, Choices) and part.kind is kind]


def test_each_platform_has_its_own_look() -> None:
    """Slack has a menu of many departments and a line above what is aside, the web chat a scale, others rows only."""
    slack, telegram, webchat, matrix = ([kind.preview(card) for card in cards(name)] for name, kind in KINDS.items())
    assert parts_of(slack, Kind.MENU)[0].prompt
    assert any(isinstance(part, Divider) for one in slack for part in one.parts)
    assert [option.grade for option in parts_of(webchat, Kind.SCALE)[0].options][:5] == ["1", "2", "3", "4", "5"]
    assert all(option.ticked is False for option in parts_of(webchat, Kind.BOXES)[0].options)
    assert not any(isinstance(part, Choices) for one in (*telegram, *matrix) for part in one.parts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_walk_asks_each_question_once(language: Language) -> None:
    """No card comes twice, and the last one says thanks."""
    (survey,) = EXAMPLE.surveys
    pictures = list(walk(EXAMPLE, survey, language, "webchat", TIP))
    asked = [picture.card for picture in pictures if picture.name == "ask"]
    assert len(asked) == 5 + len(survey.extra) + 2  # of a deep cycle both about the first theme
    assert len(set(asked)) == len(asked)
    assert pictures[-1].name == "thanks"
    assert {picture.card.language for picture in pictures} == {language}


def rows_of(preview: Preview) -> list[list[str]]:
    """How the buttons of each row stand out."""
    return [[tap.style for tap in part.taps] for part in preview.parts if isinstance(part, Row)]


def test_buttons_stand_out_as_they_do() -> None:
    """What leads on, what is a link only, and what cannot be undone where a platform marks it."""
    steps, asides = (Button("Next", "inv:next"), Button("None", "inv:none")), (Button("Later", "inv:when"),)
    card = Card(lines=("Which?",), steps=steps, asides=asides)
    assert rows_of(WebChat.preview(card)) == [[Style.FIRST, Style.PLAIN], [Style.QUIET]]
    assert rows_of(Slack.preview(card)) == [[Style.FIRST, Style.PLAIN], [Style.PLAIN]]
    assert rows_of(Telegram.preview(card)) == [[Style.PLAIN, Style.PLAIN], [Style.PLAIN]]
    final = Card(lines=("Sure?",), steps=(Button("Erase", "inv:erase"),))
    assert rows_of(Slack.preview(final)) == [[Style.FINAL]]
