"""Who is asked in which round, and which of the departments somebody ticked they are asked about."""

import hashlib
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

WAITING_WEIGHT = 3.0
"""How much more often a department that still waits in this cycle is drawn than one that was released."""

MOST_DEPARTMENTS = 3  # asked about in one round; the last only when the person asks for it


def assign(people: Sequence[str], cohorts: int, taken: Mapping[int, int], rng: random.Random) -> dict[str, int]:
    """A cohort (0 .. cohorts-1) for each person, in random order and always into the smallest."""
    sizes = Counter({cohort: taken.get(cohort, 0) for cohort in range(cohorts)})
    drawn: dict[str, int] = {}
    for person in rng.sample(sorted(people), len(people)):
        cohort = min(range(cohorts), key=lambda c: (sizes[c], c))
        sizes[cohort] += 1
        drawn[person] = cohort
    return drawn


def weights(departments: Iterable[str], released: Iterable[str]) -> dict[str, float]:
    """How a round weighs each department in the draw: more where its block waits."""
    done = set(released)
    return {key: 1.0 if key in done else WAITING_WEIGHT for key in departments}


def draw(ticked: Iterable[str], lot: int, weights: Mapping[str, float]) -> tuple[str, ...]:
    """The ticked departments in the order of the draw; the first two are asked about.

    Weighted sampling without replacement (Efraimidis and Spirakis 2006: the largest u^(1/w) first), with u a
    function of the ballot's lot and the ticked set, so that ticking the same again draws the same.
    """
    chosen = sorted(set(ticked))

    def place_in_line(department: str) -> float:
        return float(_uniform(lot, ",".join(chosen), department) ** (1.0 / weights.get(department, 1.0)))

    return tuple(sorted(chosen, key=place_in_line, reverse=True))


def shuffled(items: Sequence[str], lot: int, salt: str) -> tuple[str, ...]:
    """The items in an order of their own for each ballot, so that no theme profits from standing first."""
    return tuple(sorted(items, key=lambda item: _uniform(lot, salt, item)))


def _uniform(lot: int, *words: str) -> float:
    digest = hashlib.blake2b("\x1f".join((str(lot), *words)).encode(), digest_size=7).digest()
    return (int.from_bytes(digest, "big") + 1) / 2**56
