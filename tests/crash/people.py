"""People at a chat server: each taps through the card they got, and the ledger says what was acknowledged.

A reply is *accepted* when its tap was acknowledged and the card went on. A tap that was under way when the round
closed may or may not have counted; nobody ever has more than one of those, because they wait for each.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.core.actions import Action, decode

from .chatserver import Button, ChatServer, Message

AT_ONCE = 8  # people of one server who tap at the same moment
MOST_TAPS = 50  # of one person; a whole card takes about fifteen
PAIR = ("received", "needed")  # count together, or not at all

Row = tuple[str, str, str]  # department, question, value


@dataclass(frozen=True)
class Character:
    """What one person does in one round, always the same for the same seed."""

    starts_at: int  # which message makes them begin: 1 the invitation, 2 the reminder, 3 never
    patience: int  # how many answers until they leave
    deals_with: tuple[str, ...]
    seed: str

    @property
    def thinks(self) -> float:
        """Seconds before each tap: who had to be reminded is slow, so that the round closes before they are done."""
        return 0.2 if self.starts_at > 1 else 0.0

    @classmethod
    def of(cls, seed: str, departments: Sequence[str]) -> "Character":
        """Five in ten answer at once, two when they are reminded; one in seven of them leaves half-way."""
        rng = random.Random(seed)
        starts_at = rng.choices((1, 2, 3), (5, 2, 3))[0]
        patience = rng.randrange(1, 5) if rng.random() < 1 / 7 else 99
        return cls(starts_at, patience, tuple(rng.sample(departments, rng.choice((1, 1, 1, 2)))), seed)

    def one_of(self, answers: Sequence[Action], passes: Sequence[Action]) -> Action:
        """What they say to a question; the same whenever it is asked again."""
        rng = random.Random(f"{self.seed} {answers[0].arguments[:2]}")
        return rng.choice(sorted(passes, key=str)) if passes and rng.random() < 0.05 else rng.choice(answers)


@dataclass
class Walk:
    """One person's way through the card of one invitation."""

    chat: str
    invitation: str
    character: Character
    messages: int = 0  # that brought the card
    taps: int = 0
    accepted: dict[tuple[str, str], str] = field(default_factory=dict)
    in_flight: Action | None = None  # tapped, and not acknowledged with a card that went on
    began: bool = False
    finished: bool = False

    def choice(self, buttons: Sequence[Button]) -> Action | None:
        """The next tap; None at the end, and when they had enough."""
        mine = [(action, button.ticked) for button in buttons if (action := decode(button.action))]
        mine = [(action, ticked) for action, ticked in mine if action.invitation == self.invitation]
        by_verb = {action.verb: action for action, _ in mine}
        answers = [action for action, _ in mine if action.verb == "a"]
        for verb in ("begin", "done"):
            if verb in by_verb:
                return by_verb[verb]
        if "next" in by_verb:
            to_tick = [a for a, ticked in mine if a.verb == "t" and not ticked and a.arguments[0] in self.deals_with]
            return to_tick[0] if to_tick else by_verb["next"]
        if not answers or len(self.accepted) >= self.character.patience:
            return None
        return self.character.one_of(answers, [action for action, _ in mine if action.verb == "pass"])

    @property
    def deals_with(self) -> tuple[str, ...]:
        """The departments that they tick."""
        return self.character.deals_with

    def acknowledged(self, action: Action, buttons: Sequence[Button]) -> bool:
        """Note what became of a tap. Returns whether it was accepted: the round was still open."""
        if not any(button.action.startswith(f"{self.invitation}:") for button in buttons):
            return False
        self.in_flight = None
        if action.verb == "a":
            self.accepted[action.arguments[0], action.arguments[1]] = action.arguments[2]
        self.finished |= action.verb == "done"
        return True

    @property
    def responded(self) -> bool:
        """Whether they have to be counted as somebody who answered."""
        return bool(self.accepted) or self.finished

    @property
    def may_have_responded(self) -> bool:
        """Whether they may be."""
        return self.responded or (self.in_flight is not None and self.in_flight.verb in ("a", "done"))

    def counts(self) -> Counter[Row]:
        """What has to be counted of it."""
        return counted(self.accepted)

    def may_count(self) -> Counter[Row] | None:
        """What may be counted instead, because of the tap that was never acknowledged."""
        if self.in_flight is None or self.in_flight.verb != "a":
            return None
        department, question, value = self.in_flight.arguments
        wider = counted({**self.accepted, (department, question): value})
        return wider if wider != self.counts() else None


def counted(answers: dict[tuple[str, str], str]) -> Counter[Row]:
    """The rows that these answers become: half a pair is no answer."""
    return Counter(
        (department, question, value)
        for (department, question), value in answers.items()
        if question not in PAIR or all((department, half) in answers for half in PAIR)
    )


class People:
    """Everybody at one chat server, and the ledger."""

    def __init__(self, server: ChatServer, departments: Sequence[str], seed: str) -> None:
        self._server, self._departments, self._seed = server, departments, seed
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._walking: set[asyncio.Task[None]] = set()
        self.walks: dict[str, Walk] = {}  # by invitation

    async def live(self) -> None:
        """Whoever gets a card looks at it, until cancelled."""
        while True:
            message = await self._server.posted.get()
            invitation = next(_invitations(message), None)
            if invitation is not None:
                self._got(message, invitation)

    def _got(self, message: Message, invitation: str) -> None:
        seed = f"{self._seed} {message.chat}"
        walk = self.walks.setdefault(invitation, Walk(message.chat, invitation, Character.of(seed, self._departments)))
        walk.messages += 1
        reminded = message.cause.endswith(":reminder")
        if not walk.began and walk.character.starts_at <= (2 if reminded else 1):
            walk.began = True
            task = asyncio.create_task(self._walk(walk, message))
            self._walking.add(task)
            task.add_done_callback(self._walked)

    def _walked(self, task: "asyncio.Task[None]") -> None:
        """Somebody is done. What went wrong with them is not kept for later."""
        self._walking.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._server.violations.append(f"{self._server.name}: a person fell: {error!r}")

    async def _walk(self, walk: Walk, message: Message) -> None:
        async with self._at_once:
            buttons = message.buttons
            while (action := walk.choice(buttons)) is not None:
                await asyncio.sleep(walk.character.thinks)
                walk.in_flight, walk.taps = action, walk.taps + 1
                assert walk.taps < MOST_TAPS, f"the card stands still at {action.verb}"
                buttons = await self._server.tap(message, str(action))
                if not walk.acknowledged(action, buttons):
                    return

    @property
    def walking(self) -> int:
        """How many people are on their way or wait for their turn."""
        return len(self._walking)


def _invitations(message: Message) -> Iterator[str]:
    return (action.invitation for button in message.buttons if (action := decode(button.action)))
