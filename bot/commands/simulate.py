"""`klankbord simulate`: rounds in virtual time, every digest printed."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from bot.commands.folder import read_or_exit
from config import EXAMPLE


@click.command()
@click.option("--people", type=click.IntRange(1, 100_000), help="How many colleagues; else what the organisation says.")
@click.option("--rounds", type=click.IntRange(1, 200), default=4, show_default=True, help="How many rounds.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same result.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option("--config", "folder", type=click.Path(path_type=Path), help="Your own organisation; else the example.")
def simulate(people: int | None, rounds: int, seed: int, as_json: bool, folder: Path | None) -> None:
    """Let simulated colleagues answer, and print what each department would read.

    This is the real program with a virtual clock and a chat platform in memory, on a temporary database. It shows
    which departments get a digest and which wait, before anybody is asked anything.
    """
    from bot.simulation import report, run

    organisation = read_or_exit(folder or EXAMPLE)
    with tempfile.TemporaryDirectory(prefix="klankbord-") as temporary:
        where = Path(temporary) / "klankbord.sqlite3"
        simulation = run.prepared(organisation, people or organisation.people, seed, where)
        with click.progressbar(length=1, label="simulating", file=sys.stderr) as bar:

            def progress(done: int, steps: int) -> None:
                bar.length = steps
                bar.update(done - bar.pos)

            asyncio.run(run.run(simulation, rounds, progress))
        with simulation.database.transaction(reading=True) as session:
            result = report.report(session, organisation, len(simulation.colleagues), simulation.platforms.values())
        simulation.database.close()
    click.echo(json.dumps(result, ensure_ascii=False, indent=2) if as_json else _readable(result))


def _readable(result: dict[str, Any]) -> str:
    lines: list[str] = []
    for number, round_ in enumerate(result["rounds"], 1):
        lines += ["", f"== Round {number}: {round_['opened_at'][:10]} to {round_['closed_at'][:10]}"]
        lines += [f"   {round_['invited']} asked, {round_['responded']} responded"]
        for digest in round_["digests"]:
            lines += ["", f"-> {digest['channel']}", digest["text"].replace("**", "")] if digest["text"] else []
        for message in round_["organisation"]:
            lines += ["", f"-> {message['channel']}", message["text"].replace("**", "")]
    messages = result["messages"]
    lines += [
        "",
        f"{result['people']} simulated colleagues · {messages['sent']} messages sent, "
        f"{messages['duplicates']} twice, {messages['failed']} not · {result['ballots_left']} ballots left",
    ]
    return "\n".join(lines)
