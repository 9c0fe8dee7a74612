"""What one person has said so far in one round, and where they are. Sealed whenever it is not in our hands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

Answers = Mapping[str, Mapping[str, str]]  # department -> question -> value

ROOM_FOR_TEXTS = 6200  # bytes, as written down: three tips of 2,000; the rest of a sealed ballot is for the answers


class At(StrEnum):
    """The steps of a conversation; `bot/core/conversation` draws how they follow each other."""

    INTRODUCTION = "introduction"
    EARLIER = "earlier"
    WORKPLACE = "workplace"
    TICK = "tick"
    ASK = "ask"
    END = "end"
    TIP = "tip"
    CHECK = "check"
    THANKS = "thanks"
    NOT_NOW = "not_now"


@dataclass(frozen=True)
class Place:
    """Where somebody is: a step and, at a question or a tip, which."""

    at: At
    department: str = ""
    question: str = ""


@dataclass(frozen=True)
class Ballot:
    """A person's answers while the round is open: changeable and erasable."""

    lot: int  # random, drawn once: decides which ticked departments are asked about and the order of themes
    place: Place
    ticked: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()  # the departments asked about, in the order in which they are asked
    answers: Answers = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)  # department -> cleaned text
    draft: str = ""  # a cleaned text that its writer has not yet agreed to
    before: tuple[str, ...] = ()  # departments answered before the round: they take a place and are not offered again
    came_from: Place | None = None  # where to return after changing one answer, or after "not this time"

    def moved(self, at: At, department: str = "", question: str = "") -> "Ballot":
        """The same ballot at another place."""
        return replace(self, place=Place(at, department, question))

    def value(self, department: str, question: str) -> str | None:
        """What was answered, if anything."""
        return self.answers.get(department, {}).get(question)

    def with_answer(self, department: str, question: str, value: str | None) -> "Ballot":
        """The ballot with this answer, or without it where the value is None."""
        of_department = {q: v for q, v in self.answers.get(department, {}).items() if q != question}
        if value is not None:
            of_department[question] = value
        others = {d: a for d, a in self.answers.items() if d != department}
        return replace(self, answers={**others, **({department: of_department} if of_department else {})})

    def with_text(self, department: str, text: str | None) -> "Ballot":
        """The ballot with this tip, or without it where the text is None."""
        others = {d: t for d, t in self.texts.items() if d != department}
        return replace(self, draft="", texts={**others, **({department: text} if text else {})})

    def only(self, departments: tuple[str, ...]) -> "Ballot":
        """Without what was said about any other department."""
        return replace(
            self,
            answers={d: a for d, a in self.answers.items() if d in departments},
            texts={d: t for d, t in self.texts.items() if d in departments},
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it would be counted."""
        return not self.answers and not self.texts

    @property
    def fits(self) -> bool:
        """Whether its texts leave room for the answers in the size that every ballot is padded to."""
        texts = json.dumps([*self.texts.values(), self.draft], ensure_ascii=False)
        return len(texts.encode()) <= ROOM_FOR_TEXTS

    def to_bytes(self) -> bytes:
        """For sealing."""
        return json.dumps(vars(self), default=vars, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Ballot":
        """The ballot that was sealed."""
        read = json.loads(data)
        places = {"place": _place(read["place"]), "came_from": _place(read["came_from"])}
        lists = {key: tuple(read.get(key, ())) for key in ("ticked", "drawn", "before")}
        return cls(**{**read, **places, **lists})


def _place(read: dict[str, str] | None) -> Place | None:
    return Place(At(read["at"]), read["department"], read["question"]) if read else None
