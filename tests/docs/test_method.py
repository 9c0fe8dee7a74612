"""The documents against the program: every number, constant, link, test, command and query that they name.

A part of a page under `<!-- check: name -->` is computed here and compared. After a wanted change,
`python -m tests.docs.test_method` writes those parts anew; read what changed before committing it.
"""

import asyncio
import importlib
import math
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from statistics import NormalDist
from types import ModuleType
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import multinomial

from analysis import answers, coding, comparisons, disclosure, findings, priorities, statistics
from analysis.answers import Publication, Record
from analysis.coding import Coded
from analysis.comparisons import ROUNDING, Pooled
from analysis.findings import ENOUGH_TO_EXPLAIN, to_explain
from analysis.priorities import placed
from analysis.statistics import LOST_HOURS, SCORES, benjamini_hochberg, detectable_change, gap_interval, shrink, welch
from bot.cli import main
from bot.core.cohorts import WAITING_WEIGHT
from bot.core.timing import window
from bot.flow.phrasing import Period
from bot.flow.wording import Digest, digest
from bot.simulation.run import prepared, run
from config.department import Department
from config.organisation import Head
from config.questions import Found as FoundQuestion
from config.survey import Survey
from tests.analysis.desk import EXTRA, HR, ORGANISATION, desk, laid, person
from tests.analysis.test_coverage import (
    CEILING,
    EXTREME,
    NO_FLOOR,
    ORDINARY,
    POLARISED,
    SKEWED,
    VALUES,
    coverage,
    tables,
)
from tests.privacy import organisation as small_organisation

ROOT = Path(__file__).parents[2]
METHOD, ANONYMITY = ROOT / "docs" / "method.md", ROOT / "docs" / "anonymity.md"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PART = re.compile(r"(<!-- check: (\w+) -->\n)(.*?)(?=\n\n|\Z)", re.DOTALL)

SHAPES = {"ordinary": ORDINARY, "skewed": SKEWED, "ceiling": CEILING, "polarised": POLARISED, "extreme": EXTREME}
SIZES = (10, 12, 20, 40)
RELEASED = date(2026, 9, 15)
PERIOD = Period(date(2026, 9, 1), date(2026, 9, 14), 8)

Cells = list[list[str]]


# --- reading the pages -----------------------------------------------------------------------------------------


@cache
def text_of(page: Path) -> str:
    """A whole page."""
    return page.read_text(encoding="utf-8")


def part(name: str, page: Path = METHOD) -> str:
    """What stands under a check mark, up to the next empty line."""
    found = [body for _, known, body in PART.findall(text_of(page)) if known == name]
    assert len(found) == 1, f"{name} is marked {len(found)} times in {page.name}"
    return str(found[0])


