"""Who reads of a department before its channel does: its lead, and nobody else."""

import asyncio
import csv
import io

from sqlmodel import Session

from analysis import disclosure
from analysis.answers import Block, Publication
from bot.flow import leads_first, pictures, published

from .test_leading import ROUND, Office, office

__all__ = ["office"]

EVERYTHING = ("ict", "facilitair", "hr")


def test_nobody_but_the_lead_reads_on_the_second_morning(office: Office) -> None:
    """Neither message, picture nor figures; from the third morning on everybody who may."""

    async def walk() -> None:
        await office.to_the_closing()
        for now in (ROUND.estimates_at, ROUND.leads_at, ROUND.digests_at):
            await office.simulation.tell(now)
            for leads in ((), ("ict",), ("hr",)):
                out = now == ROUND.digests_at or (now == ROUND.leads_at and leads == ("ict",))
                with office.simulation.database.transaction() as session:
                    assert _reads(session, office, leads) == (out, out, out), (now, leads)

    asyncio.run(walk())


def _reads(session: Session, office: Office, leads: tuple[str, ...]) -> tuple[bool, bool, bool]:
    """Whether ICT's message, picture and figures are there for who leads these departments."""
    now = office.simulation.now
    posts = published.digests(session, EVERYTHING, leads, now)
    picture = leads_first.may_see(session, session.get_one(Block, office.block), leads, now)
    file = published.export(session, EVERYTHING, leads, "csv", "test", now).decode("utf-8-sig")
    figures = list(csv.DictReader(io.StringIO(file)))
    return any(post.department == "ict" for post in posts), picture, any(row["department"] == "ict" for row in figures)


def test_a_block_that_waits_leaves_the_pictures_of_others_as_they_are(office: Office) -> None:
    """Two surveys can ask about one department: what is out of one is drawn while that of the other is for the lead."""

    async def walk() -> None:
        await office.to_the_closing()
        await office.simulation.tell(ROUND.leads_at)
        with office.simulation.database.transaction() as session:
            other = _copied(session, office.block)
            held = leads_first.held(session, (), office.simulation.now)
            assert {one.number for one in disclosure.publications(session, office.block)} <= held
            early, late = (pictures.words(session, other, without) for without in (held, ()))
        assert "%" in early
        assert early != late  # there is a trend then

    asyncio.run(walk())


def _copied(session: Session, block: int) -> int:
    """Another block with the same figures, which no message waits with; its number."""
    found = session.get_one(Block, block)
    copied = Block(**found.model_dump(exclude={"id"}))
    session.add(copied)
    session.flush()
    for row in disclosure.publications(session, block):
        session.add(Publication(**row.model_dump(exclude={"id", "block"}), block=copied.number))
    session.flush()
    return copied.number
