"""Simulated colleagues: each uses some departments, has an opinion, and answers cards as a person would.

They only see cards and tap buttons, through the same `hear` as everybody.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.core.actions import Action, decode
from bot.core.platform import Button, Card, Hear, Tap
from bot.core.setting import half_of, theme_of
from bot.store.people import Account, Person
from config.organisation import Organisation
from config.questions import Expected, Found

_FIRST = [
    "Anna",
    "Bas",
    "Carla",
    "Daan",
    "Eva",
    "Farid",
    "Greet",
    "Hassan",
    "Iris",
    "Jan",
    "Karin",
    "Lars",
    "Mila",
    "Noor",
    "Omar",
    "Petra",
    "Quinten",
    "Rosa",
    "Sem",
    "Tess",
    "Ufuk",
    "Vera",
    "Wout",
    "Xandra",
    "Yusuf",
    "Zoë",
]
_LAST = [
    "Jansen",
    "Bakker",
    "Visser",
    "Smit",
    "Meijer",
    "Mulder",
    "Bos",
    "Vos",
    "Peters",
    "Hendriks",
    "Dekker",
    "Brouwer",
    "Yilmaz",
    "Kaya",
    "Maas",
    "Verhoeven",
    "Kuipers",
    "Post",
    "Willems",
    "Hoekstra",
]

_NOT_KNOWN = {*Expected.unclear, *Found.unclear}  # likelier about a department that is not clear
HALF_WAY = 0.05  # of who begins, leaves half-way
APART = 0.7  # how much better the strong theme is, and worse the weak one
EARLY = 0.7  # of who answers, does so before the reminder


@dataclass
class Opinion:
    """What colleagues tend to think of a department."""

    level: float  # mean of received, 1-5
    needed: float
    strong: str  # a theme
    weak: str
    weak_service: str

    def of(self, theme: str, half: str) -> float:
        """The mean of what they say was received or needed, of everything or of one theme."""
        if half == "needed":
            return self.needed + APART / 2 * (theme in (self.strong, self.weak))
        return self.level + APART * ((theme == self.strong) - (theme == self.weak))


@dataclass
class Colleague:
    """One simulated person."""

    key: str
    name: str
    workplace: str
    uses: frozenset[str]
    answers_early: bool
    answers_late: bool
    rng: random.Random = field(repr=False)

    def person(self, language: str, timezone: str) -> Person:
        """The row of the directory. Some do not have their department in it."""
        department = self.workplace or None if self.rng.random() < 0.9 else None
        return Person(key=self.key, name=self.name, language=language, timezone=timezone, department=department)

    def account(self, platform: str) -> Account:
        """Where to reach them."""
        return Account(platform=platform, address=self.key, person=self.key)


def opinions(organisation: Organisation, rng: random.Random) -> dict[str, Opinion]:
    """An opinion of each department that colleagues share, more or less."""
    themes = ("promises", "speed", "expertise", "thinking", "clarity", "systems")
    found = {}
    for department in organisation.departments:
        strong, weak = rng.sample(themes, 2)
        services = [service.key for service in department.services]
        found[department.key] = Opinion(
            rng.uniform(3.1, 4.1), rng.uniform(3.6, 4.2), strong, weak, rng.choice(services)
        )
    return found


def town(organisation: Organisation, people: int, rng: random.Random) -> list[Colleague]:
    """The colleagues of an organisation: shares of users and response as it expects them."""
    found = []
    for number in range(people):
        mine = random.Random(rng.getrandbits(64))  # noqa: S311  a simulation has to be repeatable
        workplace = mine.choice(organisation.departments).key if mine.random() < 0.3 else ""
        uses = {d.key for d in organisation.departments if d.key != workplace and mine.random() < d.share}
        answers, early = mine.random() < organisation.response, mine.random() < EARLY
        found.append(
            Colleague(
                key=f"sim-{number:04d}",
                name=f"{mine.choice(_FIRST)} {mine.choice(_LAST)}",
                workplace=workplace,
                uses=frozenset(uses),
                answers_early=answers and early,
                answers_late=answers and not early,
                rng=mine,
            )
        )
    return found


async def answer(colleague: Colleague, card: Card, hear: Hear, platform: str, views: dict[str, Opinion]) -> None:
    """Walk from this card to the end, tapping as this colleague would."""
    leaves_after = colleague.rng.randrange(3, 12) if colleague.rng.random() < HALF_WAY else 60
    for _ in range(leaves_after):
        button = _choice(colleague, card, views)
        if button is None:
            return
        heard = await hear(Tap(platform, colleague.key, button.action))
        if heard is None:
            return
        card = heard


def _choice(colleague: Colleague, card: Card, views: dict[str, Opinion]) -> Button | None:
    """The button this colleague taps, or None at the end."""
    buttons = {str(action): button for action, button in _actions(card)}
    actions = [action for action, _ in _actions(card)]
    verbs = {action.verb: buttons[str(action)] for action in actions}
    for verb in ("begin", "done"):
        if verb in verbs:
            return verbs[verb]
    if "w" in verbs:
        return next(b for a, b in _actions(card) if a.verb == "w" and a.arguments[0] == (colleague.workplace or "-"))
    if "next" in verbs:
        to_tick = [b for a, b in _actions(card) if a.verb == "t" and a.arguments[0] in colleague.uses and not b.ticked]
        ticked = any(button.ticked for button in card.choices)
        return to_tick[0] if to_tick else verbs["next"] if ticked else verbs["none"]
    answers = [(a, b) for a, b in _actions(card) if a.verb in ("a", "pass") and b in card.choices]
    if answers:
        return _opinion(colleague, answers, views)
    return verbs.get("go")


def _actions(card: Card) -> Iterator[tuple[Action, Button]]:
    for button in (*card.choices, *card.steps):
        action = decode(button.action)
        if action is not None:
            yield action, button


def _opinion(colleague: Colleague, offered: list[tuple[Action, Button]], views: dict[str, Opinion]) -> Button:
    rng, (department, question) = colleague.rng, offered[0][0].arguments[:2]
    view = views[department]
    values = {a.arguments[2]: b for a, b in offered if a.verb == "a"}
    passes = [b for a, b in offered if a.verb == "pass"]
    if passes and rng.random() < 0.03:
        return passes[0]
    if half_of(question) in ("received", "needed"):
        wanted = rng.gauss(view.of(theme_of(question), half_of(question)), 0.95)
        return values[str(min(max(round(wanted), 1), 5))]
    if question == "theme":
        missed = next(iter(values)).startswith("missed")
        liked = view.weak if missed else view.strong
        theme = liked if rng.random() < 0.4 else rng.choice([v.split(".")[1] for v in values])
        return values[f"{'missed' if missed else 'helped'}.{theme}"]
    if question == "service":
        return values[view.weak_service] if rng.random() < 0.35 else rng.choice(list(values.values()))
    lost = [b for value, b in values.items() if value in _NOT_KNOWN]
    if lost and rng.random() < (0.6 if view.weak == "clarity" else 0.2):
        return rng.choice(lost)
    return rng.choice([b for b in values.values() if b not in lost][: 4 if rng.random() < 0.8 else None])
