"""How long a command takes to begin."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial

from .rows import Row, side_by_side

# Python keeps what it compiled, as anywhere: without that, every start would compile click anew.
_AS_INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def measured() -> Iterator[Row]:
    """`klankbord --help` beside Python alone, in milliseconds; the target is of 2026-11-24."""
    ours, theirs = side_by_side(partial(_run, "-m", "bot.cli", "--help"), partial(_run, "-c", "pass"), 9)
    yield Row("klankbord --help", "python -c pass", 1000 * ours, 1000 * theirs, "ms", at_most=6)


def _run(*arguments: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=_AS_INSTALLED)
    return time.perf_counter() - begin
