"""What a lead can do with the figures of a block, the day before the channel reads them: a sentence, tips, a promise.

What somebody wrote stands on cards apart only: a message is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.actions import Action, decode
from bot.core.places import LEAD, Place
from bot.core.platform import Button, Card, Entry
from bot.core.promises import STANCES
from config.texts import say
from config.words import Language

WRITE, SAID, UNSAY, TIPS, SHARE = "write", "say", "unsay!", "tips", "share!"
LONGEST = 300  # characters of the sentence
ON_A_PAGE = 3  # tips: each may be a thousand characters long


@dataclass(frozen=True)
class Tip:
    """One that was released, by the key of its answer."""

    key: str
    text: str
    is_shared: bool = False


@dataclass(frozen=True)
class Leading:
    """The cards of one block's lead. `day` is when the channel reads; empty once it did."""

    language: Language
    block: int
    department: str
    day: str

    def menu(self, sentence: str, tips: int, hint: str = "") -> Card:
        """What can still be done: add or change the sentence until the channel reads, and read the tips."""
        said = (self._say("lead.sentence", text=sentence),) if sentence else ()
        tip = (self._say("lead.tips" if tips else "lead.no_tips", tips=tips),)
        when = self._say("lead.until", day=self.day) if self.day else self._say("lead.out")
        return Card(
            language=self.language,
            heading=self._say("lead.heading", department=self.department),
            hint=hint,
            lines=(when, *said, *tip, *((self._say("lead.take_up", day=self.day),) if self.day else ())),
            choices=(*self._sentence(sentence), *((self._button("lead.read_tips", TIPS, "1"),) if tips else ())),
            steps=tuple(self._button(f"promise.{one}", "take", str(self.block), one) for one in STANCES),
        )

    def here(self, card: Card) -> Card:
        """A card about a promise as it stands in this place: its buttons lead on here, and one leads back."""
        entry = replace(card.entry, action=self._moved(card.entry.action)) if card.entry is not None else None
        asides = tuple(replace(one, action=self._moved(one.action)) for one in card.asides) or (self._back(),)
        choices, steps = (
            tuple(replace(one, action=self._moved(one.action)) for one in buttons)
            for buttons in (card.choices, card.steps)
        )
        return replace(card, choices=choices, steps=steps, asides=asides, entry=entry)

    def _moved(self, action: str) -> str:
        decoded = decode(action)
        return self._action(decoded.verb, *decoded.arguments) if decoded is not None else action

    def writing(self, draft: str, hint: str = "") -> Card:
        """Asks for one sentence."""
        return Card(
            language=self.language,
            heading=self._say("lead.heading", department=self.department),
            hint=hint,
            lines=(self._say("lead.write", day=self.day),),
            entry=Entry(self._say("lead.label"), self._action(SAID), self._say("lead.keep"), LONGEST, draft),
            asides=(self._back(),),
            apart=True,
        )

    def tips(self, tips: Sequence[Tip], page: int, hint: str = "") -> Card:
        """Page `page`, from 1, of the tips; each can be shared, one by one."""
        pages = max(1, -(-len(tips) // ON_A_PAGE))
        page = min(max(page, 1), pages)
        first = (page - 1) * ON_A_PAGE
        shown = list(enumerate(tips, 1))[first : first + ON_A_PAGE]
        return Card(
            language=self.language,
            heading=self._say("lead.tips_heading", department=self.department, page=page, pages=pages),
            hint=hint,
            lines=(self._say("lead.careful"), *(self._tip(number, tip) for number, tip in shown)),
            choices=tuple(
                self._button("lead.share", SHARE, tip.key, str(page), number=number)
                for number, tip in shown
                if not tip.is_shared
            ),
            asides=(*self._turning(page, pages), self._back()),
            apart=True,
        )

    def _sentence(self, sentence: str) -> tuple[Button, ...]:
        if not self.day:
            return ()
        if not sentence:
            return (self._button("lead.add", WRITE),)
        return (self._button("lead.change", WRITE), self._button("lead.unsay", UNSAY))

    def _tip(self, number: int, tip: Tip) -> str:
        return self._say("lead.shared" if tip.is_shared else "lead.tip", number=number, text=tip.text.replace("**", ""))

    def _turning(self, page: int, pages: int) -> list[Button]:
        turns = (("lead.before", page - 1), ("lead.after", page + 1))
        return [self._button(label, TIPS, str(to)) for label, to in turns if 1 <= to <= pages]

    def _back(self) -> Button:
        return self._button("button.back", "show")

    def _say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def _button(self, label: str, verb: str, *arguments: str, **values: object) -> Button:
        return Button(self._say(label, **values), self._action(verb, *arguments))

    def _action(self, verb: str, *arguments: str) -> str:
        return str(Action(str(Place(LEAD, self.block)), verb, arguments))
