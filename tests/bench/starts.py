"""How long a command takes to begin."""

import subprocess
import sys
import time


def help_screen() -> float:
    """`klankbord --help`."""
    return _run("-m", "bot.cli", "--help")


def nothing() -> float:
    """Python alone."""
    return _run("-c", "pass")


def _run(*arguments: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - begin
