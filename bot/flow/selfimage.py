"""The morning after closing: each lead is asked what the team thinks, before there are figures to see.

Only the lead of the department may say so, and only until its figures are published. Nobody is asked in a pilot.
"""

from datetime import datetime

from sqlmodel import Session, select

from analysis.answers import Block, BlockState
from bot.core import selfimage as cards
from bot.core.actions import Action
from bot.core.platform import Card
from bot.flow import leads
from bot.flow.leads import Led
from bot.store import outbox, selfimage
from bot.store.outbox import Kind, OutgoingRow
from bot.store.rounds import Cycle, Round, RoundState, in_state
from config.selfimage import CLASSES, HELD_BACK
from config.words import Language


def ask_due(session: Session, now: datetime) -> None:
    """Ask the leads of the departments of which a round closed a block, once; not when they read already."""
    for round_ in in_state(session, RoundState.COUNTED):
        if round_.estimates_at <= now < round_.leads_at and not session.get_one(Cycle, round_.cycle).pilot:
            for block in _closed(session, round_):
                _ask(session, block, round_)


def _closed(session: Session, round_: Round) -> list[int]:
    mine = select(Block).where(Block.cycle == round_.cycle, Block.state == BlockState.CLOSED)
    return [block.number for block in session.exec(mine.where(Block.last_round == round_.number))]


def _ask(session: Session, block: int, round_: Round) -> None:
    led = leads.led(session, block)
    account = leads.account_of(session, led.department) if led is not None else None
    if led is None or account is None:
        return
    outbox.put(
        session,
        OutgoingRow(
            id=f"estimate:{block}:{led.department.key}",
            kind=Kind.ESTIMATE,
            platform=account.platform,
            address=account.address,
            block=block,
            not_before=round_.estimates_at,
        ),
    )


def question(session: Session, block: int, language: Language, now: datetime) -> Card | None:
    """The question as it is asked by itself; None when the figures are there, or as good as."""
    led = leads.led(session, block)
    return _asked(led, language) if led is not None and _is_blind(led, now) else None


def heard(session: Session, led: Led, action: Action, language: Language, now: datetime) -> Card:
    """What a lead tapped on it. Saying something else until the figures come is all right."""
    if not _is_blind(led, now):
        estimate = selfimage.of(session, led.block.number)
        return cards.over(language, led.department.name.in_(language), said=estimate is not None)
    said = action.arguments[0] if action.arguments else ""
    if action.verb == cards.SHARE and said in CLASSES:
        selfimage.keep(session, led.block.number, said)
    elif action.verb == cards.HELD and said in HELD_BACK:
        selfimage.keep_held_back(session, led.block.number, said)
    return _next(session, led, action.verb, language)


def _next(session: Session, led: Led, verb: str, language: Language) -> Card:
    """The first question that is open; on `again` from the beginning."""
    estimate = selfimage.of(session, led.block.number)
    name = led.department.name.in_(language)
    if estimate is None or verb == "again":
        return _asked(led, language)
    if not estimate.held_back or verb == cards.SHARE:
        return cards.held_back(language, led.block.number, name)
    return cards.thanks(language, led.block.number, name, led.day(led.round_.leads_at, language))


def _asked(led: Led, language: Language) -> Card:
    day = led.day(led.round_.leads_at, language)
    return cards.question(language, led.block.number, led.department.name.in_(language), day)


def _is_blind(led: Led, now: datetime) -> bool:
    """Whether nobody can have seen the figures yet."""
    return led.block.state is BlockState.CLOSED and now < led.round_.leads_at
