"""Visibility in what is made up or collected elsewhere: simulated colleagues answer it, and `analyse` reads it."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from click.testing import CliRunner, Result

from bot.cli import main
from bot.core.platform import Card, Event, Tap
from bot.simulation.colleagues import Colleague, Opinion, answer
from tests.analysis.visibility import EXPECTED, WHERE, Visibility, several
from tests.core.chat import Chat, setting_of

HEADER = "round,department,record,question,value"
ROUND = 4  # in cycles of one round, the one that asks whether people knew where to go


def answers(*values: str) -> Iterator[str]:
    """One line an answer: people who all received 4 of the 4 that they needed, and knew where to go or not."""
    for number, value in enumerate(values):
        said = {"received": "4", "needed": "4", "service": "else", "theme": "helped.speed", WHERE.key: value}
        yield from (f"{ROUND},hr,p{number},{question},{one}" for question, one in said.items())


def analysed(tmp_path: Path, *lines: str, options: tuple[str, ...] = ()) -> Result:
    """The command on a file with these lines."""
    file = tmp_path / "answers.csv"
    file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return CliRunner().invoke(main, ["analyse", str(file), "--cycle", "1", "--language", "en", *options])


def test_answers_from_elsewhere_ask_for_explaining_too(tmp_path: Path) -> None:
    """By the same rule and in the same words; a program gets the counts that were published, and no more."""
    lines = list(answers(*several({"knew": 8, "searched": 4, "wrong-desk": 1})))
    told = analysed(tmp_path, *lines).stdout
    assert "Explaining helps: at least 5 of the 13 had to search first or came to the wrong place" in told
    figures = json.loads(analysed(tmp_path, *lines, options=("--json",)).stdout)["blocks"][0]["figures"]
    counts = {name: one["estimate"] for name, one in figures.items() if name.startswith("choice.")}
    assert counts == {"choice.where.knew": 8, "choice.where.other": 5}


def test_an_answer_that_is_none_is_named_with_those_that_are(tmp_path: Path) -> None:
    """Where a file says "wrong desk" in words of its own."""
    result = analysed(tmp_path, *answers("wrong desk"))
    assert result.exit_code == 2
    assert "knew, searched, wrong-desk" in result.stderr


def chosen_by(question: Visibility, weak: str, people: int = 120) -> Counter[str]:
    """What so many simulated colleagues answer about HR, whose weak theme this is."""
    views = {"hr": Opinion(3.6, 4.0, "speed", weak, "else")}
    return Counter(value for lot in range(people) if (value := _chosen(question, views, lot)) is not None)


def _chosen(question: Visibility, views: dict[str, Opinion], lot: int) -> str | None:
    chat = Chat(setting_of(extra=question), lot=lot)
    colleague = Colleague("p", "Noor Vos", "", frozenset({"hr"}), True, False, Random(lot))

    async def hear(event: Event) -> Card:
        assert isinstance(event, Tap)
        chat.hears(event.action)
        return chat.card

    asyncio.run(answer(colleague, chat.card, hear, "memory", views))
    return chat.ballot.value("hr", question.key)


def test_simulated_colleagues_do_not_know_where_things_are_unclear() -> None:
    """Every answer is given by somebody, and "I did not know" mostly about a department that is not clear."""
    for question in (WHERE, EXPECTED):
        clear, unclear = chosen_by(question, "systems"), chosen_by(question, "clarity")
        assert set(question.values) == set(clear) == set(unclear)
        lost = [sum(found[value] for value in question.unclear) / found.total() for found in (clear, unclear)]
        assert lost[0] < 0.35 < 0.45 < lost[1]
