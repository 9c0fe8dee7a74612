"""What a cycle came to, when it ends without its last round: its lead reads it first, all others the next morning.

Whichever way they look: pages, alternative texts, pictures, files, the command, the web chat. Nothing happens meanwhile
but that time passes.
"""

import asyncio
import csv
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import Session, col, select, update

from analysis import disclosure
from analysis.answers import Publication
from bot.app import StoredRooms
from bot.core.timing import next_morning, window
from bot.flow import published, restoring
from bot.flow.organisation_digest import BOARD, EVERYONE
from bot.store import chats
from bot.store.database import Database
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from config.deep import Deep
from tests.commands.desk import DATABASE, Desk
from tests.web.admin.site import LED, Site, roles, site

from .town import ORGANISATION, town

STAFF = ORGANISATION.surveys[0]
MADE = ORGANISATION.changed(
    surveys=(
        STAFF.model_copy(
            update={
                "rhythm": STAFF.rhythm.model_copy(update={"cohorts": 2}),
                "deep": Deep(first=1, every=2),
            }
        ),
    )
)
FIRST, NEXT = (window(MADE.surveys[0].rhythm, number, MADE) for number in (0, 2))
MORNING = next_morning(NEXT.opens_at, MADE)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a town that just missed the last round of its cycle: the next one opens."""
    folder = tmp_path_factory.mktemp("first")
    simulation = town(folder / "klankbord.sqlite3", people=1600, seed=5, organisation=MADE)

    async def walk() -> None:
        await simulation.begin()
        await simulation.to(FIRST.opens_at)
        await simulation.to(FIRST.opens_at + timedelta(hours=30))
        await simulation.let_answer(late=False)
        await simulation.to(FIRST.closes_at)
        await simulation.tell(FIRST.digests_at)
        await simulation.to(NEXT.opens_at)

    asyncio.run(walk())
    simulation.database.close()
    return folder


@pytest.fixture(scope="module")
def there(lived: Path) -> Iterator[Site]:
    """The same with people who have roles: a lead of ICT, a reader, an admin."""
    with site(lived, roles(MADE), live=True) as made:
        yield made


@dataclass(frozen=True)
class Read:
    """What somebody gets to see of the departments that they may read about."""

    messages: frozenset[str]  # that are about the end of the cycle: by their department
    figures: frozenset[str]  # the departments of which there are figures of the end, in either file
    priorities: frozenset[str]  # the departments whose picture says what comes first


def reads(there: Site, person: str, now: datetime) -> Read:
    """In a browser, at a moment."""
    there.clock.now = now
    visitor = there.visitor(person)
    page = visitor.get("/digests").text
    articles = [part.partition("</article>")[0] for part in page.split("<article")[1:]]
    names = {one.name.nl: one.key for one in MADE.departments} | {MADE.name: "all"}
    told, drawn = set(), set()
    for article in articles:
        title = re.search(r"<h2[^>]*>([^<]*)</h2>", article)
        assert title is not None
        if "Vergeleken met" in article or "Wat gaat voor" in article or title[1] == MADE.name:
            told.add(names[title[1]])
        if "Het midden" in article.partition('alt="')[2].partition('"')[0]:
            drawn.add(names[title[1]])
    rows = list(csv.DictReader(io.StringIO(visitor.post("/digests/export/csv").content.decode("utf-8-sig"))))
    visitor.get("/digests")
    sheet = load_workbook(io.BytesIO(visitor.post("/digests/export/xlsx").content)).active
    assert sheet is not None
    lines = [[str(cell) for cell in line] for line in sheet.iter_rows(min_row=2, values_only=True)]
    in_csv = {row["department"] for row in rows if row["measure"] in disclosure.AT_THE_END}
    assert {line[1] for line in lines if line[3] in disclosure.AT_THE_END} == in_csv
    assert {row["department"] for row in rows} == {line[1] for line in lines} != set()
    return Read(frozenset(told), frozenset(in_csv), frozenset(drawn))


def compared(there: Site) -> frozenset[str]:
    """The departments of which something was published at the end."""
    with there.database.transaction(reading=True) as session:
        at_the_end = col(Publication.measure).in_(disclosure.AT_THE_END)
        return frozenset(session.exec(select(Publication.department).where(at_the_end)))


def test_the_end_of_a_cycle_is_published_before_its_channels_read_it(there: Site) -> None:
    """With bands and with priorities, of several departments: else this file would test nothing."""
    with there.database.transaction(reading=True) as session:
        found = {one.measure for one in session.exec(select(Publication)).all()}
    assert {"band", "crosshair", "quadrant"} <= found
    assert len(compared(there)) > 5
    assert LED in compared(there)


@pytest.mark.parametrize("person", ["reader", "admin", None])
def test_nobody_else_reads_it_before_the_channels(there: Site, person: str | None) -> None:
    """Neither a reader nor an admin nor who has the server: no message, no figure, no picture and no words of it."""
    early = reads(there, person, MORNING - MINUTE)  # type: ignore[arg-type]
    assert early == Read(frozenset(), frozenset(), frozenset())
    late = reads(there, person, MORNING)  # type: ignore[arg-type]
    assert late.messages == compared(there) | {"all"}
    assert late.figures == compared(there)
    assert late.priorities


def test_the_lead_reads_of_their_own_department_at_once(there: Site) -> None:
    """And of no other, also later."""
    for moment in (NEXT.opens_at, MORNING - MINUTE, MORNING):
        assert reads(there, "lead", moment) == Read(*[frozenset({LED})] * 3)


def test_a_picture_shows_no_more_than_its_reader_may_read(there: Site) -> None:
    """That of an earlier digest becomes one of the priorities: for the lead first, on the page and in the web chat."""
    block = _block(there)

    def seen(person: str, now: datetime) -> bytes:
        there.clock.now = now
        return there.visitor(person).get(f"/digests/picture/{block}").content

    before, early = seen("reader", NEXT.opens_at - MINUTE), seen("reader", MORNING - MINUTE)
    lead, late = seen("lead", MORNING - MINUTE), seen("reader", MORNING)
    assert before == early != lead == late
    in_channel, to_lead = (
        _posted(there, message) for message in (f"digest:{block}:{LED}", f"lead:digest:{block}:{LED}")
    )
    rooms = StoredRooms(there.database, there.clock)

    def in_chat(number: int, now: datetime) -> bytes:
        there.clock.now = now
        found = there.runner.run(rooms.picture(number))
        assert found is not None
        return found[1]

    assert in_chat(in_channel, MORNING - MINUTE) == early
    assert in_chat(to_lead, MORNING - MINUTE) == lead
    assert in_chat(in_channel, MORNING) == late


def _block(there: Site) -> int:
    """The released one of ICT."""
    with there.database.transaction(reading=True) as session:
        mine = select(Publication.block).where(Publication.department == LED)
        (found,) = set(session.exec(mine))
    return found


def _posted(there: Site, message: str) -> int:
    """The number in the web chat of a digest, or of the same to a lead."""

    def post(session: Session) -> int:
        if session.get(OutgoingRow, message) is None:
            digest = session.get_one(OutgoingRow, message.removeprefix("lead:"))
            values = digest.model_dump() | {"id": message, "kind": Kind.LEAD, "address": "lead"}
            session.add(OutgoingRow.model_validate(values))
        where = session.get_one(OutgoingRow, message).address
        chats.post(session, chats.ChatMessage(outgoing=message, address=where, lines=["x"], at=there.clock.now))
        session.flush()
        number = session.exec(select(chats.ChatMessage.number).where(chats.ChatMessage.outgoing == message)).one()
        assert number is not None
        return number

    with there.database.transaction() as session:
        return post(session)


def test_the_message_about_all_departments_waits_too(there: Site) -> None:
    """To the board and to everyone; whoever leads a department does not read it before."""
    with there.database.transaction(reading=True) as session:
        for leads in ((), (LED,), [one.key for one in MADE.departments]):
            early = published.digests(session, [published.WHOLE], leads, MORNING - MINUTE)
            assert early == []
        assert len(published.digests(session, [published.WHOLE], (), MORNING)) == 2
        found = session.exec(select(OutgoingRow).where(col(OutgoingRow.not_before) == MORNING)).all()
    assert {BOARD, EVERYONE} < {row.id.partition(":")[0] for row in found}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_command_writes_no_more_than_the_channels_have(lived: Path, there: Site, tmp_path: Path, kind: str) -> None:
    """`klankbord digests export`, by the clock of the machine: the moment of the channels is brought there."""
    (tmp_path / "data").mkdir()
    there.database.engine.dispose()
    shutil.copy(lived / "klankbord.sqlite3", tmp_path / DATABASE)
    desk = Desk(tmp_path)
    sizes = []
    for name, hours in (("early", 1), ("late", -1)):
        _bring(tmp_path / DATABASE, datetime.now(UTC) + timedelta(hours=hours))
        file = tmp_path / f"{name}.{kind}"
        done = desk.command("digests", "export", str(file), KLANKBORD_DATA=str(tmp_path / "data"))
        assert done.code == 0, done.err
        sizes.append(_measures(file))
    early, late = sizes
    assert "good" in early
    assert not early & disclosure.AT_THE_END
    assert {"band", "quadrant"} <= late


def _bring(file: Path, moment: datetime) -> None:
    database = Database(file, durable=False)
    with database.transaction() as session:
        waits = (col(OutgoingRow.kind) == Kind.DIGEST, col(OutgoingRow.state) == OutgoingState.WAITING)
        session.execute(update(OutgoingRow).where(*waits).values(not_before=moment))
    database.close()


def _measures(file: Path) -> set[str]:
    if file.suffix == ".csv":
        return {row["measure"] for row in csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig")))}
    sheet = load_workbook(file).active
    assert sheet is not None
    return {str(line[3]) for line in sheet.iter_rows(min_row=2, values_only=True)}


def test_what_a_restore_leaves_unsaid_stays_held_until_its_hour(there: Site) -> None:
    """Nobody sends it any more; its hour is still that of the channels."""
    with pytest.raises(_Undo):
        _look_after_a_restore(there)


def _look_after_a_restore(there: Site) -> None:
    with there.database.transaction() as session:
        restoring.make_safe(session, MORNING - MINUTE)
        early = published.digests(session, [LED, published.WHOLE], (), MORNING - MINUTE)
        late = published.digests(session, [LED, published.WHOLE], (), MORNING)
        assert (len(early), len(late)) == (1, 4)
        raise _Undo


class _Undo(Exception):
    """Raised to undo a transaction."""
