"""What hearing something leads to: a step, of which the plainest shows where somebody is."""

from dataclasses import dataclass, replace
from typing import Literal

from bot.core import cards
from bot.core.ballot import At, Ballot
from bot.core.platform import Card
from bot.core.setting import Setting

State = Literal["invited", "started", "finished", "declined"]


@dataclass(frozen=True)
class Later:
    """Show the card again: later today, tomorrow, or next week."""

    when: str


@dataclass(frozen=True)
class WorksAt:
    """The person's own department ("" for none of these), to be remembered with the person."""

    department: str


@dataclass(frozen=True)
class Step:
    """What hearing something leads to: the ballot to seal, the card to show, and what else is asked of us."""

    ballot: Ballot
    card: Card
    wish: Later | WorksAt | None = None

    @property
    def state(self) -> State:
        """What the invitation shows of it: no answer, no department."""
        return state_of(self.ballot)


def state_of(ballot: Ballot) -> State:
    """How far somebody is, for reminders."""
    if ballot.place.at is At.NOT_NOW:
        return "declined"
    if ballot.place.at is At.THANKS:
        return "finished"
    if ballot.place.at is At.EARLIER:
        return "invited"
    untouched = ballot.place.at in (At.INTRODUCTION, At.WORKPLACE, At.TICK) and not ballot.ticked
    return "invited" if untouched and ballot.is_empty else "started"


def show(ballot: Ballot, setting: Setting, hint: str = "", **values: str) -> Step:
    """Where somebody is, with a hint where there is one."""
    card = cards.at_place(ballot, setting)
    return Step(ballot, replace(card, hint=setting.say(hint, **values)) if hint else card)


def stale(ballot: Ballot, setting: Setting) -> Step:
    """A button of a card that is over, or of nobody's: nothing changes."""
    return show(ballot, setting, "hint.stale")


def start(setting: Setting) -> At:
    """Where a round begins for who knows the bot."""
    return At.WORKPLACE if setting.workplace is None else At.TICK
