"""The example municipality: valid, complete in two languages, and short enough to be read in a chat."""

import json
import re
import tomllib
from functools import cache

import pytest

from bot.core.doubts import LONGEST_QUESTION, doubts, texts_of
from bot.core.expectation import expected_answers
from config import EXAMPLE
from config.department import THEMES, Department
from config.load import read
from config.organisation import Organisation
from config.words import LANGUAGES, Words

LONGEST_CARD_LINE = 90  # characters of a line on a department's card
LONGEST_LABEL = 40  # of what stands on a button


@cache
def example() -> Organisation:
    """The example, read once."""
    return read(EXAMPLE)


DEPARTMENTS = example().departments


def both(words: Words) -> tuple[str, str]:
    """The words in both languages; a missing one is an error here."""
    assert words.nl
    assert words.en
    return words.nl, words.en


def test_the_example_is_valid_and_large_enough() -> None:
    """It can be read, and holds at least nine departments and one survey."""
    assert len(example().departments) >= 9
    assert len(example().surveys) == 1


def test_the_example_gives_no_warning() -> None:
    """Whoever starts from it starts without doubts, in both languages."""
    expected = {survey.key: expected_answers(example(), survey, survey.draw) for survey in example().surveys}
    for language in LANGUAGES:
        assert [doubt.said(language) for doubt in doubts(example(), expected, language)] == []


@pytest.mark.parametrize("department", DEPARTMENTS, ids=lambda department: department.key)
def test_a_department_is_complete(department: Department) -> None:
    """Three to eight services, a channel, a lead, and a card whose six lines are there in both languages."""
    assert 3 <= len(department.services) <= 8
    assert department.channel
    assert department.lead
    assert department.card is not None
    for name in type(department.card).model_fields:
        for line in both(getattr(department.card, name)):
            assert len(line) <= LONGEST_CARD_LINE, f"{name}: {line}"
            assert not line.endswith("."), f"{name} is put inside a sentence: {line}"


@pytest.mark.parametrize("department", DEPARTMENTS, ids=lambda department: department.key)
def test_what_stands_on_a_button_is_short(department: Department) -> None:
    """Names of departments, services and themes fit on a button."""
    names = [department.name, *(service.name for service in department.services)]
    names += [theme.name for theme in department.themes.values() if theme.name]
    for words in names:
        for label in both(words):
            assert len(label) <= LONGEST_LABEL, label


@pytest.mark.parametrize("department", DEPARTMENTS, ids=lambda department: department.key)
def test_a_shared_theme_says_with_whom(department: Department) -> None:
    """A theme that a department can only change together with somebody else names them; any other does not."""
    for key in THEMES:
        influence = department.influence(key)
        assert (influence.with_ is not None) == (influence.by == "together"), f"{key}: {influence}"


def test_every_text_is_there_in_both_languages() -> None:
    """Nobody who reads English gets a Dutch sentence, nor the other way round."""
    for place, words in texts_of(example()):
        assert words.nl, place
        assert words.en, place


def test_questions_are_short() -> None:
    """A question is read at a glance on a telephone."""
    for survey in example().surveys:
        for question in survey.questions():
            for text in both(question.ask):
                assert len(text) <= LONGEST_QUESTION, text
            for choice in (*question.choices("nl"), *question.choices("en")):
                assert len(choice.label) <= LONGEST_LABEL, choice.label


def test_every_kind_of_extra_question_is_a_different_one() -> None:
    """The extra questions take turns by cycle and come back; a deep cycle passes none of them over."""
    survey = example().surveys[0]
    extras = [survey.extra_of(cycle) for cycle in range(4 * len(survey.extra))]
    keys = [extra.key for extra in extras if extra is not None]
    assert keys[: len(survey.extra)] == keys[len(survey.extra) : 2 * len(survey.extra)]
    assert len(set(keys)) == len(survey.extra)


def test_an_edition_is_read_back_as_it_was_written() -> None:
    """The document of an edition loses nothing on the way to the database and back."""
    written = example().model_dump_json(by_alias=True)
    assert Organisation.model_validate_json(written) == example()
    assert Organisation.model_validate(json.loads(written)) == example()


def test_the_files_say_what_to_change_first() -> None:
    """Every file begins with what it is and what to change first."""
    for path in EXAMPLE.rglob("*.toml"):
        first, second, *_ = path.read_text(encoding="utf-8").splitlines()
        assert first.startswith("# "), path.name
        assert "Change first:" in second, path.name


def test_the_files_are_plain_toml() -> None:
    """Times and dates are TOML's own, and no file is over 100 lines but the survey's."""
    for path in EXAMPLE.rglob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert tomllib.loads(text)
        assert not re.search(r'"\d\d:\d\d', text), path.name
