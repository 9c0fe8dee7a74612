"""The catalogues: the same keys and places in both languages, none missing, none that nothing uses."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from pydantic_core.core_schema import ErrorType

from config.texts import catalogue, fill, placeholders, say
from config.words import Language

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for floor in ("config", "analysis", "bot") for path in (ROOT / floor).rglob("*.py"))
OTHERS = sorted(path for ending in ("html", "jinja", "js", "txt") for path in (ROOT / "bot").rglob(f"*.{ending}"))

KEY = re.compile(r"(?!.*\.html$)[a-z_]+(\.[a-z0-9_-]+)+")  # a template may be called as a table is
QUOTED = re.compile(r"""["'`]((?![a-z_]+\.html)[a-z_]+(?:\.[a-z0-9_-]+)+)["'`](?!\s*[~+])""")
QUOTED_START = re.compile(r"""["'`]([a-z_]+\.[a-z0-9_.-]*)["'`]\s*[~+]|`([a-z_]+\.[a-z0-9_.-]*)\$\{""")


@cache
def keys() -> frozenset[str]:
    """Every key of the Dutch catalogue."""
    return frozenset(catalogue("nl"))


@cache
def tables() -> frozenset[str]:
    """The names of the catalogue's tables."""
    return frozenset(key.partition(".")[0] for key in keys())


def literals(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every whole string in a file that looks like a key, with its line; not the halves of an f-string."""
    halves = {id(half) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for half in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in halves and KEY.fullmatch(str(node.value)):
            yield str(node.value), node.lineno


def patterns(tree: ast.AST) -> Iterator[tuple[re.Pattern[str], int]]:
    """Every f-string that begins with a table's name, as the pattern of the keys it may become, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            texts = [str(part.value) if isinstance(part, ast.Constant) else "" for part in node.values]
            if texts and KEY.match(texts[0] + "x"):
                yield re.compile("".join(re.escape(text) or ".+" for text in texts)), node.lineno


@cache
def mentioned() -> tuple[dict[str, str], dict[re.Pattern[str], str]]:
    """The keys, and the patterns of keys, that the program mentions, each with a place where it does."""
    whole: dict[str, str] = {}
    made: dict[re.Pattern[str], str] = {}
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        name = path.relative_to(ROOT).as_posix()
        whole |= {key: f"{name}:{line}" for key, line in literals(tree)}
        made |= {pattern: f"{name}:{line}" for pattern, line in patterns(tree)}
    for path in OTHERS:
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT).as_posix()
        whole |= dict.fromkeys(QUOTED.findall(text), name)
        starts = {one or other for one, other in QUOTED_START.findall(text)}
        made |= {re.compile(re.escape(start) + ".+"): name for start in starts}
    return whole, made


def test_both_languages_have_the_same_keys() -> None:
    """A text in one language only would end a conversation in a KeyError."""
    assert set(catalogue("nl")) - set(catalogue("en")) == set(), "only in nl.toml"
    assert set(catalogue("en")) - set(catalogue("nl")) == set(), "only in en.toml"


def test_both_languages_fill_in_the_same_places() -> None:
    """A place in one language only would stay empty, or end in a KeyError, in the other."""
    differ = {
        key: (sorted(placeholders(text)), sorted(placeholders(catalogue("en")[key])))
        for key, text in catalogue("nl").items()
        if key in catalogue("en") and placeholders(text) != placeholders(catalogue("en")[key])
    }
    assert differ == {}


def test_no_text_is_empty_or_half_filled_in() -> None:
    """Every text says something, and no brace is left that is not a place: `{Name}` would be shown as it stands."""
    for language in ("nl", "en"):
        for key, text in catalogue(language).items():
            assert text, f"{language} {key}"
            bare = fill(text, **dict.fromkeys(placeholders(text), ""))
            assert not re.search(r"\{\w*\}", bare), f"{language} {key}: {text}"
            assert text.count("**") % 2 == 0, f"{language} {key}: an odd number of **"


def test_every_text_is_used() -> None:
    """Each key stands in the program as a whole string, or fits an f-string there; else it is dead."""
    whole, made = mentioned()
    unused = [key for key in sorted(keys()) if key not in whole and not any(p.fullmatch(key) for p in made)]
    assert unused == [], f"{len(unused)} texts in config/texts/*.toml that nothing says: {unused}"


def test_every_text_that_is_said_exists() -> None:
    """Each string in the program that begins with the name of a table is a key of it."""
    whole, _ = mentioned()
    missing = {k: place for k, place in sorted(whole.items()) if k.partition(".")[0] in tables() and k not in keys()}
    told = ", ".join(f"{key} ({place})" for key, place in missing.items())
    assert not missing, f"not in config/texts/nl.toml: {told}"


def test_every_made_up_key_can_exist() -> None:
    """Each f-string that begins with the name of a table fits at least one key of it."""
    _, made = mentioned()
    missing = {
        pattern.pattern: place
        for pattern, place in made.items()
        if pattern.pattern.partition("\\.")[0] in tables() and not any(map(pattern.fullmatch, keys()))
    }
    assert missing == {}


def test_every_problem_can_arise() -> None:
    """Each `problem.*` is named in config/, or is an error of pydantic, perhaps of one key only."""
    named = {
        node.value.removeprefix("problem.")
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    pydantics = set(get_args(ErrorType))
    problems = {key.removeprefix("problem.") for key in keys() if key.startswith("problem.")}
    dead = [one for one in problems - named - pydantics if not any(one.endswith(f"_{error}") for error in pydantics)]
    assert dead == []


def test_a_place_may_be_called_like_an_argument() -> None:
    """Texts speak of keys and languages: such values do not get in the way of the arguments of `say` and `fill`."""
    assert fill("{key} {language} {template}", key="k", language="l", template="t") == "k l t"
    assert "“hr”" in say("problem.key_twice", "en", key="hr")


def test_a_value_cannot_reach_into_a_text() -> None:
    """Words that people configure or type are shown as they are: no bold, and no places of their own."""
    assert fill("**{a}** {b}", a="**x** {b}", b="y") == "**x {b}** y"


def test_an_unknown_text_is_an_error() -> None:
    """A key that is not there, or a value that is not given, is a mistake of the program."""
    with pytest.raises(KeyError):
        say("button.nowhere", "nl")
    with pytest.raises(KeyError):
        say("button.tip", "nl")


OF_SOME_WEEKS = ("waiting.over", "rehearse.cohorts_enough", "rehearse.cohorts_more", "rehearse.cohorts_one")
"""Texts in which {weeks} and {longer} are “8 weeks”, not a number."""


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("key", OF_SOME_WEEKS)
def test_a_period_is_said_once(key: str, language: Language) -> None:
    """Not “these 8 weeks weeks”, nor “these 1 week”."""
    for period in (say("date.weeks", language, weeks=8), say("date.week", language)):
        values = dict.fromkeys(placeholders(catalogue(language)[key]), "x") | {"weeks": period, "longer": period}
        text = say(key, language, **values)
        assert not re.search(rf"{period} (week|weken)|(deze|these) {period}", text)


def test_a_percentage_is_written_as_its_language_does() -> None:
    """With a space before the sign in Dutch, and without one in English."""
    for language, wrong in (("nl", r"\S%"), ("en", r"\s%")):
        assert [key for key, text in catalogue(language).items() if re.search(wrong, text)] == []
