"""The picture of a digest: its size, its bytes, and that neither it nor its alt text says more than was published."""

import re
import subprocess
import sys
import warnings
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product

import pytest

from analysis import coding
from analysis.answers import Publication
from analysis.charts import LONGEST_ALT, Shown, chart, described
from analysis.coding import Coded
from config.department import THEMES, Influence, Theme
from config.words import LANGUAGES, Language, Words
from tests.analysis.desk import HR

Counts = Mapping[str, int]
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
SIDES = ("helped", "missed")


def scale(*times: int) -> Counts:
    """How often 1 to 5 were chosen."""
    return {str(value): n for value, n in enumerate(times, 1)}


def themes(helped: Sequence[int], missed: Sequence[int] = ()) -> Counts:
    """How often each theme was chosen, in catalogue order."""
    named = zip(SIDES, (helped, missed), strict=True)
    return {f"{side}.{theme}": n for side, times in named for theme, n in zip(THEMES, times, strict=False)}


def ledger(received: Counts, needed: Counts, chosen: Counts) -> list[Publication]:
    """What the gate publishes of these counts."""
    n, good = sum(received.values()), received["4"] + received["5"]
    order = [f"{side}.{theme}" for side in SIDES for theme in THEMES]
    levels = {"received": coding.level(received), "needed": coding.level(needed)}
    rows = [publication("good", n, coding.share(good, n)), *(publication(m, n, f) for m, f in levels.items())]
    return rows + [publication("theme", n, figure, s) for s, figure in coding.categories(chosen, order).items()]


def publication(measure: str, n: int, figure: Coded, subject: str = "") -> Publication:
    """One row of the ledger."""
    return Publication(
        block=1,
        department="hr",
        measure=measure,
        subject=subject,
        estimate=figure.estimate,
        low=figure.low,
        high=figure.high,
        spread=figure.spread,
        verdict=figure.verdict,
        n=n if n >= coding.SMALLEST else None,
        released_on=date(2026, 10, 27),
    )


LEDGERS = {
    "ten": ledger(scale(1, 1, 3, 4, 1), scale(0, 1, 3, 5, 1), themes((0, 4), (0, 0, 0, 1, 3, 2))),
    "twelve": ledger(scale(1, 2, 3, 4, 2), scale(0, 1, 3, 5, 3), themes((0, 4, 1), (0, 0, 0, 1, 3, 3))),
    "sixty": ledger(scale(3, 6, 15, 26, 10), scale(0, 2, 10, 30, 18), themes((4, 14, 8, 1, 3), (3, 11, 0, 6, 9, 1))),
    "many": ledger(
        scale(10, 20, 45, 85, 40), scale(2, 8, 40, 90, 60), themes((22, 31, 18, 9, 14, 6), (13, 27, 5, 19, 24, 12))
    ),
    "all fives": ledger(scale(0, 0, 0, 0, 24), scale(0, 0, 0, 1, 23), themes((24,))),
    "at most two": ledger(scale(12, 9, 7, 2, 0), scale(0, 0, 0, 10, 20), themes((), (3, 16, 0, 4, 5, 2))),
    "very low": ledger(scale(25, 2, 0, 0, 3), scale(3, 1, 0, 1, 25), themes((9, 1), (20,))),
    "too few": ledger(scale(0, 1, 3, 3, 1), scale(0, 0, 2, 4, 2), themes((0, 5, 1), (0, 0, 0, 1, 1))),
    "no theme": ledger(scale(0, 1, 3, 3, 1), scale(0, 0, 2, 4, 2), themes((1, 1, 1, 1), (1, 1, 1, 1))),
}
WITHOUT_NUMBERS = ("all fives", "too few", "no theme")

_WORDY = Words(
    nl="Snel zeggen wat er $wel$ en {niet} kan " * 4, en="Saying quickly what $can$ and {cannot} be done " * 4
)
LONG = HR.model_copy(
    update={
        "name": Words(nl="Juridische Zaken, Inkoop en Aanbesteden " * 6 + "🙂", en="Legal Affairs and $Tendering " * 9),
        "themes": {
            theme: Theme(name=_WORDY, influence=Influence(by=by, **{"with": _WORDY}))
            for theme, by in zip(THEMES, ("own", "together", "rule") * 2, strict=True)
        },
    }
)


def shown(last: str, blocks: int = 1, label: str = "oktober") -> list[Shown]:
    """So many released blocks, the last of them this one; the earlier ones go through all kinds of ledgers."""
    kinds = list(LEDGERS.values())
    earlier = [Shown("juni – juli", kinds[number % len(kinds)]) for number in range(blocks - 1)]
    return [*earlier, Shown(label, LEDGERS[last])]


# --- the picture -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "language"), list(product(LEDGERS, LANGUAGES)))
def test_every_ledger_becomes_a_picture(name: str, language: Language) -> None:
    """A PNG of 1200 by 675, whatever was published: one block, and twelve with long names."""
    for blocks, department in ((1, HR), (12, LONG)):
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a sign that the font does not have
            picture = chart(shown(name, blocks), department, language)
        assert picture.png[:8] == b"\x89PNG\r\n\x1a\n"
        assert (int.from_bytes(picture.png[16:20]), int.from_bytes(picture.png[20:24])) == (1200, 675)
        assert picture.alt == described(shown(name, blocks), department, language)


def test_the_same_publications_give_the_same_bytes() -> None:
    """Nothing of the moment or the program is in it."""
    first, second = (chart(shown("sixty", 5), HR, "nl").png for _ in range(2))
    assert first == second
    assert not any(word in first for word in (b"Software", b"tEXt", b"tIME"))


