"""An early ballot that ended is in no file any more, nor is its key: the bytes are looked for as those of a round's."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.simulation.run import prepared
from bot.store.early import Early

from . import ANSWERS, DEPARTMENT, ORGANISATION
from .test_sealed_bytes import (
    MAURITS,
    ROUND,
    WENDELA,
    End,
    Office,
    erased,
    left,
    made_live,
    removed,
    settle,
    share_found,
    stopped,
)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Office]:
    """Wendela and Maurits have said something before the first round; the parameter says whether of a pilot."""
    monkeypatch.chdir(tmp_path)
    simulation = prepared(ORGANISATION, 0, 5, tmp_path / "klankbord.sqlite3")
    with asyncio.Runner() as runner:
        office = Office(simulation, runner)
        with simulation.database.transaction() as session:
            settle(session, office, live=getattr(request, "param", "live") == "live")
        for person in (MAURITS, WENDELA):
            phone = office.phone(person)
            runner.run(phone.ask(f"feedback {DEPARTMENT}"))
            office.remember()
            office.tap(phone, *ANSWERS[2:], "Klaar")
        yield office
    simulation.database.close()


def keys(office: Office) -> dict[str, bytes]:
    """The wrapped key of each."""
    with office.simulation.database.transaction(reading=True) as session:
        return {one.person: one.wrapped for one in session.exec(select(Early))}


def forgotten(office: Office) -> None:
    """Wendela has all her answers forgotten."""
    phone = office.phone(WENDELA)
    office.runner.run(phone.ask("vergeet"))
    office.runner.run(phone.tap("Ja, wis alles"))


def paused(office: Office) -> None:
    """Wendela pauses until long after the round."""
    phone = office.phone(WENDELA)
    office.runner.run(phone.ask("pauze"))
    office.runner.run(phone.tap("6 maanden"))


@pytest.mark.parametrize("end", [erased, forgotten, stopped, left, removed, paused])
def test_what_one_person_began_and_ended_is_in_no_file(office: Office, end: End) -> None:
    """Nothing of theirs and of their key, while somebody else's early ballot stays where it is."""
    mine, before = keys(office), office.disk
    assert len(office.envelopes[WENDELA]) > 5
    assert share_found(office.envelopes[WENDELA][-1], before) > 0.9
    assert share_found(mine[WENDELA], before) > 0.4
    end(office)
    after = office.disk
    assert [envelope for envelope in office.envelopes[WENDELA] if share_found(envelope, after)] == []
    assert share_found(mine[WENDELA], after) == 0
    assert share_found(office.envelopes[MAURITS][-1], after) > 0.9
    assert share_found(mine[MAURITS], after) > 0.4


def opened(office: Office) -> None:
    """The round opens, and takes them up in envelopes of its own."""
    office.runner.run(office.simulation.to(ROUND.opens_at))


def missed(office: Office) -> None:
    """Nobody could open the round, and it should have closed by now."""
    office.runner.run(office.simulation.to(ROUND.closes_at + timedelta(weeks=30)))


@pytest.mark.parametrize(
    ("office", "end"),
    [("live", opened), ("pilot", opened), ("live", missed), ("pilot", made_live)],
    indirect=["office"],
)
def test_what_ended_for_all_is_in_no_file(office: Office, end: End) -> None:
    """No early envelope, also of earlier ones, and no early key."""
    mine, begun = keys(office), [one for envelopes in office.envelopes.values() for one in envelopes]
    end(office)
    after = office.disk
    assert [envelope for envelope in begun if share_found(envelope, after)] == []
    assert [key for key in mine.values() if share_found(key, after)] == []


def test_all_envelopes_look_alike(office: Office) -> None:
    """Early or not, of one department or of none, finished or only begun: of one size, and each of another key."""
    sizes = {len(one) for envelopes in office.envelopes.values() for one in envelopes}
    opened(office)
    office.remember()
    assert sizes == {len(one) for envelopes in office.envelopes.values() for one in envelopes} == {8220}
