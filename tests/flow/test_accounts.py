"""One person with two accounts has one ballot: in no figure are they two people."""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

from sqlmodel import Session

from analysis.answers import Answer, Turnout
from bot.simulation.colleagues import answer
from bot.simulation.run import Simulation
from bot.store.ballots import SealedBallot
from bot.store.people import Account

from .town import round_of, rows, town


def test_who_answers_from_two_accounts_counts_once(tmp_path: Path) -> None:
    """Everybody asked goes through the whole card from one account, and again from another: so many people, no more."""
    simulation = town(tmp_path / "klankbord.sqlite3", people=40)

    async def walk() -> int:
        await simulation.begin()
        await simulation.database.write(_second_accounts, simulation)
        await simulation.to(round_of(0).opens_at)
        memory = simulation.platforms["webchat"]
        asked = memory.taken()
        for outgoing in asked:
            one = simulation.colleagues[outgoing.address]
            for number, key in enumerate((one.key, f"{one.key}-again")):
                twice = replace(one, key=key, rng=random.Random(number))
                if outgoing.card and memory.hear:
                    await answer(twice, outgoing.card, memory.hear, "webchat", simulation.views)
        assert len(rows(simulation, SealedBallot)) == len(asked)
        await simulation.to(round_of(0).closes_at)
        return len(asked)

    asked = asyncio.run(walk())
    (turnout,) = rows(simulation, Turnout)
    people = Counter(row.department for row in rows(simulation, Answer) if row.question == "received")
    assert 5 <= turnout.responded <= asked == turnout.invited
    assert 0 < max(people.values()) <= asked
    simulation.database.close()


def _second_accounts(session: Session, simulation: Simulation) -> None:
    """Another address for everybody."""
    for key in simulation.colleagues:
        session.add(Account(platform="webchat", address=f"{key}-again", person=key))
