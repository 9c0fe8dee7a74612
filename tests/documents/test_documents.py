"""The documents: the same facts in both languages, all of them from the configuration and the program."""

import re
from collections.abc import Callable
from html import unescape
from itertools import product
from pathlib import Path

import pytest

from bot.documents.deployment import Deployment
from bot.documents.kit import KIT
from bot.documents.rendering import TEMPLATES, fragment, markdown, page, places_to_fill_in
from bot.store.tables import METADATA
from config.organisation import Contact, Organisation, Report
from config.words import LANGUAGES, Language

from .organisations import CONNECTED, EXAMPLE_TOWN, HERE, PLACES, TODAY, TOWNS, bare, own

DOCUMENTS = ("privacy", *KIT)
CASES = list(product(DOCUMENTS, TOWNS, PLACES))


def made(name: str, organisation: Organisation, here: Deployment, language: Language) -> str:
    """A document of edition 3."""
    return markdown(name, organisation, here, language, TODAY, 3)


CELL = re.compile(r"(?<!\\)\|")


def shape(text: str) -> list[str]:
    """What each line is: a heading of a level, a row with so many cells, an item, or words."""
    return [_kind(line) for line in text.splitlines() if line]


def _kind(line: str) -> str:
    if line.startswith("|"):
        cells = len(CELL.findall(line)) - 1
        return f"row of {cells}"
    found = re.match(r"#+|-|\d\.|\*\*", line)
    return found[0] if found else "words"


@pytest.mark.parametrize(("name", "town", "place"), CASES)
def test_both_languages_have_the_same_parts(name: str, town: str, place: str) -> None:
    """Headings, rows, items and places to fill in, one beside the other."""
    dutch, english = (made(name, TOWNS[town], PLACES[place], language) for language in LANGUAGES)
    assert shape(dutch) == shape(english)
    assert places_to_fill_in(dutch, "nl") == places_to_fill_in(english, "en")


LAWS = r"art\. \d+(?:\(\d\)\(\w\)|\(\d\)| lid \d(?: onder \w)?)?|(?:artikel|section) 27(?:\(1\))?|^\d\. "

CHOICES = r"\| .* · .* \|"


def numbers(text: str) -> list[str]:
    """Every number, those of articles of law and of items aside."""
    return sorted(re.findall(r"\d+", re.sub(LAWS, "", text, flags=re.M)))


@pytest.mark.parametrize(("name", "town", "place"), CASES)
def test_both_languages_name_the_same_numbers(name: str, town: str, place: str) -> None:
    """As often, in any order; but "a quarter" is a word in Dutch and a number in English."""
    dutch, english = (made(name, TOWNS[town], PLACES[place], language) for language in LANGUAGES)
    assert numbers(re.sub(CHOICES, "", dutch)) == numbers(re.sub(CHOICES, "", english))


@pytest.mark.parametrize("file", sorted(TEMPLATES.glob("*.md")), ids=lambda file: file.name)
def test_no_number_is_written_in_a_template(file: Path) -> None:
    """Except articles of law and the numbers of items: every other one comes from the configuration or the program."""
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", file.read_text("utf-8"), flags=re.S)
    assert numbers(text) == []


def changed(**fields: object) -> Organisation:
    """The example with something else in it."""
    return EXAMPLE_TOWN.model_copy(update=fields)


def with_rhythm(**fields: object) -> Organisation:
    """The example with another rhythm."""
    survey = EXAMPLE_TOWN.surveys[0]
    return changed(surveys=(survey.model_copy(update={"rhythm": survey.rhythm.model_copy(update=fields)}),))


def with_draw(draw: int) -> Organisation:
    """The example that asks about so many departments."""
    return changed(surveys=(EXAMPLE_TOWN.surveys[0].model_copy(update={"draw": draw}),))


