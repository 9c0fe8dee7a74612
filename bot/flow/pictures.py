"""The picture of a digest: drawn of publications when a platform wants it, and aside, so that no tap waits for it."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from analysis import disclosure, priorities_chart
from analysis.answers import Block, BlockState
from analysis.charts import Picture, Shown, chart, described
from bot.core import moments
from bot.core.platform import Attachment, Outgoing
from bot.flow import leads_first
from bot.store import editions, selfimage
from bot.store.database import Database
from bot.store.rounds import Cycle, Round
from config.department import Department
from config.organisation import Organisation
from config.words import Language


@dataclass(frozen=True)
class _Sitter:
    """What a picture is drawn of: the blocks released until then, oldest first."""

    blocks: list[Shown]
    department: Department
    language: Language

    def picture(self) -> Picture:
        """The priorities at the end of a deep cycle; else the figures and their trend."""
        last = self.blocks[-1]
        if priorities_chart.is_drawn(last.ledger):
            return priorities_chart.chart(last.label, last.ledger, self.department, self.language)
        return chart(self.blocks, self.department, self.language)

    def words(self) -> str:
        """What the same picture says."""
        last = self.blocks[-1]
        if priorities_chart.is_drawn(last.ledger):
            return priorities_chart.described(last.label, last.ledger, self.department, self.language)
        return described(self.blocks, self.department, self.language)


async def with_picture(database: Database, outgoing: Outgoing, block: int | None, now: datetime) -> Outgoing:
    """The message with its picture, where it is about a block."""
    if block is None:
        return outgoing
    held = await database.read(leads_first.held_for, outgoing.id, now)
    sitter = await database.read(_sitter, block, held)
    return replace(outgoing, attachments=(Attachment(sitter.words(), lambda: _drawn(sitter)),))


async def picture(database: Database, block: int, held: Collection[int]) -> bytes:
    """The PNG of a released block, without the publications that are `held` back still."""
    return await _drawn(await database.read(_sitter, block, held))


def words(session: Session, block: int, held: Collection[int]) -> str:
    """What that picture says."""
    return _sitter(session, block, held).words()


async def _drawn(sitter: _Sitter) -> bytes:
    return (await asyncio.to_thread(sitter.picture)).png


def _sitter(session: Session, number: int, held: Collection[int]) -> _Sitter:
    block = session.get_one(Block, number)
    cycle = session.get_one(Cycle, block.cycle)
    organisation = editions.within_cycle(session, cycle.edition)
    department = organisation.by_key[block.department]
    language = department.language or organisation.language
    earlier = select(Block).where(
        Block.department == block.department, Block.state == BlockState.RELEASED, col(Block.id) <= number
    )
    shown = [
        _shown(session, one, _label(session, one, organisation, language), held)
        for one in session.exec(earlier.order_by(col(Block.id)))
        if session.get_one(Cycle, one.cycle).pilot == cycle.pilot
    ]
    return _Sitter([one for one in shown if one.ledger], department, language)  # one of another survey may wait


def _shown(session: Session, block: Block, label: str, held: Collection[int]) -> Shown:
    estimate = selfimage.of(session, block.number)
    ledger = [one for one in disclosure.publications(session, block.number) if one.number not in held]
    return Shown(label, ledger, estimate.share if estimate is not None else "")


def _label(session: Session, block: Block, organisation: Organisation, language: Language) -> str:
    """The day on which a block's last round closed."""
    closed = session.exec(
        select(Round.closes_at).where(Round.cycle == block.cycle, Round.number == block.last_round)
    ).one()
    return moments.day(closed.astimezone(organisation.zone), language)
