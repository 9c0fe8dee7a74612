"""Counting and judging at a million and at ten million answers, beside a bare GROUP BY and beside pandas."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from .children import Took, median_of, took
from .rows import Row
from .town import fill

SIZES = {"1M": 1_000_000, "10M": 10_000_000}
TIMES = {"1M": 5, "10M": 1}  # a run of ten million takes minutes
US, SQLITE, PANDAS = "counted_by_us", "counted_by_sqlite", "counted_by_pandas"


def measured() -> Iterator[Row]:
    """Both databases are made for this, in a temporary folder."""
    with TemporaryDirectory() as folder:
        towns = {name: Path(folder) / f"{name}.sqlite3" for name in SIZES}
        for name, path in towns.items():
            fill(path, SIZES[name])
        yield from _release(list(towns.values()))
        sides = {
            name: _in_turn([(side, path) for side in (US, SQLITE, PANDAS)], TIMES[name]) for name, path in towns.items()
        }
    for name, (us, sqlite, pandas) in sides.items():
        yield from _beside(name, us, sqlite, pandas)
    small, large = (us for us, _, _ in sides.values())
    yield Row("all counts, 10M: peak memory", "the same at 1M", large.peak, small.peak, "MiB", at_most=1.2)


def _in_turn(children: Sequence[tuple[str, Path]], times: int) -> list[Took]:
    """The medians of some children, each run so many times, in turn."""
    runs = [[took(*child) for child in children] for _ in range(times)]
    return [median_of(list(one)) for one in zip(*runs, strict=True)]


def _release(towns: Sequence[Path]) -> Iterator[Row]:
    """The same hundred blocks: only what lies beside them differs."""
    small, large = _in_turn([("released_by_us", path) for path in towns], 5)
    assert small.found == large.found
    blocks = f"a round of {small.found['blocks']} blocks"
    for what, target in (("counting", None), ("findings", 1.2)):
        ours, theirs = (1000 * one.seconds[what] for one in (large, small))
        yield Row(f"{what} of {blocks}, 10M", "the same at 1M", ours, theirs, "ms", at_most=target)


def _beside(size: str, us: Took, sqlite: Took, pandas: Took) -> Iterator[Row]:
    """Ten million have a target for the whole process; at one million the imports are most of it."""
    assert us.found == pandas.found
    assert us.found["values"] == sqlite.found["values"]
    values, all_, bare, frame = f"values of all blocks, {size}", f"all counts, {size}", "bare GROUP BY", "pandas"
    lean = 0.05 if size == "10M" else None
    yield Row(values, bare, us.seconds["values"], sqlite.seconds["values"], "s")
    yield Row(values, frame, us.seconds["values"], pandas.seconds["values"], "s", at_most=0.2)
    yield Row(all_, frame, us.seconds["all"], pandas.seconds["all"], "s")
    yield Row(f"{all_}: peak memory", bare, us.peak, sqlite.peak, "MiB")
    yield Row(f"{all_}: peak memory", frame, us.peak, pandas.peak, "MiB", at_most=lean)
    yield Row(f"{all_}: memory beyond imports", frame, us.grown, pandas.grown, "MiB", at_most=0.05)
