"""The attackers on visibility figures: did people know where to go, what to expect, and was a promise noticed?

First every table of answers that there is, through the real gate and into the words of the digest; then all blocks of
all time at once. Whoever answered, and saw all of it, is certain of no colleague's answer.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from analysis import coding
from analysis.answers import FEWEST_RESPONDENTS, Publication, delete_waiting
from bot.flow.wording import undated

from .attackers import Giver, Unknowns, breaches, tables
from .desk import HR, desk
from .visibility import EXPECTED, NOTICED, QUESTIONS, WHERE, Visibility, answered, published, round_of

THRESHOLD = 10
CYCLES = iter(range(1, 1_000_000))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One database for the module; every table and every town has cycles of its own in it."""
    with desk(tmp_path_factory.mktemp("visibility")) as opened:
        yield opened


# --- one block: every table there is ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "n", "threshold"),
    [
        *((WHERE, n, threshold) for n, threshold in ((7, 7), (9, 7), (10, 10), (13, 10))),
        *((EXPECTED, n, threshold) for n, threshold in ((7, 7), (10, 10))),
        *((NOTICED, n, threshold) for n, threshold in ((7, 7), (10, 10), (13, 10))),
    ],
)
def test_nobody_is_singled_out_by_what_is_published_and_said(
    session: Session, question: Visibility, n: int, threshold: int
) -> None:
    """Every row of the ledger and every line of the digest, its "explaining helps" too, beside one's own answer."""

    def shown(counts: Mapping[str, int]) -> Hashable:
        ledger = published(session, question, counts, next(CYCLES), threshold)
        made = undated(ledger, HR, question, 8, "en")
        return *((row.measure, row.subject, row.estimate, row.verdict, row.n) for row in ledger), made

    assert breaches(tables(question.values, n), shown, lambda value: value) == []


def test_bare_counts_would_have_told(session: Session) -> None:
    """The attack is able: where nine say the same and one other, that one knows it of all."""
    told = breaches(tables(WHERE.values, 10), lambda counts: tuple(sorted(counts.items())), lambda value: value)
    assert ((("knew", 9), ("searched", 1)), "searched", "knew") in told


# --- all blocks of all time ------------------------------------------------------------------------------------


class Choices(Unknowns):
    """Everything that was published of one question with one choice: each giver chose one value."""

    def __init__(self, givers: Sequence[Giver], question: Visibility) -> None:
        super().__init__(givers, dict.fromkeys(question.values, (0.0, 1.0)))
        self.question = question
        for giver in givers:
            self.between({(giver, value): 1 for value in question.values}, 1, 1)

    def read(self, rows: Sequence[Publication], people: Sequence[str]) -> None:
        """What was published of a block, and the people in it then."""
        givers = [(rows[0].block, person) for person in people]
        shown = {row.subject.rpartition(".")[2]: row for row in rows if row.measure == "choice"}
        rest = [value for value in self.question.values if value not in shown]
        for value, row in shown.items():
            if row.estimate is not None:
                self._counted(givers, rest if value == coding.OTHER else [value], row.estimate)
            else:
                self._most(givers, value)
        if shown and coding.OTHER not in shown and all(row.estimate is not None for row in shown.values()):
            self._counted(givers, rest, 0)

    def _counted(self, givers: Sequence[Giver], values: Sequence[str], times: float) -> None:
        if values:
            self.between({(giver, value): 1 for giver in givers for value in values}, times, times)

    def _most(self, givers: Sequence[Giver], value: str) -> None:
        """Named without a number: more than a few chose it, and no other value was chosen more."""
        self.between({(giver, value): 1 for giver in givers}, coding.FEW + 1, len(givers))
        for other in self.bounds:
            if other != value:
                more = {(giver, value): 1.0 for giver in givers} | {(giver, other): -1.0 for giver in givers}
                self.between(more, 0, len(givers))

    def know(self, giver: Giver, chosen: str) -> None:
        """The attacker's own answer."""
        for value in self.bounds:
            self.known[self.place[giver, value]] = float(value == chosen)


