"""What a simulation shows: every digest, and the numbers that must add up."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from analysis import disclosure
from analysis.answers import Answer, BlockState, Turnout
from bot.flow import organisation_digest
from bot.flow.digests import block_of
from bot.simulation.memory import MemoryPlatform
from bot.store.ballots import SealedBallot
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.rounds import Round
from config.department import Department
from config.organisation import Organisation


def report(
    session: Session, organisation: Organisation, people: int, platforms: Iterable[MemoryPlatform]
) -> dict[str, Any]:
    """The result as one JSON object."""
    rounds = session.exec(select(Round).order_by(col(Round.opens_at))).all()
    failed = select(func.count()).select_from(OutgoingRow).where(OutgoingRow.state == OutgoingState.FAILED)
    platforms = list(platforms)
    return {
        "people": people,
        "rounds": [_round(session, organisation, round_) for round_ in rounds],
        "messages": {
            "sent": sum(platform.sent for platform in platforms),
            "failed": session.exec(failed).one(),
            "duplicates": sum(platform.duplicates for platform in platforms),
        },
        "answers": session.exec(select(func.count()).select_from(Answer)).one(),
        "ballots_left": session.exec(select(func.count()).select_from(SealedBallot)).one(),
    }


def _round(session: Session, organisation: Organisation, round_: Round) -> dict[str, Any]:
    turnout = session.exec(select(Turnout).where(Turnout.cycle == round_.cycle, Turnout.round == round_.number)).first()
    survey = organisation.survey(round_.survey)
    return {
        "opened_at": round_.opens_at.astimezone(organisation.zone).isoformat(),
        "closed_at": round_.closes_at.astimezone(organisation.zone).isoformat(),
        "invited": round_.invited,
        "responded": turnout.responded if turnout else 0,
        "digests": [_digest(session, round_, department) for department in organisation.asked_about(survey)],
        "organisation": [_whole(row) for row in organisation_digest.of_cycle(session, round_.cycle)]
        if round_.last_of_cycle
        else [],
    }


def _whole(row: OutgoingRow) -> dict[str, str]:
    """A message about a whole cycle."""
    return {"channel": row.channel, "text": "\n".join((*row.lines, *row.details))}


def _digest(session: Session, round_: Round, department: Department) -> dict[str, Any]:
    """One department after one round: its released block, or that it waits."""
    block = block_of(session, round_.cycle, department.key, round_.number)
    shown = block is not None and block.state is BlockState.RELEASED and block.last_round == round_.number
    people = disclosure.people_in(session, block) if block is not None and shown else {}
    rounds = [number for number in block.rounds if number <= round_.number] if block is not None else []
    return {
        "department": department.key,
        "channel": department.channel,
        "n": people.get("received"),
        "rounds": rounds,
        "questions": people,
        "text": _text(session, round_, department),
        "waiting": not shown,
    }


def _text(session: Session, round_: Round, department: Department) -> str:
    """The message that went out about a department after a round; empty where none did."""
    found = session.exec(
        select(OutgoingRow).where(
            OutgoingRow.kind == Kind.DIGEST,
            OutgoingRow.not_before == round_.digests_at,
            col(OutgoingRow.id).endswith(f":{department.key}"),
        )
    ).first()
    return "\n".join(found.lines) if found is not None else ""
