"""Runs every benchmark and prints one table; targets are in docs/decisions.md."""

from collections.abc import Callable, Iterator
from itertools import cycle, islice
from statistics import median

from . import starts, taps

Side = Callable[[], float]  # does the work once and returns seconds


def side_by_side(ours: Side, bare: Side, rounds: int) -> tuple[float, float]:
    """The medians of both, taken in turn so that a busy machine slows both alike."""
    found: dict[Side, list[float]] = {ours: [], bare: []}
    for side in islice(cycle((ours, bare)), 2 * rounds):
        found[side].append(side())
    return median(found[ours]), median(found[bare])


def measured() -> Iterator[tuple[str, str, float, float]]:
    """What, against what, our seconds, theirs."""
    with taps.sides() as (tap, update):
        yield "one tap, committed", "the same bytes by sqlite3 alone", *side_by_side(tap, update, 150)
    yield "klankbord --help", "python -c pass", *side_by_side(starts.help_screen, starts.nothing, 9)


def main() -> None:
    """Print the table."""
    print(f"{'what':<24}{'against':<36}{'ours':>10}{'theirs':>10}{'ratio':>8}")  # noqa: T201
    for what, against, ours, bare in measured():
        shown = f"{1000 * ours:>7.1f} ms{1000 * bare:>7.1f} ms{ours / bare:>8.1f}"
        print(f"{what:<24}{against:<36}{shown}")  # noqa: T201


if __name__ == "__main__":
    main()