def test_an_earlier_block_changes_only_the_trend() -> None:
    """Another past, another picture; another language, another picture."""
    pictures = [chart(shown("sixty", blocks), HR, language).png for blocks in (1, 2) for language in LANGUAGES]
    assert len(set(pictures)) == 4


@pytest.mark.parametrize("label", ["", "9–12", "van 1 september 2026 tot en met 24 oktober 2026 " * 3])
def test_any_words_for_a_period_fit(label: str) -> None:
    """The label is the caller's: none and a long one are drawn too."""
    assert chart(shown("sixty", 2, label), HR, "nl").png


def test_there_is_something_to_draw() -> None:
    with pytest.raises(ValueError, match="no block"):
        chart([], HR, "nl")
    with pytest.raises(KeyError):
        chart([Shown("oktober", [])], HR, "nl")


def test_no_global_state_of_matplotlib_is_used_and_nothing_imported_before_drawing() -> None:
    """In a process of its own: importing charts.py is quick, and pyplot is never loaded."""
    program = """
import sys
from tests.analysis.test_charts import HR, chart, shown
assert "matplotlib" not in sys.modules
chart(shown("sixty"), HR, "nl")
assert "matplotlib.figure" in sys.modules and "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


# --- the alt text ------------------------------------------------------------------------------------------------


def numbers(rows: Sequence[Publication], language: Language) -> set[str]:
    """Every number that these rows publish, as it may be written."""
    found = {str(row.n) for row in rows if row.n is not None}
    for row in rows:
        values = [value for value in (row.estimate, row.low, row.high) if value is not None]
        if row.measure in ("received", "needed"):
            found |= {f"{value:.1f}".replace(".", "," if language == "nl" else ".") for value in values}
        elif row.measure == "good" and row.estimate is not None and row.n is not None:
            found |= {f"{row.estimate:.0f}", *(f"{100 * v:.0f}" for v in (row.estimate / row.n, *values[1:]))}
        else:
            found |= {f"{value:.0f}" for value in values}
    return found


@pytest.mark.parametrize(("name", "language", "blocks"), list(product(LEDGERS, LANGUAGES, (1, 3, 12))))
def test_every_number_of_the_alt_text_was_published(name: str, language: Language, blocks: int) -> None:
    """Nothing is computed for it that the ledgers do not hold."""
    told = shown(name, blocks)
    rows = [row for block in told for row in block.ledger]
    assert set(NUMBER.findall(described(told, HR, language))) <= numbers(rows, language)


@pytest.mark.parametrize(("name", "language"), list(product(WITHOUT_NUMBERS, LANGUAGES)))
def test_what_is_coded_gives_no_number(name: str, language: Language) -> None:
    """Where all is words, the only number is how many answered, and not even that below ten."""
    published = {str(row.n) for row in LEDGERS[name] if row.n is not None}
    assert set(NUMBER.findall(described(shown(name), HR, language))) == published


@pytest.mark.parametrize(("name", "language", "blocks"), list(product(LEDGERS, LANGUAGES, (1, 2, 12))))
def test_the_alt_text_is_short_and_complete(name: str, language: Language, blocks: int) -> None:
    """At most 600 characters for any names; with ordinary ones every theme's number is among them."""
    for department in (HR, LONG):
        assert len(described(shown(name, blocks), department, language)) <= LONGEST_ALT
    alt = described(shown(name, blocks), HR, language)
    counts = [row.estimate for row in LEDGERS[name] if row.measure == "theme" and row.estimate is not None]
    assert {f"{count:.0f}" for count in counts} <= set(NUMBER.findall(alt))
    assert not alt.endswith("…")


def test_the_alt_text_reads_well() -> None:
    """In whole sentences, with a decimal comma, a theme's influence, and what went before."""
    assert described(shown("twelve", 2), HR, "nl") == (
        "HR. oktober · 12 collega's gaven antwoord. "
        "Van een tot vijf: gekregen 3,3 (marge 2,6 tot 4,1); nodig 3,8 (marge 3,2 tot 4,4). "
        "Een vier of vijf: 6 van de 12, 50 % (marge 25–75 %). Eerder: juni – juli 50 % (24–76 %). "
        "Hielp het meest: Snelheid 4 (samen met de leidinggevende die akkoord geeft). "
        "Ontbrak het meest: Duidelijk over wat kan en wanneer 3 (eigen invloed). De rest (hielp of ontbrak): 5."
    )


def test_what_a_team_thought_stands_beside_what_was_said() -> None:
    """As a mark beside the headline, and in words after it; of the last block alone, and nothing where none is."""
    before, last = shown("twelve", 2)
    thought = Shown(last.label, last.ledger, "80")
    assert "50 % (marge 25–75 %). Jullie dachten: 80–89 %. Eerder:" in described([before, thought], HR, "nl")
    pictures = {chart([before, one], HR, "nl").png for one in (last, thought, Shown(last.label, last.ledger, "0"))}
    assert len(pictures) == 3
    earlier = Shown(before.label, before.ledger, "80")
    assert chart([earlier, last], HR, "nl") == chart([before, last], HR, "nl")
    assert len(described([thought], LONG, "en")) <= LONGEST_ALT


def test_words_stand_where_a_number_would_tell_too_much() -> None:
    alt = described(shown("at most two"), HR, "en")
    assert "received low; needed high. A four or five: at most two." in alt
    assert "Where words stand, a number would show what each person answered." in alt


def test_a_theme_keeps_its_influence_where_the_alt_text_is_short_of_room() -> None:
    """Then themes stand together by whose influence they are."""
    alt = described(shown("sixty", 5), HR, "en")
    assert all(word in alt for word in ("(own) Expertise 8", "(together) Speed 14", "(rule) Thinking along"))
