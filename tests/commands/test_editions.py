"""Editions from the command line: export, history, diff, rollback, and two admins at once."""

import json
import os
import re
import subprocess
import sys

import pytest
from sqlmodel import Session

from bot.flow import editing
from bot.store.database import Database

from .desk import DATABASE, Desk, surroundings
from .test_changes import reading


def rename(desk: Desk, folder: str, name: str) -> None:
    """Another name of the organisation, in the files of a folder."""
    path = desk.folder / folder / "organisation.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'^name( *)= ".*"', f'name = "{name}"', text, count=1, flags=re.MULTILINE), encoding="utf-8")


def applied(desk: Desk, folder: str, name: str) -> None:
    """A new edition with this name."""
    rename(desk, folder, name)
    assert desk.command("apply", folder, "--yes", "--note", f"now {name}").code == 0


def names(desk: Desk) -> list[str]:
    """The name in each edition, oldest first."""
    with reading(desk) as session:
        return [editing.edition(session, one.number).organisation.name for one in reversed(editing.history(session))]


def at_a_terminal(desk: Desk, typed: str, *arguments: str) -> tuple[int, str]:
    """The command in a process of its own whose standard input is a terminal. Returns exit code and what it said."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "bot.cli", *arguments]
    env = surroundings(KLANKBORD_LANGUAGE="en")
    with subprocess.Popen(
        command, cwd=desk.folder, env=env, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        os.write(ours, typed.encode())
        said = process.communicate(timeout=60)[0].decode()
    os.close(theirs)
    os.close(ours)
    return process.returncode, said


def test_export_and_apply_changes_nothing(office: Desk) -> None:
    """The folder that is written is the edition in force."""
    assert office.command("export", "copy").out.startswith("Edition 1 is in copy.")
    assert office.command("apply", "copy").out == "Nothing changes: edition 1 is the same.\n"


def test_an_earlier_edition_is_exported(office: Desk) -> None:
    """By its number; one that does not exist is refused with what there is."""
    applied(office, "town", "Elders")
    assert office.command("export", "old", "--edition", "1").code == 0
    assert "gemeente Voorbeeld" in (office.folder / "old" / "organisation.toml").read_text(encoding="utf-8")
    done = office.command("export", "older", "--edition", "7")
    assert (done.code, done.err) == (
        2,
        "There is no edition 7; the last one is 2. `klankbord history` shows them all.\n",
    )
    assert not (office.folder / "older").exists()


def test_export_overwrites_nothing(office: Desk) -> None:
    """A folder with something in it is left alone."""
    before = office.everything()
    assert office.command("export", "town").code == 2
    assert office.everything() == before


def test_the_history_tells_who_when_and_why(office: Desk) -> None:
    """Newest first, also for programs."""
    applied(office, "town", "Elders")
    lines = office.command("history").out.splitlines()
    assert [line.split()[0] for line in lines] == ["2", "1"]
    assert lines[0].endswith("now Elders")
    assert " pilot " in lines[0]
    found = json.loads(office.command("history", "--json").out)["editions"]
    assert [(one["number"], one["note"], one["live"]) for one in found] == [(2, "now Elders", False), (1, "", False)]


def test_diff_tells_what_differs_and_rollback_brings_it_back(office: Desk) -> None:
    """A rollback is a new edition: nothing of the history is lost."""
    applied(office, "town", "Elders")
    assert office.command("diff", "1", "2").out == "name: gemeente Voorbeeld → Elders\n"
    assert office.command("diff", "2", "2").out == "Edition 2 and edition 2 are the same.\n"
    assert office.command("diff", "1", "9").code == 2
    done = office.command("rollback", "1", "--yes")
    assert "name: Elders → gemeente Voorbeeld (at once)" in done.out
    assert "Edition 3 has been recorded." in done.out
    assert names(office) == ["gemeente Voorbeeld", "Elders", "gemeente Voorbeeld"]
    assert office.command("rollback", "3", "--yes").out == "Nothing changes: edition 3 is the same.\n"
    assert json.loads(office.command("history", "--json").out)["editions"][0]["note"] == "rollback 1"


def test_it_is_asked_first(office: Desk) -> None:
    """No is no; yes is yes; where nobody can be asked, nothing is written."""
    rename(office, "town", "Elders")
    done = office.command("apply", "town")
    assert done.code == 2
    assert "Do it with --yes" in done.err
    code, said = at_a_terminal(office, "n\n", "apply", "town")
    assert code == 1
    assert "Nothing was written." in said
    assert names(office) == ["gemeente Voorbeeld"]
    code, said = at_a_terminal(office, "y\n", "apply", "town")
    assert code == 0, said
    assert names(office) == ["gemeente Voorbeeld", "Elders"]


def test_the_second_of_two_admins_sees_what_the_first_did(office: Desk) -> None:
    """Both began with edition 1. The second is told who changed what; a "yes" given unseen does not count."""
    for folder in ("annas", "bobs"):
        assert office.command("export", folder).code == 0
    applied(office, "annas", "Annastad")
    office.change("bobs/departments/ict.toml", '"p-lead-ict"', '"p-bob"')
    done = office.command("apply", "bobs", "--yes")
    assert done.code == 2
    assert "Edition 2 came meanwhile, by " in done.out
    assert "now Annastad" in done.out
    assert "this changes what somebody else changed meanwhile: name" in done.out
    assert "name: Annastad → gemeente Voorbeeld" in done.out
    assert names(office)[-1] == "Annastad"
    rename(office, "bobs", "Annastad")  # Bob takes over what Anna did
    assert office.command("apply", "bobs", "--yes").code == 0
    assert office.command("diff", "2", "3").out == "departments.ict.lead: p-lead-ict → p-bob\n"


def test_the_second_may_insist(office: Desk) -> None:
    """Seen and agreed to, it is written."""
    assert office.command("export", "bobs").code == 0
    applied(office, "town", "Annastad")
    rename(office, "bobs", "Bobstad")
    code, said = at_a_terminal(office, "y\n", "apply", "bobs")
    assert code == 0, said
    assert names(office)[-1] == "Bobstad"


@pytest.mark.parametrize("written", [False, True])
def test_a_proposal_that_was_overtaken_is_refused(office: Desk, written: bool) -> None:
    """Between seeing and agreeing another edition may come: then nothing is written."""
    database = Database(office.folder / DATABASE)

    def proposed(session: Session) -> editing.Proposal:
        organisation = editing.edition(session, 1).organisation.model_copy(update={"name": "Bobstad"})
        return editing.propose(session, organisation, 1)

    with database.transaction(reading=True) as session:
        proposal = proposed(session)
    if written:
        applied(office, "town", "Annastad")
    with database.transaction() as session:
        if written:
            with pytest.raises(editing.Overtaken):
                editing.accept(session, proposal, "bob", "", editing.history(session)[0].at)
        else:
            assert editing.accept(session, proposal, "bob", "", editing.history(session)[0].at) == 2
    database.close()
    assert names(office)[-1] == ("Annastad" if written else "Bobstad")
