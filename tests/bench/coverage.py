"""How often the interval of a mean holds the true mean: exact, over every table of answers, beside plain t."""

from collections.abc import Iterator

from tests.analysis.test_coverage import CEILING, EXTREME, NO_FLOOR, ORDINARY, POLARISED, SKEWED, coverage

from .rows import Row

SHAPES = {"ordinary": ORDINARY, "skewed": SKEWED, "ceiling": CEILING, "polarised": POLARISED, "extreme": EXTREME}
LEAST = 93.0  # per cent; the extreme shape has no such promise


def measured() -> Iterator[Row]:
    """One row per shape and number of people."""
    for shape, shares in SHAPES.items():
        for n in (10, 12, 20, 40):
            ours, plain = 100 * coverage(n, shares), 100 * coverage(n, shares, NO_FLOOR)
            what, least = f"95 % interval of a mean, {shape}, {n} people", LEAST if shares is not EXTREME else None
            yield Row(what, "plain t", ours, plain, "%", least=least)