def rows_of(table: str) -> Cells:
    """The cells of a markdown table, without its heading."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def headed(name: str, rows: Sequence[Sequence[str]]) -> str:
    """The table under a check mark with these rows under its own heading."""
    heading = part(name).splitlines()[:2]
    return "\n".join([*heading, *(f"| {' | '.join(row)} |" for row in rows)])


def points(text: str) -> str:
    """A decimal as tables of chances have it: no zero before the point."""
    return text.removeprefix("0")


# --- tables of the method --------------------------------------------------------------------------------------


def of_coverage() -> str:
    """Per shape, how often the interval holds the true mean."""
    return headed("coverage", [[s, *(f"{100 * coverage(n, SHAPES[s]):.1f}" for n in SIZES)] for s in SHAPES])


def of_plain() -> str:
    """The same for plain t."""
    return headed("plain", [[s, *(f"{100 * coverage(n, SHAPES[s], NO_FLOOR):.1f}" for n in SIZES)] for s in SHAPES])


Ends = tuple[float, float]
NONE: Ends = (math.nan, math.nan)


@cache
def printed(n: int, ends: Callable[[Coded], Ends]) -> npt.NDArray[np.float64]:
    """For each table of n people the interval as published; NaN where there is no number."""
    counts = tables(n)
    marks = [counts @ VALUES, counts @ VALUES**2, counts[:, 3] + counts[:, 4], counts.max(axis=1)]
    _, first, which = np.unique(np.stack(marks, axis=1), axis=0, return_index=True, return_inverse=True)
    coded = [coding.level(dict(zip(SCORES, row, strict=True))) for row in counts[first].tolist()]
    return np.array([ends(one) for one in coded], dtype=np.float64)[which]


def published_ends(level: Coded) -> Ends:
    """The 95 % interval of a level."""
    return NONE if level.low is None or level.high is None else (level.low, level.high)


def of_published() -> str:
    """Per shape, how often there is a number, and how often its printed interval then holds the true mean."""
    return headed("published", [[s, *(_published(n, SHAPES[s]) for n in SIZES)] for s in SHAPES])


def _published(n: int, shares: tuple[float, ...]) -> str:
    low, high = printed(n, published_ends).T
    true, hair = float(VALUES @ np.array(shares)), 1e-9
    chances = np.asarray(multinomial(n, shares).pmf(tables(n)))
    shown = float(chances[~np.isnan(low)].sum())
    held = float(chances[(low <= true + hair) & (true - hair <= high)].sum())
    return f"{100 * shown:.1f} → {100 * held / shown:.1f}"


def of_sides() -> str:
    """Per shape, how often a mean that lies exactly on a line is put on a side of it; without a number it never is."""
    return headed("sides", [[s, *(_sides(n, SHAPES[s]) for n in SIZES)] for s in SHAPES])


def _sides(n: int, shares: tuple[float, ...]) -> str:
    def ends(level: Coded) -> Ends:
        if level.estimate is None or level.spread is None:
            return NONE
        return placed(Pooled(level.estimate, max(level.spread, ROUNDING), n))[1:]

    low, high = printed(n, ends).T
    line, hair = round(float(VALUES @ np.array(shares)), 1), 1e-9
    chances = np.asarray(multinomial(n, shares).pmf(tables(n)))
    return f"{100 * float(chances[(low > line + hair) | (high < line - hair)].sum()):.1f}"


def of_detectable() -> str:
    """What could have been seen with a spread of 0.95."""
    sizes = (12, 20, 40, 80)
    return headed("detectable", [["points", *(f"{detectable_change(n, 0.95).estimate:.2f}" for n in sizes)]])


def of_hours() -> str:
    """The classes of lost time."""
    return headed("hours", [[key, *(f"{hours:g}" for hours in LOST_HOURS[key])] for key in LOST_HOURS])


def of_explaining() -> str:
    """How many have to say that they did not know, before the message speaks of it."""
    return headed("explaining", [[str(n), *_enough(n)] for n in (10, 12, 20, 40, 80)])


def _enough(n: int) -> tuple[str, str, str]:
    few = coding.FEW + 1  # fewer are not named
    fewest = next(k for k in range(few, n) if to_explain(_searched(k, n), _WHERE))
    share = statistics.wilson(fewest, n)
    surely = next(k for k in range(few, n) if statistics.wilson(k, n).low >= ENOUGH_TO_EXPLAIN)
    return str(fewest), f"{share.estimate:.2f} ({share.low:.2f}–{share.high:.2f})", str(surely)


_WHERE = next(question for question in ORGANISATION.surveys[0].extra if isinstance(question, FoundQuestion))


def _searched(k: int, n: int) -> list[Publication]:
    subject = f"{_WHERE.key}.searched"
    row = Publication(
        block=1, department="hr", measure="choice", subject=subject, estimate=k, n=n, released_on=RELEASED
    )
    return [row]


def of_draw() -> str:
    """Among the first two of four, of which so many weigh more."""
    return headed("draw", [[str(waiting), *_drawn(waiting)] for waiting in range(5)])


def _drawn(waiting: int) -> tuple[str, str]:
    weights = [WAITING_WEIGHT] * waiting + [1.0] * (4 - waiting)
    chance = [0.0] * 4
    for first in range(4):
        for second in set(range(4)) - {first}:
            both = weights[first] / sum(weights) * weights[second] / (sum(weights) - weights[first])
            chance[first] += both
            chance[second] += both
    found = [points(f"{one:.2f}") for one in chance]
    return found[0] if waiting else "–", found[-1] if waiting < 4 else "–"


def of_constants() -> str:
    """Every constant with the value that it has."""
    return headed("constants", [[name, _value(name.strip("`")), why] for name, _, why in rows_of(part("constants"))])


def _value(path: str) -> str:
    module, _, name = path.rpartition(".")
    value = getattr(importlib.import_module(module), name)
    if isinstance(value, timedelta):
        return f"{value.days} days"
    return str(value)


# --- the worked example ----------------------------------------------------------------------------------------


def pairs() -> dict[tuple[str, str], int]:
    """How often each received and needed were given together."""
    heading, _, counts = (line.strip("|").split("|")[1:] for line in part("pairs").splitlines())
    received_needed = [tuple(cell.strip().split(", ")) for cell in heading]
    return {(got, wanted): int(n) for (got, wanted), n in zip(received_needed, counts, strict=True)}


def given(question: str) -> dict[str, int]:
    """How often each value of a question was given."""
    said = dict(rows_of(part("answers")))[question]
    return {value: int(n) for value, n in (one.rsplit(" ", 1) for one in said.split(", "))}


def several(counts: Mapping[str, int]) -> list[str]:
    """Each value as often as it was given."""
    return [value for value, times in counts.items() for _ in range(times)]


def people() -> list[list[Record]]:
    """The 23, each with a pair, a service, a theme that fits the pair, and lost time; the first few with a tip."""
    scores = sorted(
        (pair for pair, times in pairs().items() for _ in range(times)), key=lambda p: int(p[0]) < int(p[1])
    )
    writers = int(re.findall(r"text \| (\d+)", part("answers"))[0])
    found = []
    for (got, wanted), service, theme, time in zip(
        scores, several(given("service")), several(given("theme")), several(given(EXTRA.key)), strict=True
    ):
        assert (int(got) < int(wanted)) == theme.startswith("missed."), "who got less is asked what was missed"
        found.append(person(int(got), int(wanted), theme, service, time))
    for number in range(writers):
        found[number].append(Record("hr", {"text": (f"tip {number}",)}))
    return found


@cache
def example() -> tuple[list[Publication], Digest]:
    """The block through the real gate, and its message."""
    with tempfile.TemporaryDirectory() as folder, desk(Path(folder)) as session:
        (block,) = disclosure.settle(session, laid(session, 1, people()), EXTRA.key, 10)
        rows = disclosure.publish(session, [(block, HR)], EXTRA, 10, RELEASED)
        return rows, digest(rows, HR, EXTRA, PERIOD, "en")


def of_publications() -> str:
    """Every figure, as it stands in the ledger."""
    rows, _ = example()
    return headed("publications", [_ledger_line(row) for row in rows])


def _ledger_line(row: Publication) -> list[str]:
    numbers = ["" if value is None else f"{value:g}" for value in (row.estimate, row.low, row.high, row.spread)]
    return [row.measure, row.subject, *numbers, row.verdict, str(row.n)]


def of_lines() -> str:
    """The first screen."""
    return "\n".join(["```text", *example()[1].lines, "```"])


def of_details() -> str:
    """What stands behind "details"."""
    return "\n".join(["```text", *example()[1].details, "```"])


Group = tuple[float, float, int]


def of_comparisons() -> str:
    """The end of a cycle: six departments, as the page gives them, through the real comparisons."""
    groups = {row[0]: (_group(row[1]), _group(row[2])) for row in rows_of(part("comparisons"))}
    now = {d: after for d, (_, after) in groups.items() if after is not None}
    before = {d: earlier for d, (earlier, _) in groups.items() if earlier is not None}
    tests = {d: welch(*now[d], *before[d]) for d in now if d in before}
    adjusted = dict(zip(tests, benjamini_hochberg([t.p for t in tests.values()]).adjusted, strict=True))
    shrunk = shrink([m for m, _, _ in now.values()], [s**2 / n for _, s, n in now.values()])
    z = NormalDist().inv_cdf((1 + comparisons.MOST_CERTAIN) / 2)
    spans = {
        d: f"{m:.2f} ({m - z * s:.2f} to {m + z * s:.2f})"
        for d, m, s in zip(now, shrunk.means, shrunk.sds, strict=True)
    }
    said = comparisons.comparisons(_ledgers(now), _ledgers(before))
    rows = []
    for row in rows_of(part("comparisons")):
        department = row[0]
        test = tests.get(department)
        changed = [f"{test.estimate:+.1f}", f"{test.p:.3f}", f"{adjusted[department]:.3f}"] if test else ["–"] * 3
        shown = ", ".join(_said(one) for one in said[department])
        rows.append([*row[:3], *(one.replace("-", "−") for one in changed), spans[department], shown])
    return headed("comparisons", rows)


def _group(cell: str) -> Group | None:
    if cell == "–":
        return None
    mean, spread, n = cell.split(", ")
    return float(mean), float(spread), int(n)


def _ledgers(groups: Mapping[str, Group]) -> dict[str, list[list[Publication]]]:
    return {
        d: [[Publication(block=1, department=d, measure="received", estimate=m, spread=s, n=n, released_on=RELEASED)]]
        for d, (m, s, n) in groups.items()
    }


def _said(one: comparisons.Comparison) -> str:
    said, estimate = f"{one.measure} {one.figure.verdict}".rstrip(), one.figure.estimate
    if estimate is None:
        return said
    return f"{said} {estimate:+.1f}".replace("-", "−") if one.measure == "change" else f"{said} {estimate}"


COMPUTED: Mapping[str, Callable[[], str]] = {
    "coverage": of_coverage,
    "plain": of_plain,
    "published": of_published,
    "sides": of_sides,
    "detectable": of_detectable,
    "hours": of_hours,
    "draw": of_draw,
    "explaining": of_explaining,
    "constants": of_constants,
    "publications": of_publications,
    "lines": of_lines,
    "details": of_details,
    "comparisons": of_comparisons,
}
GIVEN = {"pairs", "answers"}


@pytest.mark.parametrize("name", COMPUTED)
def test_the_method_page_says_what_the_program_computes(name: str) -> None:
    """Not a digit less or more."""
    assert part(name) == COMPUTED[name]()


def test_every_marked_part_is_checked() -> None:
    """Nothing looks checked that is not."""
    assert {name for _, name, _ in PART.findall(text_of(METHOD))} == {*COMPUTED, *GIVEN}


def test_what_is_reckoned_by_hand() -> None:
    """The numbers in the words of the worked example."""
    said = text_of(METHOD).partition("**By hand.**")[2].partition("**What is published**")[0].replace("\n", " ")
    got = {str(v): sum(n for (g, _), n in pairs().items() if g == str(v)) for v in range(1, 6)}
    wanted = {str(v): sum(n for (_, w), n in pairs().items() if w == str(v)) for v in range(1, 6)}
    n, good = sum(got.values()), got["4"] + got["5"]
    share = statistics.wilson(good, n)
    received, needed = statistics.mean_interval(got), statistics.mean_interval(wanted)
    gap = gap_interval(pairs())
    between = [int(g) - int(w) for (g, w), times in pairs().items() for _ in range(times)]
    time = sorted((LOST_HOURS[v].middle for v in several(given(EXTRA.key))), reverse=True)
    expected = [
        f"{good} of {n} gave a 4 or 5: share {share.estimate:.3f}; Wilson from {share.low:.3f} to {share.high:.3f}",
        f"sum {sum(int(v) * k for v, k in got.items())}, mean {received.estimate:.3f}, s² = {_variance(got):.3f}",
        f"s_b² = {_floored(_variance(got), n):.3f}, so t with {n - 1} degrees",
        f"{received.low:.3f} to {received.high:.3f}",
        f"mean {needed.estimate:.3f}, s² = {_variance(wanted):.3f}, below s_b² = {_floored(_variance(wanted), n):.3f}",
        f"{n + 7} degrees of freedom: {needed.low:.3f} to {needed.high:.3f}",
        f"Gap: {gap.estimate:.3f}, s² = {np.var(between, ddof=1):.3f}, {gap.low:.3f} to {gap.high:.3f}",
        f"{sum(t > 0 for t in time)} lost time, the two largest {sum(time[:2]):g} of {sum(time):g} hours",
        f"the others {sum(time[2:]):g}",
    ]
    assert [one for one in expected if one.replace("-", "−") not in said] == []


def _variance(counts: Mapping[str, int]) -> float:
    return float(np.var([int(v) for v in several(counts)], ddof=1))


def _floored(variance: float, n: int) -> float:
    prior = statistics.FLOOR_WEIGHT
    return ((n - 1) * variance + prior * statistics.VARIANCE_FLOOR) / (n + prior - 1)


def test_the_shapes_are_those_of_the_coverage() -> None:
    """As printed above its table, and the variances that the floor is held against."""
    said = text_of(METHOD).replace("\n", " ")
    for name, shares in SHAPES.items():
        assert f"*{name}* {' '.join(points(f'{share:.2f}') for share in shares)}" in said
    variances = [
        float(VALUES**2 @ np.array(shares) - (VALUES @ np.array(shares)) ** 2) for shares in (ORDINARY, CEILING)
    ]
    assert "an ordinary distribution ({:.2f}) and above that of a ceiling ({:.2f})".format(*variances) in said
    assert f"at n = 40: **{100 * coverage(40, EXTREME):.0f} %**" in said


# --- constants ---------------------------------------------------------------------------------------------------

ELSEWHERE = {"analysis.statistics.HALVINGS", "analysis.findings.MOST_POINTS"}  # no threshold


def test_every_threshold_of_the_analysis_is_on_the_page() -> None:
    """A new constant that is a number, or some, needs a row and a reason in it."""
    rows = {name.strip("`"): why for name, _, why in rows_of(part("constants"))}
    wanted = {
        f"{module.__name__}.{name}"
        for module in (answers, coding, comparisons, disclosure, findings, priorities, statistics)
        for name, value in vars(module).items()
        if re.fullmatch("[A-Z][A-Z_]+", name) and _is_numeric(value) and _is_defined(name, module)
    }
    assert len(wanted) > 20
    assert wanted - ELSEWHERE <= set(rows)
    assert all(rows.values())


def _is_numeric(value: object) -> bool:
    return isinstance(value, int | float) or (isinstance(value, tuple) and all(_is_numeric(one) for one in value))


def _is_defined(name: str, module: ModuleType) -> bool:
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    return re.search(rf"^(?:[A-Z_]+, )*{name}(?:, [A-Z_]+)*(?:: .+?)? = ", source, re.MULTILINE) is not None


def test_the_defaults_are_those_of_the_configuration() -> None:
    """What the pages say of an organisation that changes nothing, and of the example."""
    assert Head.model_fields["threshold"].default == 10
    assert f"never below {disclosure.LOWEST_THRESHOLD}" in text_of(METHOD)
    survey = ORGANISATION.surveys[0]
    assert (survey.draw, survey.rhythm.cycle_weeks) == (2, 8)
    assert Survey.model_fields["draw"].default == 2
    assert [str(one) for one in Department.model_fields["services"].metadata] == [
        "MinLen(min_length=3)",
        "MaxLen(max_length=8)",
    ]


def test_the_anonymity_page_names_the_constants_as_they_are() -> None:
    """In its last table."""
    for name, value in re.findall(r"`((?:bot|analysis)\.[\w.]+\.[A-Z_]+)` = ([^;,.)|]+)", text_of(ANONYMITY)):
        assert _value(name) == value.strip(), name


# --- links, tests, commands, queries -----------------------------------------------------------------------------


def links() -> Iterator[tuple[Path, str]]:
    """Every relative link and picture of every page."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
            if not re.match(r"[a-z]+:", target):
                yield page, target


