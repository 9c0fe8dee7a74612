"""`klankbord analyse`: answers collected elsewhere pass the same gate, and every mistake in the file is named."""

import csv
import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from config import EXAMPLE
from config.load import read

SURVEY = read(EXAMPLE).surveys[0]
HEADER = "round,department,record,question,value"


def answers(round_: int, people: int, department: str = "hr", received: str = "23445") -> Iterator[str]:
    """So many people who answered everything, with these scores in turn."""
    extra = SURVEY.extra_of((round_ - 1) // 4)
    assert extra is not None
    value = extra.choices("en")[0].value
    for number, score in zip(range(people), cycle(received)):
        mine = f"{round_},{department},p{round_}-{number}"
        yield f"{mine},received,{score}"
        yield f"{mine},needed,4"
        yield f"{mine},service,else"
        yield f"{mine},theme,{'missed' if score < '4' else 'helped'}.speed"
        yield f"{mine},{extra.key},{value}"


def analysed(tmp_path: Path, *lines: str, options: tuple[str, ...] = ("--json",)) -> Result:
    """The command on a file with these lines."""
    file = tmp_path / "answers.csv"
    file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return CliRunner().invoke(main, ["analyse", str(file), "--language", "en", *options])


def found(result: Result) -> dict[str, Any]:
    """What it says to a program."""
    assert result.exit_code == 0, result.output
    loaded: dict[str, Any] = json.loads(result.stdout)
    return loaded


def test_enough_people_are_a_block_and_too_few_wait(tmp_path: Path) -> None:
    """Twenty people about HR, nine about ICT in each of two rounds of different cycles."""
    said = found(analysed(tmp_path, *answers(1, 20), *answers(4, 9, "ict"), *answers(5, 9, "ict")))
    (block,) = said["blocks"]
    assert (block["department"], block["rounds"], block["n"]) == ("hr", [1], 20)
    assert block["figures"]["good"] == {
        "estimate": 0.6, "low": 0.39, "high": 0.78, "n": 20, "method": "wilson", "coded": False, "verdict": None
    }  # fmt: skip
    assert block["figures"]["received"] == {
        "estimate": 3.6, "low": 3.1, "high": 4.1, "n": 20, "method": "t", "coded": False, "verdict": None
    }  # fmt: skip
    assert {"department": "ict", "rounds": [5]} in said["waiting"]
    assert {waiting["department"] for waiting in said["waiting"]} == {"hr", "ict"}


def test_rounds_of_one_cycle_add_up(tmp_path: Path) -> None:
    """Six and six people are a block of two rounds; with a cycle of one round they never are."""
    lines = (*answers(1, 6), *answers(2, 6))
    (block,) = found(analysed(tmp_path, *lines))["blocks"]
    assert (block["rounds"], block["n"]) == ([1, 2], 12)
    assert found(analysed(tmp_path, *answers(1, 6), options=("--json", "--cycle", "1")))["blocks"] == []


def test_nearly_unanimous_figures_are_coded(tmp_path: Path) -> None:
    """Everybody excellent: words, and no number from which one could be read."""
    figures = found(analysed(tmp_path, *answers(1, 12, received="5")))["blocks"][0]["figures"]
    for measure, verdict in (("good", "all_but_2"), ("received", "high"), ("gap", "above")):
        assert (figures[measure]["estimate"], figures[measure]["coded"]) == (None, True)
        assert figures[measure]["verdict"] == verdict


def test_a_change_needs_two_cycles(tmp_path: Path) -> None:
    """From poor to excellent within four rounds: better; from the same to the same: nothing demonstrable."""
    poor, rich = "11122344", "33445554"
    said = found(analysed(tmp_path, *answers(1, 40, received=poor), *answers(5, 40, received=rich)))
    assert said["departments"][0]["change"]["verdict"] == "better"
    assert said["departments"][0]["band"] is None
    same = found(analysed(tmp_path, *answers(1, 40), *answers(5, 40)))["departments"][0]["change"]
    assert (same["estimate"], same["verdict"]) == (None, "none")
    assert 0.5 < same["detectable"] < 0.9
    one_cycle = found(analysed(tmp_path, *answers(1, 40)))["departments"][0]
    assert one_cycle == {
        "department": "hr", "change": {"estimate": None, "verdict": None, "detectable": None}, "band": None
    }  # fmt: skip


def test_it_reads_like_a_digest_and_says_what_it_cannot_promise(tmp_path: Path) -> None:
    """For people: the lines and details of each block, and the guarantees that a file does not bring."""
    text = analysed(tmp_path, *answers(1, 20), options=()).output
    assert "20 people answered." in text
    assert "12 of 20 gave a 4 or 5" in text
    assert "cannot promise" in text
    assert "cannot promise" in analysed(tmp_path, *answers(1, 20)).stderr
    assert "All together" not in text
    more = analysed(tmp_path, *answers(1, 20), *answers(1, 12, "ict", "5"), options=()).output
    assert "All together: at least 22 of 32 answers were a 4 or 5" in more


@pytest.mark.parametrize(
    ("line", "place", "words"),
    [
        ("0,hr,a,received,4", "2: round", "from 1"),
        ("one,hr,a,received,4", "2: round", "whole number"),
        ("1001,hr,a,received,4", "2: round", "to 1000"),
        (f"{'9' * 5000},hr,a,received,4", "2: round", "to 1000"),
        ("1,hrr,a,received,4", "2: department", "hr"),
        ("1,hr,,received,4", "2: record", "mark of their own"),
        ("1,hr,a,recieved,4", "2: question", "received"),
        ("1,hr,a,received,6", "2: value", "1, 2, 3, 4, 5"),
        ("1,hr,a,theme,speed", "2: value", "missed.speed"),
        ("1,hr,a,received", "2", "4 fields here instead of 5"),
        ('1,hr,a,received,"4', "2", "quote"),
        ("", "1", "not one answer"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_remedy(tmp_path: Path, line: str, place: str, words: str) -> None:
    """Nothing is half done: exit code 2, nothing on standard output."""
    result = analysed(tmp_path, line)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"answers.csv:{place}: ")
    assert words in result.stderr


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    """Three wrong lines and one answer that is there twice."""
    result = analysed(tmp_path, "1,hr,a,received,9", "1,x,a,received,4", "1,hr,b,needed,4", "1,hr,b,needed,3")
    assert [line.split(":")[1] for line in result.stderr.splitlines()] == ["2", "3", "5"]
    assert "line 4" in result.stderr


def test_a_person_counts_once_in_a_cycle(tmp_path: Path) -> None:
    """Six marks in two rounds are no twelve people; in two cycles, or about two departments, they may be the same."""
    again = [line.replace("1,hr", "2,hr", 1) for line in answers(1, 6)]
    result = analysed(tmp_path, *answers(1, 6), *again)
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 6)
    assert result.stderr.startswith("answers.csv:32: record: This person answered about this department in round 1")
    next_cycle = [line.replace("1,hr", "5,hr", 1) for line in answers(1, 6) if "time" not in line]
    elsewhere = [line.replace("1,hr", "2,ict", 1) for line in answers(1, 6)]
    assert found(analysed(tmp_path, *answers(1, 6), *next_cycle, *elsewhere))["blocks"] == []


def test_a_round_is_a_number_however_it_is_written(tmp_path: Path) -> None:
    """1 and 01 are one round, in which a question is answered once."""
    result = analysed(tmp_path, "1,hr,a,received,4", "01,hr,a,received,5")
    assert result.exit_code == 2
    assert result.stderr.startswith("answers.csv:3: record: ")


def test_who_said_nothing_that_counts_waits_too(tmp_path: Path) -> None:
    """Half a pair is no answer; the department it is about is not passed over in silence."""
    said = found(analysed(tmp_path, *(f"1,hr,p{i},received,4" for i in range(20))))
    assert said == {"blocks": [], "departments": [], "waiting": [{"department": "hr", "rounds": [1]}]}


def test_halves_of_pairs_make_no_block(tmp_path: Path) -> None:
    """Five whole pairs, five received without needed, and five the other way round: nothing has ten people."""
    lines = list(answers(1, 15))
    halves = [
        *(line for line in lines if ",needed," in line and int(line.split("-")[1].split(",")[0]) in range(5, 10)),
        *(line for line in lines if ",received," in line and int(line.split("-")[1].split(",")[0]) >= 10),
    ]
    assert found(analysed(tmp_path, *(line for line in lines if line not in halves)))["blocks"] == []


def test_not_a_word_on_change_before_a_cycle_is_over(tmp_path: Path) -> None:
    """Forty people, and forty in two rounds of the next cycle: only beside its last block is it compared."""
    lines = (*answers(1, 40), *answers(5, 40), *answers(6, 40))
    parts = analysed(tmp_path, *lines, options=()).output.split("== ")
    assert ["Compared with" in part for part in parts] == [False, False, False, True]


def test_fewer_than_five_in_a_round_add_nothing(tmp_path: Path) -> None:
    """Four and eight people are no block of twelve, nor of eight."""
    said = found(analysed(tmp_path, *answers(1, 4), *answers(2, 8)))
    assert (said["blocks"], said["waiting"]) == ([], [{"department": "hr", "rounds": [1, 2]}])


@pytest.mark.parametrize("header", ["round,department,record,question", f"{HEADER},extra", f"{HEADER},round"])
def test_the_columns_are_these_five(tmp_path: Path, header: str) -> None:
    """A missing, an unknown and a repeated column are named."""
    file = tmp_path / "answers.csv"
    file.write_text(f"{header}\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["analyse", str(file), "--language", "en"])
    assert result.exit_code == 2
    assert result.stderr.startswith("answers.csv:1: ")


def test_a_spreadsheet_may_write_it(tmp_path: Path) -> None:
    """Semicolons, a byte order mark, Windows line ends and columns in another order."""
    file = tmp_path / "answers.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        rows = csv.writer(stream, delimiter=";")
        rows.writerow(reversed(HEADER.split(",")))
        rows.writerows(list(reversed(line.split(","))) for line in answers(1, 12))
    result = CliRunner().invoke(main, ["analyse", str(file), "--json"])
    assert found(result)["blocks"][0]["n"] == 12


@pytest.mark.parametrize("content", [None, "\xff\xfe".encode("latin-1")])
def test_a_file_that_is_not_text_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """Missing, or in another encoding."""
    file = tmp_path / "answers.csv"
    if content is not None:
        file.write_bytes(content)
    result = CliRunner().invoke(main, ["analyse", str(file), "--language", "en"])
    assert result.exit_code == 2
    assert "answers.csv" in result.stderr


def test_a_picture_of_each_block_and_what_it_says(tmp_path: Path) -> None:
    """One PNG and one text for each block; a folder that cannot be written to is refused."""
    folder = tmp_path / "charts" / "new"
    lines = (*answers(1, 12), *answers(2, 12))
    found(analysed(tmp_path, *lines, options=("--json", "--charts", str(folder))))
    assert sorted(file.name for file in folder.iterdir()) == ["hr-1.png", "hr-1.txt", "hr-2.png", "hr-2.txt"]
    assert (folder / "hr-1.png").read_bytes().startswith(b"\x89PNG")
    assert "round 1" in (folder / "hr-1.txt").read_text(encoding="utf-8")
    taken = tmp_path / "taken"
    taken.write_text("")
    result = analysed(tmp_path, *lines, options=("--charts", str(taken)))
    assert result.exit_code == 2
    assert "--charts" in result.stderr
