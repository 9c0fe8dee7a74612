"""Step 5: closing → answers. Ballots are opened, cut, deposited in key order and destroyed, in one transaction."""

import logging
from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from analysis import disclosure
from analysis.answers import FEWEST_RESPONDENTS, Record, Turnout, deposit, open_blocks
from bot.core.ballot import Ballot
from bot.flow import cycles
from bot.store import ballots, editions, outbox
from bot.store.ballots import Keyring
from bot.store.rounds import Cycle, Invitation, InvitationState, Round, RoundState, in_state, invitations
from config.questions import PickSeveral, Tapped

log = logging.getLogger("klankbord.counting")


def count_due(session: Session, now: datetime, keyring: Keyring) -> list[Round]:
    """Count every round whose closing has come. Returns those counted; their ballots still lie in the log file."""
    due = [round_ for round_ in in_state(session, RoundState.OPEN) if round_.closes_at <= now]
    for round_ in due:
        _count(session, round_, keyring)
    return due


def _count(session: Session, round_: Round, keyring: Keyring) -> None:
    cycle = session.get_one(Cycle, round_.cycle)
    organisation = editions.within_cycle(session, cycle.edition)
    survey = organisation.survey(round_.survey)
    extra = survey.extra_of(cycle.number)
    asked = invitations(session, round_.key)
    opened = _opened(session, round_, keyring)
    cuts = [list(cut(ballot, extra)) for ballot in opened.values()]
    blocks = open_blocks(session, cycle.key, round_.number, [d.key for d in organisation.asked_about(survey)])
    if sum(1 for records in cuts if records) >= FEWEST_RESPONDENTS:
        deposit(session, blocks, [record for records in cuts for record in records])
    disclosure.settle(session, blocks, extra.key, organisation.threshold)
    responded = sum(1 for invitation in asked if _responded(invitation, opened))
    session.add(Turnout(cycle=cycle.key, round=round_.number, invited=round_.invited, responded=responded))
    _close(session, round_, asked)
    if round_.last_of_cycle:
        session.flush()
        cycles.end(session, cycle)
    log.info("round counted: survey=%s number=%d", round_.survey, round_.number)


def _opened(session: Session, round_: Round, keyring: Keyring) -> dict[str, Ballot]:
    key = keyring.round_key(session, round_.key)
    sealed = ballots.of_round(session, round_.key)
    return {ballot.invitation: ballots.unseal(key, ballot.invitation, ballot.sealed) for ballot in sealed}


def cut(ballot: Ballot, extra: Tapped) -> Iterator[Record]:
    """A ballot in pieces too small to recognise anybody by (measurement: §1 pairs, design: decision 4).

    Two pairs stay together, received with needed and service with theme; the extra question and the tip are alone.
    Half a pair of scores is no answer.
    """
    for department in ballot.drawn:
        said = ballot.answers.get(department, {})
        if "received" in said and "needed" in said:
            yield Record(department, {"received": (said["received"],), "needed": (said["needed"],)})
        about = {question: (said[question],) for question in ("service", "theme") if question in said}
        if about:
            yield Record(department, about)
        if extra.key in said:
            several = isinstance(extra, PickSeveral)
            yield Record(department, {extra.key: tuple(said[extra.key].split(",")) if several else (said[extra.key],)})
        if department in ballot.texts:
            yield Record(department, {"text": (ballot.texts[department],)})


def _responded(invitation: Invitation, opened: dict[str, Ballot]) -> bool:
    """Whoever finished, also with "none of these", and whoever left an answer half-way."""
    ballot = opened.get(invitation.id)
    return ballot is not None and (invitation.state is InvitationState.FINISHED or not ballot.is_empty)


def _close(session: Session, round_: Round, asked: list[Invitation]) -> None:
    ballots.destroy_round(session, round_.key)
    outbox.withdraw(session, [invitation.id for invitation in asked])
    for invitation in asked:
        invitation.state = InvitationState.CLOSED
        session.add(invitation)
    round_.state = RoundState.COUNTED
    session.add(round_)
