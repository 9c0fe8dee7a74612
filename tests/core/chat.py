"""Somebody who chats: taps buttons by their label and reads the card, without storage, platform or clock."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from bot.core import conversation
from bot.core.actions import Action, decode
from bot.core.ballot import Ballot
from bot.core.cohorts import draw, weights
from bot.core.conversation import Later, State, Step, WorksAt
from bot.core.platform import Button, Card
from bot.core.setting import Setting
from config import load
from config.organisation import Organisation
from config.questions import Tapped
from config.words import Language

EXAMPLE = load.read(Path(__file__).parents[2] / "config" / "example")
INVITATION = "inv2345678"  # ten characters, as bot/flow/rounds.py makes them


def setting_of(
    organisation: Organisation = EXAMPLE,
    *,
    language: Language = "nl",
    workplace: str | None = "",
    extra: Tapped | None = None,
    deep: bool = False,
    names: Iterable[str] = (),
) -> Setting:
    """A round of the first survey, or of a deep cycle of it: asked about since 4 August, closing on 10 October."""
    survey = organisation.surveys[0]
    return Setting(
        invitation=INVITATION,
        organisation=organisation,
        survey=survey,
        extra=None if deep else extra or survey.extra[0],
        first_name="Noor",
        language=language,
        workplace=workplace,
        since=date(2026, 8, 4),
        opens_at=datetime(2026, 9, 29, 7, tzinfo=UTC),
        closes_at=datetime(2026, 10, 10, 15, tzinfo=UTC),
        next_turn=date(2026, 11, 24),
        weights=weights([department.key for department in organisation.departments], ()),
        platform="webchat",
        names=frozenset(names),
    )


def lot_that_draws(*departments: str, of: Iterable[str] = ()) -> int:
    """A lot with which the draw from the ticked departments begins with these."""
    ticked, first = set(of) | set(departments), len(departments)
    equal = weights(EXAMPLE.by_key, ())
    return next(lot for lot in count() if draw(ticked, lot, equal)[:first] == departments)


class Chat:
    """One person in one round, and every card they were shown."""

    def __init__(self, setting: Setting | None = None, *, lot: int = 7, introduce: bool = False) -> None:
        self.setting = setting or setting_of()
        self.seen: list[Card] = []
        self.taken = 0  # taps
        self.wish: Later | WorksAt | None = None
        self._follow(conversation.begin(lot, self.setting, introduce=introduce))

    # --- what the person does ----------------------------------------------------------------------------------

    def taps(self, *labels: str) -> None:
        """Tap the button with this label, or the only one that begins with it; one after another."""
        for label in labels:
            self.hears(self.button(label).action)
            self.taken += 1

    def types(self, text: str) -> None:
        """Answer the prompt on the card."""
        assert self.card.entry is not None, f"nothing to type on: {self.says}"
        self.hears(self.card.entry.action, text)

    def chooses(self, *options: str) -> None:
        """Leave these on and no others, on a platform that shows a list of its own."""
        self.hears(self.card.several, options)

    def hears(self, action: str | Action, said: str | tuple[str, ...] | None = None) -> None:
        """Hear any instruction, also one that is on no card."""
        known = decode(action) if isinstance(action, str) else action
        assert known is not None, f"not an action: {action}"
        self._follow(conversation.hear(self.ballot, known, self.setting, said))

    def _follow(self, step: Step) -> None:
        self.ballot: Ballot = step.ballot
        self.state: State = step.state
        self.card: Card = step.card
        self.wish = step.wish
        self.seen.append(step.card)
        if isinstance(step.wish, WorksAt):
            self.setting = replace(self.setting, workplace=step.wish.department)

    # --- what the person sees ----------------------------------------------------------------------------------

    @property
    def all_buttons(self) -> tuple[Button, ...]:
        """Everything there is to tap."""
        return buttons_of(self.card)

    @property
    def buttons(self) -> list[str]:
        """The labels of everything there is to tap."""
        return [button.label for button in self.all_buttons]

    def button(self, label: str) -> Button:
        """The button with this label, else the only one that begins with it."""
        exact = [button for button in self.all_buttons if button.label == label]
        found = exact or [button for button in self.all_buttons if button.label.startswith(label)]
        assert len(found) == 1, f"{label!r} is {len(found)} of {self.buttons} on: {self.says}"
        return found[0]

    @property
    def heading(self) -> str:
        """The heading of the card."""
        return self.card.heading

    @property
    def hint(self) -> str:
        """What the card says about the last reply."""
        return self.card.hint

    @property
    def says(self) -> str:
        """Everything the card says, without its buttons."""
        return text_of(self.card)

    @property
    def asks(self) -> str:
        """The question on the card: its last strong line."""
        strong = [line for line in self.card.lines if line.startswith("**") and line.endswith("**")]
        return strong[-1].strip("*") if strong else ""


def buttons_of(card: Card) -> tuple[Button, ...]:
    """Everything there is to tap on a card."""
    return (*card.choices, *card.steps, *card.asides)


def text_of(card: Card) -> str:
    """Everything a card says, without its buttons."""
    return "\n".join(part for part in (card.heading, card.hint, *card.lines) if part)
