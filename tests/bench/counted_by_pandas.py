"""A child: all answers into a DataFrame, and the same counts by groupby and merge."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pandas as pd

from .children import Work


def main(path: Path) -> None:
    """First the values, then also people and pairs; "all" is the time of everything, reading included."""
    work = Work()
    with work.timed("all"):
        with work.timed("values"):
            with closing(sqlite3.connect(path)) as connection:
                answers = pd.read_sql("SELECT block, key, question, value FROM answer", connection)
            tapped = answers[answers["question"] != "text"]
            values = len(tapped.groupby(["block", "question", "value"]).size())
        people = len(answers.groupby(["block", "question"])["key"].nunique())
        pairs = _pairs(answers, "received", "needed") + _pairs(answers, "theme", "service")
    work.found = {"values": values, "all": values + people + pairs}
    work.tell()


def _pairs(answers: pd.DataFrame, first: str, second: str) -> int:
    one, other = (answers[answers["question"] == question] for question in (first, second))
    both = one.merge(other, on=["block", "key"])
    return len(both.groupby(["block", "value_x", "value_y"]).size())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
