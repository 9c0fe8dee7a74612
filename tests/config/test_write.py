"""What is written and read back is the same organisation, whatever its words."""

from datetime import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import EXAMPLE
from config.load import read
from config.organisation import Organisation
from config.write import files, write

WORDS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=60).filter(str.strip)
NEEDS = WORDS.map(str.strip).filter(lambda words: not {",", ";"} & set(words))
AWKWARD = ['"', "'''", '"""', "\\", "a # b", "[x]", "{y}", "= 1", "é", "👋", "true", "2026-01-01", "C:\\new\\table"]


def described(example: Organisation) -> dict[str, Any]:
    """An organisation as plain data."""
    return example.model_dump(by_alias=True)


@st.composite
def organisations(draw: st.DrawFn) -> Organisation:
    """The example with other words everywhere, in one language or in both, and other numbers."""
    content = described(read(EXAMPLE))
    content["threshold"], content["response"] = draw(st.integers(7, 100)), draw(st.floats(0.01, 1))
    content["announced"] = draw(st.dates().filter(lambda day: 2000 <= day.year < 2100) | st.none())
    people = st.lists(WORDS.map(str.strip), max_size=3)
    content["roles"] = {"admins": draw(people), "readers": draw(people)}
    channels = st.sampled_from(["webchat:#board", "slack:C024BE91L", None])
    content["report"] = {"channel": draw(channels), "everyone": draw(st.sampled_from(["telegram:-100", None]))}
    for department in content["departments"]:
        department["name"] = {"nl": f"{department['key']} {draw(WORDS)}"}
        department["services"] = draw(st.permutations(department["services"]))[: draw(st.integers(3, 6))]
        department["lead"] = draw(WORDS | st.none())
        department["deputies"] = draw(st.lists(WORDS.map(str.strip), max_size=2))
        for service in department["services"]:
            service["expect"] = draw(_words() | st.none())
            service["words"] = draw(st.lists(NEEDS, max_size=3))
        department["card"]["reach"] = draw(_words() | st.none())
    (survey,) = content["surveys"]
    survey["paused"] = draw(st.booleans())
    survey["about"] = tuple(draw(st.lists(st.sampled_from([d["key"] for d in content["departments"]]), unique=True)))
    lost_time = next(one for one in survey["extra"] if one["kind"] == "duration")  # always one: a promise needs it
    others = draw(st.permutations([one for one in survey["extra"] if one is not lost_time]))[: draw(st.integers(0, 4))]
    survey["extra"] = draw(st.permutations([lost_time, *others]))
    survey["rhythm"]["at"] = draw(st.times(time(9), time(16)))
    return Organisation.model_validate(content)


@st.composite
def _words(draw: st.DrawFn) -> Any:
    text = WORDS | st.sampled_from(AWKWARD)
    both = st.fixed_dictionaries({"nl": text, "en": text})
    return draw(both | text | st.fixed_dictionaries({"nl": text}) | st.fixed_dictionaries({"en": text}))


@given(organisations())
def test_export_and_apply_is_the_identity(organisation: Organisation) -> None:
    """Every word, number, date and order comes back as it was."""
    with TemporaryDirectory() as folder:
        write(organisation, Path(folder))
        assert read(Path(folder)) == organisation


def test_the_example_comes_back() -> None:
    """As it is; and its files are those of the example."""
    organisation = read(EXAMPLE)
    found = files(organisation)
    assert set(found) == {path.relative_to(EXAMPLE).as_posix() for path in EXAMPLE.rglob("*.toml")}
    assert 'what_for = {nl = "laptop, telefoon' in found["departments/ict.toml"]
    assert 'words = ["laptop kapot", "laptop stuk", ' in found["departments/ict.toml"]


@pytest.mark.parametrize("word", AWKWARD)
def test_a_word_that_looks_like_toml_stays_a_word(word: str, tmp_path: Path) -> None:
    """Quotes, brackets, backslashes and what reads as another type."""
    content = described(read(EXAMPLE)) | {"name": word}
    organisation = Organisation.model_validate(content)
    write(organisation, tmp_path)
    assert read(tmp_path).name == word