class Town:
    """People who answer one question about HR, through the real gate, and an attacker who knows who did when."""

    def __init__(self, session: Session, question: Visibility) -> None:
        self.session, self.question = session, question
        self.said: dict[Giver, str] = {}
        self.published: list[tuple[list[Publication], list[str]]] = []

    def round(self, cycle: int, number: int, given_: Mapping[str, str]) -> None:
        """One round: person → what they chose; published where the block has enough people."""
        enough = given_ if len(given_) >= FEWEST_RESPONDENTS else {}
        people = [answered(self.question, value) for value in enough.values()]
        block, rows = round_of(self.session, self.question, people, cycle, number, THRESHOLD)
        self.said |= {(block.number, name): value for name, value in enough.items()}
        if rows:
            self.published.append((rows, [name for number_, name in self.said if number_ == block.number]))

    def found_by(self, attacker: str, rng: Random) -> list[str]:
        """What the attacker, who knows their own answers and all publications, is certain of."""
        ledger = Choices(list(self.said), self.question)
        for rows, people in self.published:
            ledger.read(rows, people)
        for giver, value in self.said.items():
            if giver[1] == attacker:
                ledger.know(giver, value)
        return [found for rows, people in self.published for found in certain(ledger, rows, people, attacker, rng)]


def certain(
    ledger: Choices, rows: Sequence[Publication], people: Sequence[str], attacker: str, rng: Random
) -> Iterator[str]:
    """What is certain of one other person in a block, and how many of a few others chose what was counted out."""
    givers = [(rows[0].block, name) for name in people if name != attacker]
    counted = [row.subject.rpartition(".")[2] for row in rows if row.measure == "choice" and row.estimate is not None]
    few = rng.sample(givers, rng.randint(1, THRESHOLD - 2))
    for value in ledger.bounds:
        for giver in {rng.choice(givers), givers[-1]}:  # the one who came last, too
            low, _ = ledger.range([giver], value)
            if low > 1e-6:
                yield f"{giver} {value}: {low}"
        low, high = ledger.range(few, value)
        if value in counted and high - low < 0.99:
            yield f"{few} {value}: {low}-{high}"


@st.composite
def rounds(draw: st.DrawFn) -> tuple[Visibility, list[list[dict[str, str]]]]:
    """Cycles of rounds: in a cycle everybody is asked once, in the next one most of them again."""
    question = draw(st.sampled_from([*QUESTIONS, NOTICED]))
    value = draw(st.sampled_from([st.sampled_from(question.values), st.sampled_from(question.values[:2])]))
    cycles = []
    for _ in range(draw(st.integers(1, 2))):
        people = [f"p{i}" for i in range(draw(st.integers(10, 13)) + draw(st.integers(0, 14)))]
        cut = draw(st.integers(0, len(people)))
        cycles.append([{name: draw(value) for name in part} for part in (people[:cut], people[cut:]) if part])
    return question, cycles


@settings(max_examples=25, deadline=None)
@given(rounds(), st.integers(0, 2**32).map(Random))
def test_nothing_can_be_subtracted(
    session: Session, said: tuple[Visibility, list[list[dict[str, str]]]], rng: Random
) -> None:
    """Rounds and cycles with the same and other people: nobody is certain of anything about another."""
    question, cycles = said
    town = Town(session, question)
    for parts in cycles:
        cycle = next(CYCLES)
        for number, given_ in enumerate(parts, 1):
            town.round(cycle, number, given_)
        delete_waiting(session, cycle)
    for attacker in ("p0", "p9"):
        assert town.found_by(attacker, rng) == []


@pytest.mark.parametrize("value", WHERE.values)
def test_unanimity_is_not_told(session: Session, value: str) -> None:
    """Everybody came to the wrong desk: nobody can be sure of it, not even of one of them."""
    town = Town(session, WHERE)
    town.round(next(CYCLES), 1, {f"p{i}": value for i in range(12)})
    assert len(town.published) == 1
    assert town.found_by("p0", Random(1)) == []


def test_the_same_people_and_one_more_would_tell(session: Session) -> None:
    """The attack is able: ten people, and these and one more released as if they were the same block."""
    town, crowd = Town(session, WHERE), {f"p{i}": WHERE.values[i % 2] for i in range(10)}
    town.round(next(CYCLES), 1, crowd)
    (rows, people) = town.published[0]
    town.said[rows[0].block, "p10"] = "searched"
    again = published(session, WHERE, Counter([*crowd.values(), "searched"]), next(CYCLES))
    as_one = [Publication.model_validate(row.model_dump() | {"block": rows[0].block}) for row in again]
    town.published.append((as_one, [*people, "p10"]))
    assert any("p10" in found for found in town.found_by("p0", Random(1)))
