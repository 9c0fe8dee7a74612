"""Pause a survey, or let it go on: an edition like any other, which holds at once. No round opens meanwhile.

A round that is open goes on to its end.
"""

from datetime import datetime

from sqlmodel import Session

from bot.flow import editing
from bot.flow.editing import Proposal
from bot.store import editions, holding
from config.organisation import Organisation


class NoSuchSurvey(Exception):
    """No survey has this key; `known` are those that there are."""

    def __init__(self, known: tuple[str, ...]) -> None:
        super().__init__(", ".join(known))
        self.known = known


def proposed(session: Session, survey: str, *, paused: bool) -> Proposal:
    """The edition in which it is paused, or is not. Raises NoSuchSurvey."""
    return editing.propose(session, changed(editions.latest(session).organisation, survey, paused=paused))


def pause(session: Session, survey: str, author: str, now: datetime, *, paused: bool) -> None:
    """Write that edition; none where it is so already. Raises NoSuchSurvey."""
    holding.hold(session, holding.EDITIONS)  # so that nobody can overtake it
    proposal = proposed(session, survey, paused=paused)
    if proposal.changes:
        editing.accept(session, proposal, author, note(survey, paused=paused), now)


def note(survey: str, *, paused: bool) -> str:
    """What the history of editions says of it."""
    return f"{'pause' if paused else 'resume'} {survey}"


def changed(organisation: Organisation, survey: str, *, paused: bool) -> Organisation:
    """The same, in which it is paused, or is not. Raises NoSuchSurvey."""
    known = tuple(one.key for one in organisation.surveys)
    if survey not in known:
        raise NoSuchSurvey(known)
    surveys = (one.model_copy(update={"paused": paused}) if one.key == survey else one for one in organisation.surveys)
    return organisation.changed(surveys=tuple(surveys))
