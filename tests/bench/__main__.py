"""Runs the benchmarks and prints one table: `python -m tests.bench [NAME ...]`. What they mean: docs/benchmarks.md."""

import sys
from collections.abc import Callable, Iterator

from . import closing, coverage, dispatch, opening, reports, slack, starts, taps
from .rows import HEAD, Row

BENCHMARKS: dict[str, Callable[[], Iterator[Row]]] = {
    "tap": taps.measured,
    "help": starts.measured,
    "coverage": coverage.measured,
    "dispatch": dispatch.measured,
    "slack": slack.measured,
    "opening": opening.measured,
    "counting": closing.measured,
    "reports": reports.measured,
}


def main(names: list[str]) -> None:
    """Print the rows of these benchmarks, or of all, as they come."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    print(HEAD)  # noqa: T201
    for name in names or BENCHMARKS:
        for row in BENCHMARKS[name]():
            print(row, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