@pytest.mark.parametrize(("page", "target"), sorted(links()), ids=lambda one: getattr(one, "name", one))
def test_links_lead_somewhere(page: Path, target: str) -> None:
    """To a file that is there, and to a heading that it has."""
    file, _, anchor = target.partition("#")
    place = (page.parent / file).resolve() if file else page
    assert place.exists()
    if anchor:
        headings = re.findall(r"^#+ (.+)$", text_of(place), re.M)
        assert anchor in {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text_of(METHOD) + text_of(ANONYMITY))))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_named_tests_exist(file: str, name: str) -> None:
    """A promise points at what holds it."""
    assert (ROOT / file).exists()
    assert not name or re.search(rf"^(async )?def {name}\b", (ROOT / file).read_text("utf-8"), re.M)


def test_named_commands_exist() -> None:
    """With the options that go with them."""
    from click.testing import CliRunner

    pages = " ".join((text_of(METHOD) + text_of(ANONYMITY)).split())
    named = re.findall(r"`klankbord ([a-z ]+[a-z])((?: --[a-z-]+)*)", pages)
    assert len(named) > 5
    for words, options in named:
        helped = CliRunner().invoke(main, [*words.split(), "--help"])
        assert helped.exit_code == 0, words
        assert [option for option in options.split() if option not in helped.output] == []


