"""Step 4: event → ballot. One reply is one transaction: ballot, invitation state and wishes together."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core import conversation
from bot.core.actions import Action
from bot.core.ballot import Ballot
from bot.core.conversation import Later, Step, WorksAt
from bot.core.platform import Card
from bot.core.setting import Setting
from bot.flow import enrolment
from bot.flow.rounds import when_to_ask
from bot.flow.setting import Frame
from bot.store import ballots, outbox, people
from bot.store.ballots import Keyring
from bot.store.outbox import Kind, OutgoingRow
from bot.store.people import Person
from bot.store.rounds import InvitationState, Round, RoundState, change_state, state_of
from bot.store.sittings import Sitting


@dataclass(frozen=True)
class Reply:
    """What somebody said about one invitation: a tap, the words they typed, or all that they chose of several."""

    action: Action
    said: str | tuple[str, ...] | None = None


def take(
    session: Session, sitting: Sitting, reply: Reply, frame: Frame, keyring: Keyring, now: datetime
) -> tuple[Card, bool]:
    """The next card, and whether something was taken back that has to go from the disk too."""
    names = people.names(session) if isinstance(reply.said, str) else frozenset[str]()
    setting = frame.of(sitting.invitation, sitting, sitting.platform, names)
    if sitting.state is InvitationState.CLOSED or frame.round_.closes_at <= now:
        withdrawn = state_of(session, sitting.round_) is RoundState.WITHDRAWN  # the frame was made before
        return conversation.close(setting, withdrawn=withdrawn), False
    if sitting.sealed is None:  # they stopped in this round, and what they had answered was destroyed
        return enrolment.nothing_open(session, session.get_one(Person, sitting.person), now), False
    key = keyring.unwrapped(sitting.wrapped)
    before = ballots.unseal(key, sitting.invitation, sitting.sealed)
    step = conversation.hear(before, reply.action, setting, reply.said)
    if step.ballot != before:
        ballots.change(session, sitting.invitation, ballots.seal(key, sitting.invitation, step.ballot))
    if (state := InvitationState(step.state)) is not sitting.state:
        change_state(session, sitting.invitation, state)
    card = _carry_out(session, sitting, frame.round_, setting, step, now)
    return card, takes_back(before, step.ballot)


def takes_back(before: Ballot, after: Ballot) -> bool:
    """Whether something that was said is gone or said otherwise: its old envelope has to go from the disk too."""
    return not _said(before) <= _said(after)


def _said(ballot: Ballot) -> set[tuple[str, ...]]:
    """Everything in a ballot that tells something of its writer; a draft is the tip that it may become."""
    answers = {(d, q, v) for d, said in ballot.answers.items() for q, values in said.items() for v in values.split(",")}
    texts = {("text", text) for text in (*ballot.texts.values(), ballot.draft) if text}
    return answers | texts | {("tick", department) for department in ballot.ticked}


def _carry_out(session: Session, sitting: Sitting, round_: Round, setting: Setting, step: Step, now: datetime) -> Card:
    if isinstance(step.wish, WorksAt):
        people.works_at(session, sitting.person, step.wish.department)
    elif isinstance(step.wish, Later):
        again = when_to_ask(sitting, now + _LATER[step.wish.when], round_, setting.organisation)
        if again >= round_.closes_at:
            return replace(conversation.current(step.ballot, setting), hint=setting.say("hint.too_late"))
        outbox.put(session, _once_more(sitting, again))
    return step.card


_LATER = {"today": timedelta(hours=3), "tomorrow": timedelta(days=1), "week": timedelta(days=7)}


def _once_more(sitting: Sitting, again: datetime) -> OutgoingRow:
    """The card, sent again at that minute; a second tap on the same wish is the same row."""
    return OutgoingRow(
        id=f"{sitting.invitation}:again:{again:%m%d%H%M}",
        kind=Kind.AGAIN,
        platform=sitting.platform,
        address=sitting.address,
        invitation=sitting.invitation,
        not_before=again,
    )
