"""Forms and models are the same: what is shown and sent back unchanged changes nothing, and nonsense is refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.admin import forms
from bot.web.admin.forms import Malformed, Mistaken, Sheet
from config import EXAMPLE
from config.department import Department
from config.load import read
from config.organisation import Head, Organisation
from config.survey import Survey
from config.words import Model
from tests.config.test_write import organisations

TOWN = read(EXAMPLE)


def fields(content: object, place: str = "") -> list[tuple[str, object]]:
    """The fields that a browser would send of a sheet."""
    if isinstance(content, dict):
        return [one for name, inner in content.items() for one in fields(inner, f"{place}.{name}" if place else name)]
    if isinstance(content, list):
        return [one for index, inner in enumerate(content) for one in fields(inner, f"{place}.{index}")]
    return [(place, content)]


def there_and_back(model: Model, kind: type[Model], **known: object) -> Model:
    """Shown as a form, sent, and read."""
    return forms.read(kind, forms.sent(fields(forms.filled(model, kind).content)), **known)


@given(organisations())
def test_a_form_that_nobody_touched_changes_nothing(organisation: Organisation) -> None:
    """Whatever the words and numbers of an organisation are: of each department, each survey and the whole."""
    for department in organisation.departments:
        assert there_and_back(department, Department) == department
    for survey in organisation.surveys:
        assert there_and_back(survey, Survey) == survey
    head = Head(**{name: getattr(organisation, name) for name in Head.model_fields})
    assert there_and_back(organisation, Head) == head


def sheet(**changed: str) -> Sheet:
    """The form of ICT with other words in some fields (`__` for a dot)."""
    now = dict(fields(forms.filled(TOWN.by_key["ict"]).content))
    return forms.sent((now | {name.replace("__", "."): value for name, value in changed.items()}).items())


def blank(row: str) -> dict[str, str]:
    """Every field of a row, with nothing in it."""
    return {name.replace(".", "__"): "" for name in dict(fields(sheet().content)) if name.startswith(f"{row}.")}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("share", "0", "share"),
        ("share", "150", "share"),
        ("share", "a lot", "share"),
        ("channel", "nonsense", "channel"),
        ("key", "Not A Key", "key"),
        ("services__1__key", "", "services.1.key"),
        ("services__1__key", "A B", "services.1.key"),
        ("services__0__name__nl", "x" * 301, "services.0.name.nl"),
        ("name__nl", "a\u202eb", "name.nl"),
        ("card__expect__nl", "\u0007", "card.expect.nl"),
        ("themes__speed__influence__by", "magic", "themes.speed.influence.by"),
        ("language", "fr", "language"),
    ],
)
def test_a_mistake_is_said_at_its_field(field: str, value: str, words: str) -> None:
    """In the words of the files, in both languages."""
    with pytest.raises(Mistaken) as mistaken:
        forms.read(Department, sheet(**{field: value}))
    for language in ("nl", "en"):
        said = forms.explained(mistaken.value.mistakes, "nl" if language == "nl" else "en")
        assert words in said, said
        assert said[words]


def test_a_mistake_after_a_blank_row_is_said_at_the_row_that_has_it() -> None:
    """A blank row is no row, and what follows keeps its place on the page."""
    with pytest.raises(Mistaken) as mistaken:
        forms.read(Department, sheet(**blank("services.1"), services__3__key="Not A Key"))
    assert list(mistaken.value.mistakes) == ["services.3.key"]


def test_a_blank_row_is_left_out() -> None:
    """One service less."""
    found = forms.read(Department, sheet(**blank("services.1")))
    assert [one.key for one in found.services] == [one.key for one in TOWN.by_key["ict"].services if one.key != "login"]


@pytest.mark.parametrize("typed", ["scherm, muis", " scherm ;muis,", "scherm,, muis"])
def test_words_in_one_field_are_a_list(typed: str) -> None:
    """Whatever stands between them; nothing typed is no word."""
    name = "services.0.words"
    before = [one for one in fields(forms.filled(TOWN.by_key["ict"]).content) if not one[0].startswith(f"{name}.")]
    for said, words in ((typed, ("scherm", "muis")), (" , ", ()), ("", ())):
        found = forms.read(Department, forms.split_at_commas(forms.sent([*before, (name, said)]), name))
        assert found.services[0].words == words, said


@pytest.mark.parametrize("share", ["70", "70.0", "70,0"])
def test_a_share_is_a_percentage(share: str) -> None:
    """With the comma of one language and the point of the other."""
    assert forms.read(Department, sheet(share=share)).share == 0.7


def test_rows_move_without_a_script() -> None:
    """Up, away, and a new one; nothing else changes."""
    keys = [one.key for one in TOWN.by_key["ict"].services]

    def after(do: str) -> list[str]:
        return [row.get("key", "") for row in forms.rearranged(sheet(), do).at("services")]

    assert after("up:services.1") == [keys[1], keys[0], *keys[2:]]
    assert after("up:services.0") == keys
    assert after("drop:services.0") == keys[1:]
    assert after("add:services") == [*keys, ""]
    assert forms.rearranged(sheet(), "up:services.1").at("name") == sheet().at("name")


@pytest.mark.parametrize(
    "do",
    ["drop:services.99", "up:services.-1", "drop:name.nl", "burn:services.0", "add:", "add:name", "add:a b", ":", "x"],
)
def test_a_row_that_is_not_there_does_not_move(do: str) -> None:
    """400, and nothing else."""
    with pytest.raises(Malformed):
        forms.rearranged(sheet(), do)


NAMES = st.text(st.sampled_from("ab.019_-[]"), max_size=12) | st.sampled_from(
    [
        "services",
        "services.0",
        "services.0.key",
        "name",
        "name.nl",
        "themes.speed.influence.by",
        "key",
        "a.b.c.d.e.f.g.h",
    ]
)


@given(st.lists(st.tuples(NAMES, st.text(max_size=8)), max_size=12), st.text(max_size=20))
def test_no_form_whatever_it_holds_breaks_anything(pairs: list[tuple[str, str]], do: str) -> None:
    """It is read, or refused: as malformed, or at its fields."""
    said: dict[str, str] | None = None
    try:
        found = forms.sent(pairs)
        forms.read(Department, found)
    except Malformed:
        return
    except Mistaken as mistaken:
        said = forms.explained(mistaken.mistakes, "en")
    assert said is None or all(said.values())
    with suppress(Malformed):
        forms.rearranged(found, do)
