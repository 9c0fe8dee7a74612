"""`klankbord analyse`: the same gate and the same findings for answers that were collected elsewhere."""

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands.folder import read_or_exit
from bot.commands.ready import language_option, refuse, settings_or_exit, spoken
from config import EXAMPLE
from config.organisation import Organisation
from config.texts import say
from config.words import Language

if TYPE_CHECKING:
    from analysis.answers import Publication
    from analysis.rehearsal import Outcome

_METHODS = {"good": "wilson", "lost_long": "wilson", "received": "t", "needed": "t", "gap": "t", "level": "t"}
_METHODS |= {"lost": "median", "lost_total": "midpoints", "direction": "sign", "change": "welch", "band": "shrinkage"}


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="ANSWERS.csv")
@click.option("--config", "folder", type=click.Path(path_type=Path), help="Your own organisation; else the example.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option("--charts", type=click.Path(path_type=Path), help="Write a picture of each block to this folder.")
@click.option("--cycle", type=click.IntRange(1, 100), help="Rounds in a cycle; else the number of cohorts.")
@language_option
def analyse(
    file: Path, folder: Path | None, as_json: bool, charts: Path | None, cycle: int | None, language: str | None
) -> None:
    """Analyse the answers in ANSWERS.csv as Klankbord analyses its own.

    The columns are round, department, record, question and value: one line is one answer, and lines with the same
    record belong to one person. Questions are received, needed, service, theme, text and the cycle's extra question.
    Nothing is stored. What is not of this file cannot be promised: whether a record is one person, and whether
    nobody answered twice in a cycle.
    """
    words = spoken(language, settings_or_exit())
    organisation = read_or_exit(folder or EXAMPLE, words)
    found = _analysed(_text(file, words), file.name, organisation, cycle, words)
    if charts is not None:
        _draw(found, organisation, charts, words)
    if as_json:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=2))
        click.echo(say("analyse.not_promised", words), err=True)
    else:
        click.echo(_readable(found, organisation, words))


def _text(file: Path, language: Language) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        refuse("analyse.not_utf8", language, file=file)
    except OSError:
        refuse("analyse.no_file", language, file=file)


def _analysed(text: str, name: str, organisation: Organisation, cycle: int | None, language: Language) -> "Outcome":
    """The outcome of the gate on a database that lives no longer than this."""
    from analysis.elsewhere import Unusable, read
    from analysis.rehearsal import rehearse
    from bot.store.database import Database

    survey = organisation.surveys[0]
    rounds_in_cycle = cycle or survey.rhythm.cohorts
    try:
        rounds = read(text, name, organisation, survey, rounds_in_cycle)
    except Unusable as unusable:
        for problem in unusable.problems:
            click.echo(problem.said(language), err=True)
        raise SystemExit(2) from None
    with tempfile.TemporaryDirectory(prefix="klankbord-") as folder:
        database = Database(Path(folder) / "klankbord.sqlite3", durable=False)
        database.migrate()
        with database.transaction() as session:
            outcome = rehearse(session, rounds, organisation, survey, rounds_in_cycle)
            session.expunge_all()
        database.close()
    return outcome


def _draw(outcome: "Outcome", organisation: Organisation, folder: Path, language: Language) -> None:
    """A PNG for each block, and beside it in a text file what it says."""
    from analysis.charts import Shown, chart

    earlier: dict[str, list[Shown]] = {}
    with click.progressbar(outcome.released, label=say("analyse.drawing", language), file=sys.stderr) as released:
        for one in released:
            rounds = say("analyse.rounds", language, rounds=", ".join(map(str, one.block.rounds)))
            shown = earlier.setdefault(one.block.department, [])
            shown.append(Shown(rounds, one.ledger))
            picture = chart(shown, organisation.by_key[one.block.department], language)
            name = f"{one.block.department}-{one.block.first_round}"
            try:
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{name}.png").write_bytes(picture.png)
                (folder / f"{name}.txt").write_text(f"{picture.alt}\n", encoding="utf-8")
            except OSError:
                refuse("analyse.cannot_write", language, folder=folder)


def _as_json(outcome: "Outcome") -> dict[str, Any]:
    departments = sorted({one.block.department for one in outcome.released})
    return {
        "blocks": [
            {
                "department": one.block.department,
                "rounds": one.block.rounds,
                "n": next(row.n for row in one.ledger if row.measure == "good"),
                "figures": {_name(row): _figure(row) for row in one.ledger if row.measure not in _COMPARED},
            }
            for one in outcome.released
        ],
        "departments": [{"department": department, **_compared(outcome, department)} for department in departments],
        "waiting": [{"department": block.department, "rounds": block.rounds} for block in outcome.waiting],
    }


_COMPARED = ("change", "detectable", "band")


def _name(row: "Publication") -> str:
    """The measure, and what of it: `theme.missed.speed`."""
    return (
        f"{row.measure}.{row.subject}" if row.subject and row.measure in ("service", "theme", "choice") else row.measure
    )


def _figure(row: "Publication") -> dict[str, Any]:
    is_share = row.measure == "choice" and (row.low is not None or row.verdict in ("at_most_2", "all_but_2"))
    method = "wilson" if is_share else _METHODS.get(row.measure, "count")
    return {
        "estimate": _share(row) if method == "wilson" else row.estimate,
        "low": row.low,
        "high": row.high,
        "n": row.n,
        "method": method,
        "coded": row.estimate is None,
        "verdict": row.verdict or None,
    }


def _share(row: "Publication") -> float | None:
    """The count of a share as a share, like its interval."""
    return round(row.estimate / row.n, 2) if row.estimate is not None and row.n else None


def _compared(outcome: "Outcome", department: str) -> dict[str, Any]:
    """The newest change and band of a department."""
    rows = [row for one in outcome.released if one.block.department == department for row in one.ledger]
    newest = {row.measure: row for row in rows if row.measure in _COMPARED}
    change, detectable, band = (newest.get(measure) for measure in _COMPARED)
    return {
        "change": {
            "estimate": change.estimate if change else None,
            "verdict": change.verdict if change else None,
            "detectable": detectable.estimate if detectable else None,
        },
        "band": band.verdict if band else None,
    }


def _readable(outcome: "Outcome", organisation: Organisation, language: Language) -> str:
    """Every digest as its department would read it, then what waits and what cannot be promised."""
    from bot.flow.wording import undated

    lines = []
    for one in outcome.released:
        department = organisation.by_key[one.block.department]
        made = undated(one.ledger, department, one.extra, organisation.surveys[0].rhythm.cycle_weeks, language)
        rounds = ", ".join(map(str, one.block.rounds))
        lines += [say("analyse.block", language, department=department.name.in_(language), rounds=rounds)]
        lines += [*made.lines, *made.details, ""]
    for block in outcome.waiting:
        rounds = ", ".join(map(str, block.rounds))
        name = organisation.by_key[block.department].name.in_(language)
        lines.append(say("analyse.waiting", language, department=name, rounds=rounds))
    lines += ["", *_total(outcome, language), say("analyse.not_promised", language)]
    return "\n".join(lines).replace("**", "")


def _total(outcome: "Outcome", language: Language) -> list[str]:
    """All departments together, where there is more than one block to add up."""
    from analysis.comparisons import total_good

    total = total_good({str(one.block.number): [one.ledger] for one in outcome.released})
    key = f"analyse.total_{total.bound}" if total.bound else "analyse.total"
    return [say(key, language, k=total.k, n=total.n), ""] if len(outcome.released) > 1 else []
