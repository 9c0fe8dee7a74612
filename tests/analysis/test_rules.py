"""The rules of what may be shown, each held against an attack: with the rule it finds nothing, without it something.

A rule without an attack here is guarded by the test that is named beside it.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlmodel import Session, func, select

from analysis import coding, comparisons, disclosure
from analysis import counts as counting
from analysis.answers import FEWEST_RESPONDENTS, Answer, BlockState, Publication, Record, deposit, open_blocks
from analysis.coding import Coded
from analysis.disclosure import publish, settle, texts
from analysis.statistics import LOST_HOURS, SCORES
from bot.flow import counting as closing
from bot.simulation.colleagues import answer
from config.questions import PickSeveral
from tests.flow.town import round_of, rows, town

from .attackers import Counts, breaches, gap_breaches, is_good, joint_tables, needed_shown, received_shown, tables
from .desk import EXTRA, HR, desk, laid, person
from .test_attackers import THEMES, TODAY, Town, crowd, gap_shown

ROOT = Path(__file__).parents[2]
SERVICES = ("one", "two", "else")
SEVERAL = PickSeveral.model_validate(
    {"kind": "pick_several", "key": "ways", "ask": {"nl": "Hoe?", "en": "How?"}}
    | {"options": [{"key": key, "label": {"nl": key, "en": key}} for key in ("desk", "phone", "mail")]}
)
Attack = Callable[[Path], bool]  # whether it finds something, given an empty folder


# --- attacks through the gate ----------------------------------------------------------------------------------


def several_taps_of_few(folder: Path) -> bool:
    """Ten people, of whom five tap two choices each: is the block released as if ten had chosen?"""
    with desk(folder) as session:
        blocks = open_blocks(session, 1, 1, ["hr"])
        for i in range(10):
            pieces = person()[:2]
            ways = [Record("hr", {SEVERAL.key: ("desk", "mail")})] if i < 5 else []
            deposit(session, blocks, [*pieces, *ways])
        return settle(session, blocks, SEVERAL.key, 10) != []


def _taps(session: Session, blocks: list[int]) -> dict[tuple[int, str], int]:
    """What the gate would count if it counted answers in place of people."""
    cells = select(Answer.block, Answer.question, func.count()).group_by(Answer.block, Answer.question)  # type: ignore[arg-type]
    return {(block, question): n for block, question, n in session.exec(cells) if block in blocks}


def block_of_two(folder: Path) -> bool:
    """A 5 and a 1: whoever gave the 5 learns from "middle" what the other gave."""
    with desk(folder) as session:
        blocks = laid(session, 1, [person(5, 5), person(1, 1)])
        (block,) = settle(session, blocks, EXTRA.key, 2)
        try:
            shown = {row.measure: row for row in publish(session, [(block, HR)], EXTRA, 2, TODAY)}
        except ValueError:
            return False
    found = Coded(verdict=shown["good"].verdict), Coded(verdict=shown["received"].verdict)
    return any(found == out for out, _, _ in breaches(tables(SCORES, 2), received_shown, is_good))


def newcomers(folder: Path) -> bool:
    """Ten people, then five more who say the same: are the five the difference of two publications?"""
    with desk(folder) as session:
        walk = Town(session)
        walk.round(1, 1, crowd(0, 10))
        walk.round(1, 2, {f"p{i}": {"hr": (4, 3)} for i in range(10, 15)})
        return walk.found_by("p0", random.Random(1)) != []


def lonely_text(folder: Path) -> bool:
    """Ten people answer and one of them writes: does the lead read it?"""
    with desk(folder) as session:
        tip = [Record("hr", {"text": ("Bel terug.",)})]
        blocks = laid(session, 1, [*(person() for _ in range(10)), tip])
        (block,) = settle(session, blocks, EXTRA.key, 10)
        publish(session, [(block, HR)], EXTRA, 10, TODAY)
        return texts(session, block) != []


def round_of_four(folder: Path) -> bool:
    """Four people answer a round: does anything of it become an answer?"""
    simulation = town(folder / "klankbord.sqlite3")

    async def walk() -> None:
        await simulation.begin()
        await simulation.to(round_of(0).opens_at)
        memory, willing = simulation.platforms["webchat"], 4
        for outgoing in memory.taken():
            colleague = simulation.colleagues[outgoing.address]
            colleague.rng = random.Random(4)
            if willing and colleague.uses and outgoing.card and memory.hear:
                await answer(colleague, outgoing.card, memory.hear, "webchat", simulation.views)
                willing -= 1
        await simulation.to(round_of(0).closes_at)

    asyncio.run(walk())
    found = rows(simulation, Answer) != []
    simulation.database.close()
    return found


# --- attacks on what is shown ----------------------------------------------------------------------------------


def _categories(values: tuple[str, ...], counts: Counts) -> Hashable:
    return tuple(coding.categories(counts, values).items())


def own_received(_: Path) -> bool:
    """The only one who was not content knows that all others were."""
    return breaches(tables(SCORES, 10), received_shown, is_good) != []


def own_needed(_: Path) -> bool:
    """The same of what was needed, where no headline is shown."""
    return breaches(tables(SCORES, 10), needed_shown, is_good) != []


def own_category(_: Path) -> bool:
    """The only one who came for something else knows what all others came for."""
    return breaches(tables(SERVICES, 10), partial(_categories, SERVICES), lambda value: value) != []


def own_theme(_: Path) -> bool:
    """Does anybody know that all others received less than they needed?"""
    shown = partial(_categories, THEMES)
    return breaches(tables(THEMES, 10), shown, lambda theme: theme.partition(".")[0]) != []


def own_gap(_: Path) -> bool:
    """The only one who received less than was needed knows that all others received just that."""
    numbers = (pairs for pairs in joint_tables("234", 10) if gap_shown(pairs)[0].estimate is not None)
    return breaches(numbers, gap_shown, lambda pair: int(pair[0]) - int(pair[1])) != []


def gap_beside_a_number(_: Path) -> bool:
    """Needed 4.2 and "above": whoever received a 1 knows that all others received a 4 or 5."""
    return gap_breaches(10) != []


def own_direction(_: Path) -> bool:
    """Of nine people the only one who says "worse" knows that all others say "better"."""

    def shown(counts: Counts) -> Hashable:
        return coding.direction(counts.get("better", 0), counts.get("worse", 0))

    return breaches(tables(("better", "same", "worse"), 9), shown, lambda value: value) != []


def own_time(_: Path) -> bool:
    """A small total of many: nobody lost more than an hour."""

    def shown(counts: Counts) -> Hashable:
        return coding.over_an_hour(counts), coding.hours(counts)

    return breaches(tables(LOST_HOURS, 10), shown, lambda value: value in coding.LONG) != []


def number_of_nine(_: Path) -> bool:
    """Is there a number about fewer than ten people?"""
    counts = {"2": 4, "4": 5}
    shown = (coding.share(5, 9), coding.level(counts), *coding.categories(counts, tuple(counts)).values())
    return any(one.estimate is not None for one in shown)


def mean_at_the_end(_: Path) -> bool:
    """Is there a mean so near an end that nearly everybody must have given the same?"""
    few, many = coding.level({"3": 3, "5": 10}), coding.level({"3": 3, "5": 40})
    return (few.estimate, many.estimate) != (None, None)


def theme_of_a_few(_: Path) -> bool:
    """Does "mostly about this service" speak of fewer than five people, or leave fewer than five?"""
    crossed = {("missed.speed", "one"): 3, ("missed.speed", "two"): 1, ("helped.speed", "two"): 12}
    return coding.crossing("missed.speed", crossed, SERVICES) != ""


def hours_of_few(_: Path) -> bool:
    """Is there a total of what fewer than ten people lost?"""
    return coding.hours({"none": 20, "hour": 3, "four": 4}) is not None


def hours_of_two(_: Path) -> bool:
    """Do two people make the total, so that one of them can nearly tell what the other lost?"""
    return coding.hours({"quarter": 8, "two": 1, "more": 2}) is not None


def totals_of_words(_: Path) -> bool:
    """Do the answers of a block in words enter a pooled mean?"""
    shown = coding.level({"2": 4, "4": 5})
    with_words = Publication(
        block=1, department="hr", measure="received", estimate=shown.estimate, spread=1, n=9, released_on=TODAY
    )
    return comparisons.pool([[with_words]]) is not None


# --- the rules -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """One rule, what it is kept by, and the attack that succeeds without."""

    number: int
    says: str
    attack: Attack
    without: Mapping[tuple[object, str], object] = field(default_factory=dict)  # (module, name) → what takes it out


ENOUGH = SimpleNamespace(CLOSED=BlockState.CLOSED, RELEASED=BlockState.WAITING, WAITING=BlockState.WAITING)


def _never(*_: object) -> bool:
    return False


RULES = [
    Rule(1, "n counts people, not taps", several_taps_of_few, {(counting, "people"): _taps}),
    Rule(2, "a block has enough people", block_of_two, {(disclosure, "LOWEST_THRESHOLD"): 0}),
    Rule(3, "a block is released once", newcomers, {(disclosure, "BlockState"): ENOUGH}),
    Rule(4, "words enter no mean", totals_of_words, {(coding, "SMALLEST"): 0, (comparisons, "SMALLEST"): 0}),
    Rule(5, "a share of few is words", own_received, {(coding, "FEW"): 0}),
    Rule(5, "two are few, one is not enough", own_received, {(coding, "FEW"): 1}),
    Rule(5, "needed too, though it has no headline", own_needed, {(coding, "FEW"): 0}),
    Rule(5, "a mean is words where its share is", own_received, {(coding, "is_words_only"): _never}),
    Rule(5, "fewer than ten are words", number_of_nine, {(coding, "SMALLEST"): 0}),
    Rule(5, "an end of the scale is words", mean_at_the_end, {(coding, "ENDS"): (1, 5)}),
    Rule(5, "of many people too", mean_at_the_end, {(coding, "ENDS_OF_MANY"): (1, 5)}),
    Rule(5, "a gap that nearly all share is words", own_gap, {(coding, "ALIKE"): 0}),
    Rule(5, "one more may differ in it than elsewhere", own_gap, {(coding, "ALIKE"): 2}),
    Rule(5, "beside a number a gap adds nothing", gap_beside_a_number, {(coding, "WORDS"): ()}),
    Rule(6, "a category of few is not named", own_category, {(coding, "FEW"): 0}),
    Rule(6, "nearly all of one kind of theme", own_theme, {(coding, "_is_of_one_kind"): _never}),
    Rule(6, "a crossing leaves five in each part", theme_of_a_few, {(coding, "SHARED"): 0}),
    Rule(7, "a verdict is no count of few", own_direction, {(coding, "FEW"): 0}),
    Rule(8, "a total is of ten who lost time", hours_of_few, {(coding, "LOSERS"): 0}),
    Rule(8, "nobody dominates a total", hours_of_two, {(coding, "DOMINANT"): 2}),
    Rule(8, "a coded share has no total", own_time, {(coding, "FEW"): 0}),
    Rule(9, "a text is one of three", lonely_text, {(disclosure, "FEWEST_TEXTS"): 0}),
    Rule(10, "a round has five respondents", round_of_four, {(closing, "FEWEST_RESPONDENTS"): 0}),
]
ELSEWHERE = {  # rules, or halves of them, that do not live in analysis/
    1: "tests/test_walk.py",  # nobody is drawn twice in a cycle
    2: "tests/analysis/test_gate.py",  # a department's rounds fall apart in blocks
    3: "tests/analysis/test_gate.py",  # what waits is deleted with its cycle
    4: "tests/analysis/test_comparisons.py",  # publications only
    7: "tests/analysis/test_comparisons.py",  # a verdict and no p-value
    9: "tests/core/test_redaction.py",
    10: "tests/privacy/test_schema.py",  # an answer carries nothing of its giver
    11: "tests/privacy/test_planted_answer.py",  # a reminder keeps no card
}
each = pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.number}-{rule.says}".replace(" ", "_"))


def test_every_rule_has_its_guard() -> None:
    """One to eleven: here, or in a file that is there."""
    assert {rule.number for rule in RULES} | set(ELSEWHERE) == set(range(1, 12))
    assert all((ROOT / path).is_file() for path in ELSEWHERE.values())


@pytest.mark.parametrize("attack", dict.fromkeys(rule.attack for rule in RULES), ids=lambda attack: attack.__name__)
def test_with_all_rules_an_attack_finds_nothing(attack: Attack, tmp_path: Path) -> None:
    assert not attack(tmp_path)


@each
def test_without_a_rule_its_attack_succeeds(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the rule is needed, and the test above would see it go."""
    for (module, name), other in rule.without.items():
        assert hasattr(module, name)
        monkeypatch.setattr(module, name, other)
    assert rule.attack(tmp_path)


def test_the_constants_are_what_was_decided() -> None:
    """Attacks find what is too small; what is smaller than decided but not too small is found here."""
    decided = Counter(FEW=2, ALIKE=3, SMALLEST=10, SHARED=5, LOSERS=10, MANY=30)
    assert {name: getattr(coding, name) for name in decided} == decided
    assert (coding.DOMINANT, coding.REST, coding.ENDS, coding.ENDS_OF_MANY) == (0.75, 0.10, (1.5, 4.5), (1.2, 4.8))
    assert (coding.LOW, coding.HIGH, disclosure.FEWEST_TEXTS, FEWEST_RESPONDENTS) == (2.75, 3.25, 3, 5)
    assert disclosure.LOWEST_THRESHOLD >= 7
