"""`klankbord simulate`: a whole cycle of the real program, and what may never be seen in what it shows."""

import json
import subprocess
from typing import Any

import pytest

from config import EXAMPLE
from config.load import read

from .desk import Desk

FEWEST = 10
OTHERS = {
    "small": "--people 80 --rounds 2 --seed 7 --json",
    "small again": "--people 80 --rounds 2 --seed 7 --json",
    "other seed": "--people 80 --rounds 1 --seed 8 --json",
    "to read": "--people 20 --rounds 1 --seed 7",
}


@pytest.fixture(scope="module")
def cycle(whole_cycle: "subprocess.Popen[str] | None") -> dict[str, Any]:
    """The whole cycle of 600 people in four rounds: one JSON object on standard output, and nothing else."""
    assert whole_cycle is not None
    found = json.loads(_printed(whole_cycle))
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def printed(cycle: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the other simulations print, side by side, once the long one has ended."""
    desk = Desk(tmp_path_factory.mktemp("others"))
    begun = {name: desk.begun("simulate", *arguments.split()) for name, arguments in OTHERS.items()}
    return {name: _printed(process) for name, process in begun.items()}


def _printed(process: "subprocess.Popen[str]") -> str:
    with process:
        out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    return out


@pytest.fixture(scope="module")
def digests(cycle: dict[str, Any]) -> list[dict[str, Any]]:
    """Every digest of every round."""
    return [digest for round_ in cycle["rounds"] for digest in round_["digests"]]


@pytest.fixture(scope="module")
def shown(digests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The digests with figures."""
    return [digest for digest in digests if not digest["waiting"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--people 0", "0 is not in the range"),
        ("--people x", "'x' is not a valid integer"),
        ("--rounds x", "'x' is not a valid integer"),
        ("--rounds 0", "0 is not in the range"),
        ("--seed x", "'x' is not a valid integer"),
        ("--config nowhere", "does not exist"),
    ],
)
def test_a_wrong_wish_is_refused(desk: Desk, arguments: str, said: str) -> None:
    """Exit code 2 and why, without a traceback, before anything is simulated."""
    done = desk.command("simulate", *arguments.split())
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert desk.everything() == {}


def test_a_wrong_folder_in_a_real_process(desk: Desk) -> None:
    """Exit code 2, one line that says how to mend it, no traceback."""
    done = desk.process("simulate", "--config", "/nowhere")
    assert (done.code, done.out) == (2, "")
    assert "klankbord init" in done.err
    assert len(done.err.splitlines()) == 1


def test_it_is_one_object_with_these_keys(cycle: dict[str, Any]) -> None:
    """What programs may count on."""
    assert set(cycle) == {"people", "rounds", "messages", "answers", "ballots_left"}
    assert set(cycle["messages"]) == {"sent", "failed", "duplicates"}
    for round_ in cycle["rounds"]:
        assert set(round_) == {"opened_at", "closed_at", "invited", "responded", "digests", "organisation"}
        for digest in round_["digests"]:
            assert set(digest) == {"department", "channel", "n", "rounds", "questions", "text", "waiting"}


def test_the_organisation_reads_at_the_end_of_the_cycle(cycle: dict[str, Any]) -> None:
    """Board and works council, and everyone; nobody before."""
    *before, last = cycle["rounds"]
    assert [round_["organisation"] for round_ in before] == [[], [], []]
    board, everyone = last["organisation"]
    assert (board["channel"], everyone["channel"]) == ("webchat:#bestuur", "webchat:#iedereen")
    asked, responded = (sum(round_[which] for round_ in cycle["rounds"]) for which in ("invited", "responded"))
    assert f"{responded} van de {asked} gevraagde collega's reageerden" in board["text"]
    assert "werken aan" in everyone["text"]


def test_each_round_asks_a_quarter(cycle: dict[str, Any]) -> None:
    """Four rounds of 150: the 600 of the organisation, of whom more than half respond."""
    assert cycle["people"] == 600
    assert [round_["invited"] for round_ in cycle["rounds"]] == [150] * 4
    assert all(60 <= round_["responded"] <= 120 for round_ in cycle["rounds"])


def test_nothing_is_sent_twice_or_not_at_all_and_no_ballot_is_left(cycle: dict[str, Any]) -> None:
    """Every message arrives, once; every envelope was opened, cut and destroyed."""
    assert (cycle["messages"]["duplicates"], cycle["messages"]["failed"], cycle["ballots_left"]) == (0, 0, 0)
    assert cycle["messages"]["sent"] > 600
    assert cycle["answers"] > 0


def test_every_department_is_told_of_in_every_round(cycle: dict[str, Any]) -> None:
    """The departments of the example, in their order, each with its own channel."""
    departments = [(one.key, one.channel) for one in read(EXAMPLE).departments]
    for round_ in cycle["rounds"]:
        assert [(one["department"], one["channel"]) for one in round_["digests"]] == departments


def test_no_figure_is_about_fewer_than_ten(shown: list[dict[str, Any]]) -> None:
    """In every shown block the number of people, of the whole and of each question, is ten or more."""
    assert shown
    for digest in shown:
        assert digest["n"] >= FEWEST
        assert set(digest["questions"]) >= {"received", "needed", "service", "theme"}
        assert min(digest["questions"].values()) >= FEWEST, digest["department"]


def test_what_waits_shows_no_number(digests: list[dict[str, Any]]) -> None:
    """No number of people, no number of a question, and no figure in the text: `n` is there when it is shown."""
    for digest in digests:
        assert (digest["n"] is None) == digest["waiting"]
        if digest["waiting"]:
            assert digest["questions"] == {}
            assert "%" not in digest["text"]
            assert "gaven antwoord" not in digest["text"]
        else:
            assert f"{digest['n']} collega's gaven antwoord" in digest["text"]


def test_no_round_is_shown_twice(shown: list[dict[str, Any]]) -> None:
    """A department's round is in one released block at most, so that no difference can single anybody out."""
    blocks = [(digest["department"], number) for digest in shown for number in digest["rounds"]]
    assert len(blocks) == len(set(blocks))


def test_every_department_is_released_within_the_cycle(shown: list[dict[str, Any]]) -> None:
    """With 600 people each department of the example gets figures at least once in eight weeks."""
    assert {digest["department"] for digest in shown} == {one.key for one in read(EXAMPLE).departments}


def test_a_small_organisation_shows_less(printed: dict[str, str]) -> None:
    """With 80 people most departments wait; what is shown is still about ten or more."""
    rounds = json.loads(printed["small"])["rounds"]
    found = [digest for round_ in rounds for digest in round_["digests"]]
    assert sum(digest["waiting"] for digest in found) > len(found) / 2
    assert all(n >= FEWEST for digest in found for n in digest["questions"].values())


def test_the_same_seed_gives_the_same(printed: dict[str, str]) -> None:
    """To the letter; another seed gives something else."""
    assert printed["small"] == printed["small again"]
    assert json.loads(printed["small"])["rounds"][0] != json.loads(printed["other seed"])["rounds"][0]


def test_it_can_be_read(printed: dict[str, str]) -> None:
    """Without --json: every round with its digests, and at the end the totals on one line."""
    lines = printed["to read"].splitlines()
    assert "== Round 1: 2026-09-01 to 2026-09-14" in lines
    assert any(line.startswith("-> webchat:#ict") for line in lines)
    assert lines[-1].startswith("20 simulated colleagues · ")
    assert lines[-1].endswith(" messages sent, 0 twice, 0 not · 0 ballots left")