QUERIES = re.findall(r"-- (.+)\n((?:[^;]|\n)+;)", "\n".join(re.findall(r"```sql\n(.*?)```", text_of(ANONYMITY), re.S)))


Found = Mapping[str, Sequence[tuple[object, ...]]]

THERE_IS: Mapping[str, set[object]] = {
    "SELECT DISTINCT state FROM round": {"TOLD", "OPEN"},
    "SELECT DISTINCT state FROM block": {"RELEASED", "DELETED", "WAITING"},
    "SELECT DISTINCT length(sealed) > 0 FROM ballot": {1},
    "SELECT DISTINCT count(*) > 0 FROM invitation WHERE state = 'CLOSED'": {1},
}
"""Without these the queries of the page would find nothing for want of anything."""


@cache
def late_in_the_panel() -> Found:
    """What each query finds in the simulation: a cycle is over, of the next a round was told and one is open."""
    found: dict[str, Sequence[tuple[object, ...]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        organisation = small_organisation(cohorts=3)
        simulation = prepared(organisation, 30, 3, Path(folder) / "klankbord.sqlite3")

        async def pass_by() -> None:
            await run(simulation, 4, lambda _done, _all: None)
            await simulation.to(window(organisation.surveys[0].rhythm, 4, organisation).opens_at)

        asyncio.run(pass_by())
        with simulation.database.transaction(reading=True) as session:
            for query in (*THERE_IS, *(query for _, query in QUERIES)):
                then = query.replace("'now'", f"'{simulation.now:%Y-%m-%d %H:%M}'")
                found[query] = [tuple(row) for row in session.connection().exec_driver_sql(then).all()]
        simulation.database.close()
    return found


def test_there_is_something_to_query() -> None:
    """Rounds, blocks and ballots in every state that matters."""
    for query, expected in THERE_IS.items():
        assert {row[0] for row in late_in_the_panel()[query]} >= expected, query


@pytest.mark.parametrize(("expected", "query"), QUERIES, ids=[expected for expected, _ in QUERIES])
def test_queries_find_what_the_page_says(expected: str, query: str) -> None:
    """In the simulation."""
    rows = late_in_the_panel()[query]
    if "no row" in expected:
        assert rows == []
    else:
        assert rows


def test_the_drawing_is_well_formed_and_described() -> None:
    """It has a title and a description of its own, and the page gives it an alternative text."""
    drawing = ElementTree.parse(ROOT / "docs" / "pictures" / "answer.svg").getroot()
    assert {child.tag.rpartition("}")[2] for child in drawing} >= {"title", "desc"}
    alt = re.search(r"!\[([^\]]+)\]\(pictures/answer\.svg\)", text_of(ANONYMITY))
    assert alt is not None
    assert len(alt[1]) > 80


def _write_anew() -> None:
    def computed(found: re.Match[str]) -> str:
        make = COMPUTED.get(found[2])
        return found[1] + (make() if make else found[3])

    METHOD.write_text(PART.sub(computed, text_of(METHOD)), encoding="utf-8")


if __name__ == "__main__":
    _write_anew()
