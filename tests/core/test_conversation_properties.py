"""Whatever somebody taps or types, in any order: nothing raises, nothing is lost, and there is a way to the end."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.actions import Action, decode
from bot.core.ballot import At, Ballot, Place
from bot.core.conversation import State
from bot.core.setting import Setting
from config.deep import QUESTIONS
from config.department import SOMETHING_ELSE, THEMES
from config.words import LANGUAGES

from .chat import EXAMPLE, Chat, buttons_of, setting_of
from .test_conversation import several

LARGEST = 8000  # bytes of a ballot, just below what each is padded to
MOST_TAPS = 60


class Deed(NamedTuple):
    """One thing somebody does: tap a button of this card or of any earlier one, a corrupted one, or type."""

    how: "How"
    number: int  # which button
    text: str


ANY_CHARACTER = st.characters(exclude_categories=())  # halves of characters and control characters too
WORDS = ("a", "to", "hr", "ict", "received", "theme", "channels", "on", "4", "missed.speed", "helped.speed", "tick")
HEAVY = st.sampled_from(["é" * 1000, '"' * 667 + "🙂" * 333, "x" * 1000, "\n\\" * 500, "🙂" * 500, "x" * 1001])
TEXTS = st.text(ANY_CHARACTER, max_size=40) | HEAVY
How = Literal["here", "before", "corrupt", "type"]
HOW: tuple[How, ...] = ("here", "here", "here", "here", "here", "before", "before", "corrupt", "type")
DEEDS = st.lists(st.builds(Deed, st.sampled_from(HOW), st.integers(0, 10_000), TEXTS), min_size=12, max_size=40)

SETTINGS = st.builds(
    lambda language, workplace, extra: setting_of(
        language=language, workplace=workplace, extra=extra, deep=extra is None
    ),
    st.sampled_from(LANGUAGES),
    st.sampled_from([None, "", "hr"]),
    st.sampled_from([*EXAMPLE.surveys[0].extra, several(), None, None]),  # a deep cycle has no extra question
)
LOTS = st.integers(0, 2**64 - 1)


@st.composite
def chats(draw: st.DrawFn) -> tuple[Chat, list[Deed]]:
    """Somebody who is at the beginning, or who ticked some departments and is anywhere further on; and what they do."""
    chat = Chat(draw(SETTINGS), lot=draw(LOTS), introduce=draw(st.booleans()))
    ticks, until = draw(st.integers(1, 4)), draw(st.sampled_from((*At, At.ASK, At.ASK, At.END, At.CHECK)))
    questions = draw(st.integers(0, 13))
    while (at := chat.ballot.place.at) is not At.THANKS:
        if at is until and (at is not At.ASK or not questions):
            break
        questions -= at is At.ASK
        if at is At.TICK and len(chat.ballot.ticked) < ticks:
            chat.hears(next(button for button in chat.card.choices if not button.ticked).action)
        elif at is At.END and until in (At.TIP, At.CHECK):
            chat.hears(Action("i", "tip", (chat.ballot.drawn[0],)))
        elif at is At.TIP and until is At.CHECK:
            chat.types("Bel eens terug")
        else:
            chat.hears(_forward(chat))
    return chat, draw(DEEDS)


FORWARD = ("show", "begin", "w", "resume", "done", "a", "go", "keep", "at")
"""What leads on, in the order in which it is tried; on the tick card it depends on the ticks."""


def _forward(chat: Chat) -> str:
    actions = [button.action for button in chat.all_buttons]
    verbs = {_decoded(action).verb: action for action in reversed(actions)}
    if "next" in verbs:
        return verbs["next"] if chat.ballot.ticked else verbs["t"]
    return next(verbs[verb] for verb in FORWARD if verb in verbs)


# --- doing -----------------------------------------------------------------------------------------------------


def do(chat: Chat, deed: Deed) -> tuple[Action, str | None]:
    """Do it; what was tapped or typed at."""
    text = None
    action = _tapped(chat, deed)
    if deed.how == "type":
        text = deed.text
        prompts = [card.entry for card in chat.seen if card.entry]
        if prompts:
            action = _decoded((chat.card.entry or prompts[deed.number % len(prompts)]).action)
    chat.hears(action, text)
    return action, text


def _tapped(chat: Chat, deed: Deed) -> Action:
    cards = [chat.card] if deed.how == "here" else chat.seen
    often = [button for card in cards for button in (*card.choices[:4], *card.steps)]
    buttons = [*often, *often, *(button for card in cards for button in buttons_of(card))]
    action = _decoded(buttons[deed.number % len(buttons)].action)
    if deed.how != "corrupt":
        return action
    parts = [action.verb, *action.arguments, deed.text][: deed.number % 5 + 1]
    parts[deed.number % len(parts)] = [*WORDS, deed.text, deed.text][deed.number // 5 % (len(WORDS) + 2)]
    return Action(action.invitation, parts[0], tuple(parts[1:]))


def _decoded(text: str) -> Action:
    action = decode(text)
    assert action is not None
    return action


# --- what should be in the ballot, worked out independently ----------------------------------------------------

Answers = dict[tuple[str, str], str]  # (department, question) -> value


def answers_in(ballot: Ballot) -> Answers:
    """The answers of a ballot, flat."""
    return {(d, q): value for d, answers in ballot.answers.items() for q, value in answers.items()}


class Ledger:
    """What was accepted and not taken back, by the rules as they are written for people."""

    def __init__(self, ballot: Ballot) -> None:
        self.answers = answers_in(ballot)
        self.texts = dict(ballot.texts)

    def hear(self, before: Ballot, after: Ballot, action: Action, text: str | None, setting: Setting) -> None:
        """Enter what this action did, given where somebody was."""
        if text is not None:
            return  # typing alone keeps nothing
        at, given = before.place, action.arguments
        match action.verb, given:
            case "a", (department, question, value) if self._may(before, department, question, value, setting):
                self._enter(department, question, value)
            case "+" | "-", (department, question, value) if self._may_pick(
                before, department, question, value, setting
            ):
                chosen = {*self.answers.get((department, question), "").split(",")}
                chosen = chosen | {value} if action.verb == "+" else chosen - {value}
                self._enter(department, question, ",".join(o for o in _options() if o in chosen))
            case "pass", (department, question) if at == Place(At.ASK, department, question):
                self._enter(department, question, "")
            case "next", () if at.at is At.TICK and before.ticked:
                self._only(before.ticked)
            case "none", () if at.at is At.TICK:
                self._only(())
            case "erase", ():
                self._only(())
            case "keep", (department,) if at == Place(At.CHECK, department):
                self.texts[department] = before.draft
            case "drop", (department,) if at.department == department and at.at in (At.TIP, At.CHECK):
                self.texts.pop(department, None)

    def _only(self, departments: Sequence[str]) -> None:
        self.answers = {key: value for key, value in self.answers.items() if key[0] in departments}
        self.texts = {key: text for key, text in self.texts.items() if key in departments}

    def _enter(self, department: str, question: str, value: str) -> None:
        self.answers.pop((department, question), None)
        if value:
            self.answers[department, question] = value
        theme = self.answers.get((department, "theme"), "")
        if theme and not theme.startswith(f"{self._word(department)}."):
            del self.answers[department, "theme"]

    def _word(self, department: str) -> str:
        received, needed = (self.answers.get((department, key)) for key in ("received", "needed"))
        if received is None or needed is None:
            return "nothing"
        return "missed" if int(received) < int(needed) else "helped"

    def _may(self, before: Ballot, department: str, question: str, value: str, setting: Setting) -> bool:
        if department not in before.drawn:
            return False
        if setting.extra is None:
            return value in list("12345") and self._is_open(department, question)
        services = [service.key for service in EXAMPLE.by_key[department].services]
        extra = setting.extra_about(department) or setting.extra
        values = () if extra.key == several().key else [choice.value for choice in extra.choices("nl")]
        offered = {
            "received": list("12345"),
            "needed": list("12345") if (department, "received") in self.answers else (),
            "service": [*services, SOMETHING_ELSE],
            "theme": [f"{self._word(department)}.{theme}" for theme in THEMES],
            extra.key: values,
        }
        return value in offered.get(question, ()) and not value.startswith("nothing.")

    def _is_open(self, department: str, question: str) -> bool:
        """Whether a deep cycle asks it now: the second half of a pair only after the first."""
        first = question.replace("needed", "received")
        return question in QUESTIONS and (question == first or (department, first) in self.answers)

    def _may_pick(self, before: Ballot, department: str, question: str, value: str, setting: Setting) -> bool:
        known = setting.extra is not None and setting.extra.key == several().key == question
        return known and department in before.drawn and value in _options()


@cache
def _options() -> tuple[str, ...]:
    return tuple(choice.value for choice in several().choices("nl"))


@cache
def labels_of(setting_key: tuple[str, str]) -> tuple[str, ...]:
    """Every label of every answer in the example organisation, in one language."""
    language, extra = setting_key
    question = next((q for q in EXAMPLE.surveys[0].extra if q.key == extra), several())
    setting = setting_of(language="nl" if language == "nl" else "en", extra=question)
    asked = Ballot(0, Place(At.TICK))
    keys = ("received", "service", "theme", question.key)
    found = {c.label for d in EXAMPLE.by_key for key in keys for c in setting.choices(asked, d, key)}
    return tuple(sorted(found))


# --- the properties --------------------------------------------------------------------------------------------


@given(chats())
def test_nothing_is_lost_and_nothing_raises(somebody: tuple[Chat, list[Deed]]) -> None:
    """An accepted answer stays until it is changed, passed, un-ticked, "none" or erased; nothing else gets in."""
    chat, deeds = somebody
    ledger = Ledger(chat.ballot)
    for deed in deeds:
        before = chat.ballot
        action, text = do(chat, deed)
        ledger.hear(before, chat.ballot, action, text, chat.setting)
        assert answers_in(chat.ballot) == ledger.answers, action
        assert chat.ballot.texts == ledger.texts, action
        assert set(chat.ballot.answers) | set(chat.ballot.texts) <= set(chat.ballot.drawn)


@given(chats())
def test_what_is_tapped_on_the_card_is_taken(somebody: tuple[Chat, list[Deed]]) -> None:
    """A tap on an answer of the card that is shown leads to exactly that answer."""
    chat, deeds = somebody
    for deed in deeds:
        shown = {button.action for button in chat.all_buttons}
        action, text = do(chat, deed)
        if str(action) in shown and text is None and action.verb == "a":
            department, question, value = action.arguments
            assert chat.ballot.value(department, question) == value


@given(chats())
def test_a_place_is_whole(somebody: tuple[Chat, list[Deed]]) -> None:
    """A question stands on the path, a place to return to is known only on a way back, and a look has a draft."""
    chat, deeds = somebody
    for deed in deeds:
        do(chat, deed)
        ballot = chat.ballot
        place, came_from = ballot.place, ballot.came_from
        if place.at is At.ASK:
            assert place.question in chat.setting.path(ballot, place.department)
        assert came_from is None or place.at in (At.ASK, At.NOT_NOW)
        known = came_from or place
        assert not known.department or known.department in ballot.drawn
        assert known.at is not At.CHECK or ballot.draft
        assert not ballot.draft or known.at in (At.TIP, At.CHECK)


@given(chats())
def test_a_ballot_survives_sealing(somebody: tuple[Chat, list[Deed]]) -> None:
    """Every ballot reads back as it was written, stays below 8,000 bytes, and its state is one of the four."""
    chat, deeds = somebody
    for deed in deeds:
        do(chat, deed)
        written = chat.ballot.to_bytes()
        assert Ballot.from_bytes(written) == chat.ballot
        assert len(written) < LARGEST
        assert chat.state in get_args(State)


@given(chats())
def test_no_hint_shows_an_answer(somebody: tuple[Chat, list[Deed]]) -> None:
    """A hint never holds the label of an answer; the name of a button does not count."""
    chat, deeds = somebody
    labels = labels_of((chat.setting.language, chat.setting.extra.key if chat.setting.extra is not None else ""))
    for deed in deeds:
        do(chat, deed)
        hint = chat.hint.replace(f"“{chat.setting.say('button.none')}”", "")
        assert not [label for label in labels if re.search(rf"(?<!\w){re.escape(label)}(?!\w)", hint)]


@given(chats())
def test_double_taps_change_nothing(somebody: tuple[Chat, list[Deed]]) -> None:
    """Whatever was tapped, the same tap at once after it changes no answer and no tip, and never moves on twice."""
    chat, deeds = somebody
    for deed in deeds:
        action, text = do(chat, deed)
        once = chat.ballot
        chat.hears(action, text)
        assert (chat.ballot.answers, chat.ballot.texts) == (once.answers, once.texts), action
        assert chat.ballot.ticked == once.ticked


@given(chats())
def test_reading_never_moves(somebody: tuple[Chat, list[Deed]]) -> None:
    """Show, who, why, when, my answers, explain and "sure?" change nothing, wherever somebody is."""
    chat, deeds = somebody
    for deed in deeds:
        do(chat, deed)
        before = chat.ballot
        for verb in ("show", "who", "why", "when?", "answers", "erase?"):
            chat.hears(Action("i", verb))
            assert chat.ballot == before
            assert chat.hint == ""
        chat.hears(Action("i", "explain", (before.place.department, before.place.question)))
        assert chat.ballot == before
        chat.hears(Action("i", "show"))


@given(chats())
@settings(max_examples=60)
def test_there_is_always_a_way_to_the_end(somebody: tuple[Chat, list[Deed]]) -> None:
    """From wherever somebody is, buttons that are on the card lead to the thanks within sixty taps."""
    chat, deeds = somebody
    for deed in deeds:
        do(chat, deed)
    taps = 0
    while chat.ballot.place.at is not At.THANKS or chat.card.steps[0].label != chat.setting.say("button.answers"):
        chat.hears(_forward(chat))
        taps += 1
        assert taps <= MOST_TAPS, chat.says
    assert chat.state == "finished"
