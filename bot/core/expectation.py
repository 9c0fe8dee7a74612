"""How many answers each department may expect in one cycle: the draw itself, tried with invented people."""

import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bot.core.cohorts import draw, weights
from config.department import Department
from config.organisation import Organisation
from config.survey import Survey

RESPONDENTS = 20_000  # invented in all: enough to know a department's number to about one
INVITED = 1_000_000  # at most, however few of them answer
MOST_CYCLES = 1_000
MOST_PEOPLE = 20_000  # a larger organisation is tried at this size and scaled


def expected_answers(organisation: Organisation, survey: Survey, drawn: int) -> dict[str, float]:
    """The expected number of people who answer about each department in a cycle, when `drawn` are asked about.

    A department that still waits is drawn with more weight, as in a real round. Whoever leaves half a pair open
    is not subtracted here, so what is expected should exceed the threshold by some margin.
    """
    asked_about = organisation.asked_about(survey)
    people = min(organisation.people, MOST_PEOPLE)
    wanted = round(RESPONDENTS / (people * organisation.response))
    cycles = max(1, min(wanted, INVITED // people, MOST_CYCLES))
    rng = random.Random(people)  # noqa: S311 - no secret hangs on it; the same file gives the same screen
    total: Counter[str] = Counter()
    for _ in range(cycles):
        total += _cycle(organisation, survey, asked_about, drawn, people, rng)
    scale = organisation.people / people / cycles
    return {department.key: total[department.key] * scale for department in asked_about}


def _cycle(
    organisation: Organisation,
    survey: Survey,
    asked_about: Sequence[Department],
    drawn: int,
    people: int,
    rng: random.Random,
) -> Counter[str]:
    answers: Counter[str] = Counter()
    shares = {department.key: department.share for department in asked_about}
    for round_size in _round_sizes(people, survey.rhythm.cohorts):
        weighed = weights(shares, (key for key in shares if answers[key] >= organisation.threshold))
        respondents = sum(rng.random() < organisation.response for _ in range(round_size))
        for _ in range(respondents):
            answers.update(_asked(shares, weighed, drawn, rng))
    return answers


def _round_sizes(people: int, cohorts: int) -> Iterator[int]:
    for cohort in range(cohorts):
        yield people // cohorts + (cohort < people % cohorts)


def _asked(
    shares: Mapping[str, float], weighed: Mapping[str, float], drawn: int, rng: random.Random
) -> tuple[str, ...]:
    ticked = [key for key, share in shares.items() if rng.random() < share]
    return draw(ticked, rng.getrandbits(53), weighed)[:drawn]


def released_share(expected: float, threshold: int) -> float:
    """In which share of the cycles a department that expects so many answers reaches the threshold.

    Answers come one by one and independently: a Poisson distribution, which is a little wider than the true one.
    """
    below = sum(math.exp(n * math.log(expected) - expected - math.lgamma(n + 1)) for n in range(threshold) if expected)
    return 1 - below if expected else 0.0
