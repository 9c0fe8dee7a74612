"""Gathers from the tables what a conversation needs to know."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.core.setting import Setting
from bot.core.timing import asked_about_since
from bot.store import editions, rounds
from bot.store.people import Person
from bot.store.rounds import Cycle, Invitation, Round
from config.organisation import Organisation
from config.survey import Survey
from config.words import LANGUAGES, Language

KEPT = 64  # frames: more than there are rounds open at once


class Colleague(Protocol):
    """What a card needs to know of somebody."""

    @property
    def first_name(self) -> str:
        """How the card addresses them."""

    @property
    def language(self) -> str:
        """In which it speaks."""

    @property
    def timezone(self) -> str:
        """In which it tells the time."""

    @property
    def department(self) -> str | None:
        """Where they work: nobody is asked about their own."""


@dataclass(frozen=True)
class Frame:
    """What the settings of all invitations of one round have in common."""

    round_: Round
    cycle: Cycle
    organisation: Organisation
    survey: Survey
    early: bool = False  # not opened yet: as it is foreseen now

    def of(
        self, invitation: str, person: Colleague, platform: str = "", names: frozenset[str] = frozenset()
    ) -> Setting:
        """The setting of one invitation, in the person's language and zone."""
        round_, organisation = self.round_, self.organisation
        zone = ZoneInfo(person.timezone)
        weeks = _weeks(self.cycle, self.survey)
        return Setting(
            invitation=invitation,
            organisation=organisation,
            survey=self.survey,
            extra=self.survey.extra_of(self.cycle.number),
            first_name=person.first_name,
            language=language_of(person, organisation),
            workplace=person.department,
            since=asked_about_since(round_.opens_at.astimezone(organisation.zone), weeks),
            opens_at=round_.opens_at.astimezone(zone),
            closes_at=round_.closes_at.astimezone(zone),
            next_turn=round_.due.astimezone(organisation.zone).date() + timedelta(weeks=weeks),
            pilot=self.cycle.pilot,
            early=self.early,
            weights=round_.weights,
            promised=round_.promised,
            noticed=self.cycle.promised,
            platform=platform,
            names=names | {organisation.contact.name, organisation.confidential.name},
        )


def frame_of(session: Session, round_: int) -> Frame:
    """The frame of a round."""
    found, cycle = rounds.with_cycle(session, round_)
    organisation = editions.within_cycle(session, cycle.edition)
    return Frame(found, cycle, organisation, organisation.survey(found.survey))


class Frames:
    """The frames of the rounds that are open, kept: under one edition nothing of them changes."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int], Frame] = {}

    def of(self, session: Session, round_: int, edition: int) -> Frame:
        """The frame of a round while this edition is in force."""
        found = self._kept.get((round_, edition))
        if found is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            found = self._kept[round_, edition] = frame_of(session, round_)
        return found


def setting_of_invitation(session: Session, invitation: Invitation, platform: str = "") -> Setting:
    """The setting of an invitation, from it alone."""
    return frame_of(session, invitation.round).of(invitation.id, session.get_one(Person, invitation.person), platform)


def language_of(person: Colleague, organisation: Organisation) -> Language:
    """The language to speak with somebody."""
    return next((known for known in LANGUAGES if known == person.language), organisation.language)


def _weeks(cycle: Cycle, survey: Survey) -> int:
    """How long a cycle takes; a pilot round is a cycle of its own."""
    return survey.rhythm.every_weeks if cycle.pilot else survey.rhythm.cycle_weeks
