"""A whole round on a real homeserver: twelve people, from the rhythm to a picture in a department's room."""

import asyncio
import struct
from collections import Counter
from pathlib import Path

from sqlmodel import Session, select

from analysis.answers import Answer, Turnout

from .stage import LABELS, NUMBERS, REACTING, Stage, on_stage
from .synapse import Homeserver, needs_synapse

pytestmark = needs_synapse

GRADES = {1: "1 slecht", 2: "2 matig", 3: "3 voldoende", 4: "4 goed", 5: "5 uitstekend"}
RECEIVED = {  # who says how well ICT helped
    **{"anna": 2, "bram": 3, "chris": 4, "dina": 4, "emre": 4, "fenna": 5},
    **{"gijs": 4, "hanna": 3, "ilse": 4, "jan": 5, "karim": 4, "lotte": 1},
}
WAYS = (REACTING, NUMBERS, LABELS)
TIP = "Zet de paarse printer terug bij het raam"
BEFORE, AFTER = "Begin, 1 minuut > Geen van deze > ICT > Verder", "4 goed > Iets anders > Snelheid > Niets"


def test_a_whole_round(server: Homeserver, tmp_path: Path) -> None:
    """All at once, each in their own way; every answer counts once, and none stays behind on the homeserver."""

    async def whole() -> None:
        async with on_stage(server, tmp_path, RECEIVED) as stage:
            stage.ways = {who: WAYS[number % 3] for number, who in enumerate(RECEIVED)}
            await stage.moment("the round opens")
            await asyncio.gather(*(_answers(stage, who) for who in RECEIVED))
            await stage.moment("the round closes")
            with stage.klankbord.database.transaction(reading=True) as session:
                _counted_right(session)
            await _nothing_stays(stage)
            await stage.moment("the digests go out")
            await _told_in_the_room(stage)

    asyncio.run(whole())


async def _answers(stage: Stage, who: str) -> None:
    await stage.taps(who, f"{BEFORE} > {GRADES[RECEIVED[who]]} > {AFTER}")
    if who == "anna":
        await stage.tap(who, "Tip voor ICT")
        await stage.type(who, TIP)
        assert TIP in await stage.read(who)
        await stage.tap(who, "Versturen")
    await stage.tap(who, "Klaar")
    assert f"Dank je wel, {who.capitalize()}." in await stage.read(who)


def _counted_right(session: Session) -> None:
    rows = session.exec(select(Answer.question, Answer.value).where(Answer.department == "ict")).all()
    given = Counter(rows)
    for grade in range(1, 6):
        assert given["received", str(grade)] == list(RECEIVED.values()).count(grade)
    assert given["needed", "4"] == len(RECEIVED)
    assert [value for question, value in rows if question == "text"] == [TIP]
    turnout = session.exec(select(Turnout)).one()
    assert (turnout.invited, turnout.responded, turnout.finished) == (12, 12, 12)


async def _told_in_the_room(stage: Stage) -> None:
    """The words, and above them a picture with what it says for who cannot see it."""
    text = await stage.read("#ict")
    assert "12 collega's gaven antwoord" in text
    assert TIP not in text
    messages = list(stage.host.rooms[stage.rooms["ict"]].messages.values())
    (picture,) = [one for one in messages if one.is_picture]
    png, info = await stage.host.downloads(picture), picture.content["info"]
    assert png.startswith(b"\x89PNG")
    assert (len(png), *struct.unpack(">II", png[16:24])) == (info["size"], info["w"], info["h"])
    assert info["mimetype"] == "image/png"
    assert "ICT" in picture.content["body"]
    words = next(one for one in messages if not one.is_picture and "12 collega's" in one.reads())
    assert messages.index(picture) < messages.index(words)


async def _nothing_stays(stage: Stage) -> None:
    """What was typed and reacted is gone for who said it, and for the server; the bot's cards have no history."""
    for who, person in stage.people.items():
        assert len(stage.said[who]) == (13 if who == "anna" else 10)
        for event in stage.said[who]:
            await person.loses(event)
        chat = person.reads()
        assert not [grade for grade in GRADES.values() if grade in chat]
        assert "ICT" not in chat
        assert not [one for one in stage.server.contents(person.address) if '"m.reaction"' in one]
    said = stage.server.contents(stage.bot.address)
    assert not [one for one in said for word in (TIP, "Snelheid", *GRADES.values()) if word in one]
