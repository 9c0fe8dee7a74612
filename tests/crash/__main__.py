"""`python -m tests.crash --kills 500`: the crash test for as long as that takes, with a line for every round."""

import os
import subprocess
import sys
from pathlib import Path

import click

HERE = Path(__file__).parent


@click.command()
@click.option("--kills", default=500, show_default=True, help="How many kills in each of its runs.")
@click.option("--seed", type=int, help="Who does what, and when the kills come; another one each time when left out.")
def main(kills: int, seed: int | None) -> None:
    """Kill `klankbord run` at random moments of round after round, and check everything after each of them."""
    settings = {"CRASH_KILLS": str(kills)} | ({"CRASH_SEED": str(seed)} if seed is not None else {})
    command = [sys.executable, "-m", "pytest", "-s", "-p", "no:cacheprovider", str(HERE / "test_kills.py")]
    raise SystemExit(subprocess.run(command, env=os.environ | settings, check=False).returncode)


if __name__ == "__main__":
    main()