CHANGES: dict[str, tuple[Organisation, str]] = {
    "threshold": (changed(threshold=13), "13"),
    "people": (changed(people=4321), "4321"),
    "name": (changed(name="waterschap Ergens"), "waterschap Ergens"),
    "contact": (changed(contact=Contact(name="Iemand", reach="tel. 77")), "Iemand, tel. 77"),
    "counsellor": (changed(confidential=Contact(name="Vertrouwd", reach="tel. 88")), "Vertrouwd, tel. 88"),
    "cohorts": (with_rhythm(cohorts=9), "18 w"),
    "weeks": (with_rhythm(every_weeks=3), "12 w"),
    "working day": (with_rhythm(closes_on_working_day=17), r"da[gy] 17 "),
    "draw": (with_draw(3), r" 20 (keer|taps)"),
    "pause": (
        changed(surveys=(EXAMPLE_TOWN.surveys[0].model_copy(update={"paused": True}),)),
        r"\*\*(Nu gepauz|Paused)",
    ),
    "departments": (changed(departments=EXAMPLE_TOWN.departments[:9]), "9 staf"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_the_privacy_pack_follows_the_configuration(what: str) -> None:
    """Something else in it, and the text says that instead."""
    organisation, expected = CHANGES[what]
    for language in LANGUAGES:
        assert re.search(expected, made("privacy", organisation, HERE, language))
        assert not re.search(expected, made("privacy", EXAMPLE_TOWN, HERE, language))


def test_every_question_and_every_table_is_in_the_privacy_pack() -> None:
    """The questions word for word, but for the department and the day; each table and each column by its name."""
    for language in LANGUAGES:
        text = made("privacy", EXAMPLE_TOWN, HERE, language)
        for question in EXAMPLE_TOWN.surveys[0].questions():
            for part in re.split(r"\{\w+\}", question.ask.in_(language)):
                assert part.strip() in text
        for table in METADATA.tables.values():
            row = next(line for line in text.splitlines() if line.startswith(f"| `{table.name}` |"))
            assert set(row.split("|")[-2].strip().split(", ")) == {column.name for column in table.columns}


@pytest.mark.parametrize("platform", ["Slack", "Telegram", "Matrix"])
def test_a_platform_is_told_of_where_it_is_used(platform: str) -> None:
    """Set up, or with a channel on it; else it is not mentioned."""
    on_it = changed(admin_channel=f"{platform.lower()}:C0123")
    for name, language in product(("privacy", "it", "council", "intranet"), LANGUAGES):
        assert platform not in made(name, EXAMPLE_TOWN, HERE, language)
        assert platform in made(name, EXAMPLE_TOWN, CONNECTED, language)
        assert platform in made(name, on_it, HERE, language)


@pytest.mark.parametrize(
    ("platforms", "where", "seen"),
    [
        ({"webchat"}, "in je browser", ""),
        ({"matrix", "webchat"}, "in Matrix of in je browser", "onze Matrix-server"),
        ({"slack", "telegram"}, "in Slack, in Telegram of in je browser", "Slack en Telegram"),
        (
            {"slack", "telegram", "matrix"},
            "in Slack, in Telegram, in Matrix of in je browser",
            "Slack, Telegram en onze Matrix-server",
        ),
    ],
)
def test_everybody_is_told_where_and_who_sees_it(platforms: set[str], where: str, seen: str) -> None:
    """Every chat service in one sentence, however many there are."""
    text = made("intranet", EXAMPLE_TOWN, Deployment(platforms=frozenset(platforms)), "nl")
    assert f" een paar korte vragen {where}:" in text
    assert (f"is ook te zien voor {seen}." in text) == bool(seen)
    assert ("is ook te zien voor" in text) == bool(seen)


@pytest.mark.parametrize(("report", "board", "everyone"), [(Report(), 0, 0), (EXAMPLE_TOWN.report, 2, 1)])
def test_who_reads_of_a_whole_cycle_is_told_where_there_is_a_channel(report: Report, board: int, everyone: int) -> None:
    """And not where there is none: then each department reads its own band alone."""
    text = made("privacy", changed(report=report), HERE, "en")
    assert text.count("at the end of a cycle |") == (board or 1)
    assert text.count("| board and works council, in their channel |") == bool(board)
    assert text.count("| all colleagues |") == everyone


def test_it_is_asked_for_the_rights_of_slack_and_no_other() -> None:
    """Those that the app needs, each with its reason."""
    for language in LANGUAGES:
        rows = re.findall(r"^\| `([a-z:._]+)` \| \w.+ \|$", made("it", EXAMPLE_TOWN, CONNECTED, language), re.M)
        assert tuple(rows) == CONNECTED.slack_scopes


def test_what_is_missing_is_marked() -> None:
    """And what is there is not."""
    marks: list[tuple[str, Callable[[], Organisation], Callable[[], Organisation], Language, str]] = [
        ("intranet", bare, own, "nl", "[nog invullen: datum"),
        ("leads", bare, own, "nl", "[nog invullen: kanaal]"),
        ("leads", bare, own, "en", "[fill in: card]"),
        ("council", bare, own, "en", "[fill in: this is still that of the example: the name, whom to call"),
    ]
    for name, lacking, complete, language, mark in marks:
        assert mark in made(name, lacking(), HERE, language)
        assert mark not in made(name, complete(), HERE, language)
    assert "[nog invullen: adres" in made("it", own(), HERE, "nl")
    assert "[nog invullen: adres" not in made("it", own(), CONNECTED, "nl")


# --- words that somebody configured -------------------------------------------------------------------------------

NASTY = ("<script>alert(1)</script>", "**fat**", "a | b", "[x](javascript:alert(1))", "`code`", "&lt;b&gt;", "_x_ \\")


@pytest.mark.parametrize(("word", "language"), list(product(NASTY, LANGUAGES)))
def test_configured_words_are_words(word: str, language: Language) -> None:
    """No HTML, no emphasis, no link, no cell of their own: they are shown as they were written."""
    organisation = changed(name=word, contact=Contact(name=word, reach=word))
    for name in DOCUMENTS:
        shown = page(made(name, organisation, CONNECTED, language), language)
        assert word in unescape(TAG.sub("", shown))
        assert tags(shown) == tags(page(made(name, harmless(), CONNECTED, language), language))


def harmless() -> Organisation:
    """The same without any sign."""
    return changed(name="word", contact=Contact(name="word", reach="word"))


TAG = re.compile(r"<[^>]*>")


def tags(shown: str) -> list[str]:
    """The elements of a page, in order."""
    return TAG.findall(shown)


def test_a_page_has_a_title_a_language_and_tables() -> None:
    """And needs nothing from elsewhere."""
    shown = page(made("privacy", EXAMPLE_TOWN, HERE, "nl"), "nl")
    assert "<title>Klankbord en privacy bij gemeente Voorbeeld</title>" in shown
    assert '<html lang="nl">' in shown
    assert shown.count("<table>") > 10
    assert re.findall(r"(?:src|href)=", shown) == []
    assert "<table>" in fragment("| a |\n|---|\n| b |\n")
