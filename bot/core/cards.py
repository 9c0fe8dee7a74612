"""The cards of a round: which words and buttons belong to each place. Decides nothing.

No card shows an earlier answer, but "my answers", which is shown on request only, and a draft somebody is writing.
"""

from collections.abc import Callable, Iterator

from bot.core import promises
from bot.core.ballot import At, Ballot, Place
from bot.core.cohorts import draw
from bot.core.platform import Button, Card, Entry
from bot.core.setting import Setting, half_of, theme_of
from config.department import Department
from config.questions import PickSeveral, Question, Text

NOWHERE = "-"  # the button "none of these" at "where do you work?"
LATER = ("today", "tomorrow", "week")
TIPS_OPEN = (At.END, At.TIP, At.CHECK, At.THANKS)  # where a tip can be written or changed


def at_place(ballot: Ballot, setting: Setting) -> Card:
    """The card of the place where somebody is."""
    return _CARDS[ballot.place.at](ballot, setting)


# --- beginning -------------------------------------------------------------------------------------------------


def _introduction(ballot: Ballot, setting: Setting) -> Card:
    organisation = setting.organisation
    contact = f"{organisation.contact.name}, {organisation.contact.reach}"
    return Card(
        language=setting.language,
        lines=(
            setting.say("intro.hello", first_name=setting.first_name, organisation=organisation.name),
            setting.say("intro.what"),
            setting.say("intro.genuine", contact=contact),
        ),
        steps=(_button(setting, "button.begin", "begin"),),
        asides=(
            *_asides(setting, "who", "later", "notnow"),
            _button(setting, "button.never", "stop"),
        ),
    )


def _earlier(ballot: Ballot, setting: Setting) -> Card:
    """Names no department: it stays in the chat. Where there is nothing to choose any more, it says so."""
    rest, step = ("earlier.taken", "button.next") if is_taken(ballot, setting) else ("earlier.rest", "button.begin")
    return Card(
        language=setting.language,
        lines=(setting.say("earlier.kept", first_name=setting.first_name), setting.say(rest)),
        steps=(_button(setting, step, "begin"), _button(setting, "button.answers", "answers")),
        asides=_asides(setting, "later", "notnow", "who", "why"),
    )


def _workplace(ballot: Ballot, setting: Setting) -> Card:
    departments = setting.organisation.departments
    choices = [Button(d.name.in_(setting.language), setting.action("w", d.key)) for d in departments]
    return Card(
        language=setting.language,
        lines=(setting.say("workplace.ask"), setting.say("workplace.why")),
        choices=(*choices, _button(setting, "workplace.none", "w", NOWHERE)),
        again=setting.action("show"),
        asides=_asides(setting, "later", "notnow", "who"),
    )


def _tick(ballot: Ballot, setting: Setting) -> Card:
    none = () if setting.early else (_button(setting, "button.none", "none"),)
    return Card(
        language=setting.language,
        lines=(
            f"**{setting.asked(setting.survey.tick)}**",
            _how_many(ballot, setting),
        ),
        choices=tuple(_box(department, ballot, setting) for department in to_choose(ballot, setting)),
        several=setting.action("ticks"),
        again=setting.action("show"),
        steps=(_button(setting, "button.next", "next"), *none),
        asides=_asides(setting, "later", "notnow", "who", "why"),
    )


def _how_many(ballot: Ballot, setting: Setting) -> str:
    """What follows on the choice; in a deep cycle, that it is the longer one."""
    questions = len(setting.questions(ballot, ""))
    if setting.is_deep:
        return setting.say("tick.deep", questions=questions, seconds=setting.seconds_left(ballot))
    return setting.say("tick.how", questions=questions, most=setting.draw)


def to_choose(ballot: Ballot, setting: Setting) -> tuple[Department, ...]:
    """The departments to tick: those that are offered and were not answered before the round."""
    return tuple(department for department in setting.offered if department.key not in ballot.before)


def is_taken(ballot: Ballot, setting: Setting) -> bool:
    """Whether what was answered before the round takes every place, as in a deep cycle: there is no choice then."""
    return len(ballot.before) >= setting.most


def _box(department: Department, ballot: Ballot, setting: Setting) -> Button:
    """Carries what a tap on it should make true, so that a double tap does not undo itself."""
    ticked = department.key in ballot.ticked
    action = setting.action("t", department.key, "off" if ticked else "on")
    return Button(department.name.in_(setting.language), action, ticked, department.key)


def full(ballot: Ballot, setting: Setting) -> Card:
    """Every place has a department with answers: what can be done about that."""
    out = ballot.place.at is At.NOT_NOW
    choose = _button(setting, "button.resume", "resume") if out else _button(setting, "button.choose", "choose")
    return Card(
        apart=True,
        language=setting.language,
        lines=(setting.say("full.full", most=setting.draw), setting.say("full.choose")),
        steps=(choose, _button(setting, "button.answers", "answers"), _to_card(setting)),
    )


# --- a question ------------------------------------------------------------------------------------------------


def _ask(ballot: Ballot, setting: Setting) -> Card:
    department, key = ballot.place.department, ballot.place.question
    question = setting.question(ballot, department, key)
    assert question is not None  # noqa: S101  a place is only ever set to a question on the path
    number, seconds = setting.number(ballot, department, key), setting.seconds_left(ballot)
    name, all_of_them = setting.name_of(department), len(setting.questions(ballot, department))
    return Card(
        language=setting.language,
        heading=setting.say("question.heading", department=name, number=number, of=all_of_them, seconds=seconds),
        lines=(*_about(setting, department, key), f"**{setting.words(ballot, department, key)}**"),
        choices=_choices(ballot, setting, question),
        several=setting.action("picks", department, key) if isinstance(question, PickSeveral) else "",
        steps=_steps(setting, question, department, key),
        asides=(*_question_asides(ballot, setting, question), *_asides(setting, "later", "notnow", "who")),
    )


def _about(setting: Setting, department: str, key: str) -> tuple[str, ...]:
    """With the first question about a department: the line of its card, and what it does with what was said."""
    if key != "received":
        return ()
    shown, promised = setting.department(department), setting.promised.get(department, ())
    return (*_card_line(setting, department), *promises.told(promised, shown, setting.language))


def _card_line(setting: Setting, department: str) -> tuple[str, ...]:
    card = setting.department(department).card
    if card is None:
        return ()
    what_for, expect = card.what_for.in_(setting.language), card.expect.in_(setting.language)
    name = setting.name_of(department)
    return (setting.say("question.about", department=name, what_for=what_for, expect=expect),)


def _choices(ballot: Ballot, setting: Setting, question: Question) -> tuple[Button, ...]:
    department, key = ballot.place.department, ballot.place.question
    choices = setting.choices(ballot, department, key)
    if isinstance(question, PickSeveral):
        chosen = (ballot.value(department, key) or "").split(",")
        return tuple(
            Button(
                choice.label,
                setting.action("-" if choice.value in chosen else "+", department, key, choice.value),
                choice.value in chosen,
                choice.value,
            )
            for choice in choices
        )
    buttons = [Button(c.label, setting.action("a", department, key, c.value)) for c in choices]
    if key != "service":
        buttons.append(_button(setting, "button.dont_know", "pass", department, key))
    return tuple(buttons)


def _steps(setting: Setting, question: Question, department: str, key: str) -> tuple[Button, ...]:
    if isinstance(question, PickSeveral):
        return (_button(setting, "button.next", "go", department, key),)
    return ()


def _question_asides(ballot: Ballot, setting: Setting, question: Question) -> tuple[Button, ...]:
    department, key = ballot.place.department, ballot.place.question
    asides = [*_back(ballot, setting)]
    if key == "service" or isinstance(question, PickSeveral):
        asides.append(_button(setting, "button.skip", "pass", department, key))
    if question.explain is not None:
        asides.append(_button(setting, "button.explain", "explain", department, key))
    return tuple(asides)


def _back(ballot: Ballot, setting: Setting) -> Iterator[Button]:
    """Back to the question before this one; from the first one to the departments, where there is a choice of them."""
    department, key = ballot.place.department, ballot.place.question
    path = setting.path(ballot, department)
    if path.index(key) > 0:
        yield _button(setting, "button.back", "to", department, path[path.index(key) - 1])
    elif before := ballot.drawn[: ballot.drawn.index(department)]:
        yield _button(setting, "button.back", "to", before[-1], setting.path(ballot, before[-1])[-1])
    elif not is_taken(ballot, setting):
        yield _button(setting, "button.back", "at", "tick")


# --- the end ---------------------------------------------------------------------------------------------------


def _end(ballot: Ballot, setting: Setting) -> Card:
    tips = [_tip_button(setting, d) for d in ballot.drawn]
    last = ballot.drawn[-1]
    return Card(
        language=setting.language,
        lines=(setting.say("end.more"),),
        steps=(_button(setting, "button.done", "done"), *tips),
        asides=(
            _button(setting, "button.back", "to", last, setting.path(ballot, last)[-1]),
            *_asides(setting, "answers", "who"),
        ),
    )


def _tip(ballot: Ballot, setting: Setting) -> Card:
    return tip(ballot, setting, draft=ballot.draft or ballot.texts.get(ballot.place.department, ""))


def tip(ballot: Ballot, setting: Setting, *, draft: str, hint: str = "") -> Card:
    """Asks for one tip. The draft is what its writer typed just now or asked to change."""
    department = ballot.place.department
    confidential = setting.organisation.confidential
    return Card(
        apart=True,
        language=setting.language,
        heading=setting.say("tip.heading", department=setting.name_of(department)),
        hint=hint,
        lines=(
            f"**{setting.asked(setting.survey.text, department)}**",
            setting.say("tip.rules", threshold=setting.organisation.threshold),
            setting.say("tip.behaviour", name=confidential.name, reach=confidential.reach),
        ),
        entry=Entry(
            setting.say("tip.label"),
            setting.action("tip", department),
            setting.say("button.look"),
            Text.limit,
            draft,
        ),
        asides=(_button(setting, "button.back", "at", "end"), *_asides(setting, "who")),
    )


def _check(ballot: Ballot, setting: Setting) -> Card:
    department = ballot.place.department
    return Card(
        apart=True,
        language=setting.language,
        heading=setting.say("tip.heading", department=setting.name_of(department)),
        lines=(setting.say("check.look"), f"“{ballot.draft.replace('**', '')}”", setting.say("check.note")),
        steps=(
            _button(setting, "button.send", "keep", department),
            _button(setting, "button.edit", "tip", department),
            _button(setting, "button.leave_out", "drop", department),
        ),
    )


def one_more(ballot: Ballot, setting: Setting) -> str | None:
    """The department that "one more" would ask about: the next of the draw."""
    if len(ballot.drawn) >= setting.most:
        return None
    order = draw(ballot.ticked, ballot.lot, setting.weights)
    return next((d for d in order if d not in ballot.drawn), None)


def _thanks(ballot: Ballot, setting: Setting) -> Card:
    """Names neither an answer nor a department: it stays in the chat."""
    more = [_button(setting, "button.more", "more", seconds=setting.seconds(ballot, ""))]
    last = _counts_early(setting) if setting.early else _next_turn(setting)
    return Card(
        language=setting.language,
        lines=(
            setting.say("thanks.thanks", first_name=setting.first_name),
            setting.say("thanks.sealed", closes=_closes(setting)),
            last,
        ),
        steps=(
            _button(setting, "button.answers", "answers"),
            *(more if one_more(ballot, setting) else ()),
        ),
        asides=_asides(setting, "who", "when"),
    )


def _not_now(ballot: Ballot, setting: Setting) -> Card:
    return Card(
        language=setting.language,
        lines=(
            setting.say("notnow.fine"),
            setting.say("notnow.kept", closes=_closes(setting)),
            _next_turn(setting),
        ),
        steps=(_button(setting, "button.resume", "resume"), _button(setting, "button.erase", "erase?")),
        asides=(*_asides(setting, "when"), _button(setting, "button.stop", "stop")),
    )


def closed(setting: Setting) -> Card:
    """What an old card says after closing."""
    lines = (setting.say("closed.closed"), _next_turn(setting))
    return Card(language=setting.language, lines=lines)


def withdrawn(setting: Setting) -> Card:
    """What everybody who was asked is told when the round is withdrawn, and what an old card says from then on."""
    line = setting.say("closed.withdrawn", date=setting.day(setting.next_turn))
    return Card(language=setting.language, lines=(line,))


# --- to read, without moving -----------------------------------------------------------------------------------


def who(ballot: Ballot, setting: Setting) -> Card:
    """Who sees what, now and later; what is not promised."""
    threshold = setting.organisation.threshold
    return Card(
        apart=True,
        language=setting.language,
        heading=setting.say("who.heading"),
        lines=(
            setting.say("who.now", closes=_closes(setting)),
            setting.say("who.closing"),
            setting.say("who.department", threshold=threshold),
            setting.say("who.honest", platform=setting.platform.capitalize(), threshold=threshold),
        ),
        steps=(_to_card(setting),),
        asides=(_button(setting, "button.erase", "erase?"), *_asides(setting, "why")),
    )


def why(ballot: Ballot, setting: Setting) -> Card:
    """Why this person is asked now, and when next."""
    weeks, cohorts = setting.survey.rhythm.cycle_weeks, setting.survey.rhythm.cohorts
    drawn = setting.say("why.pilot") if setting.pilot else setting.say("why.lot", weeks=weeks, cohorts=cohorts)
    longer = (
        (setting.say("why.deep", seconds=setting.seconds_left(Ballot(0, Place(At.TICK)))),) if setting.is_deep else ()
    )
    began = (setting.say("why.early"), *longer, _counts_early(setting))
    lines = began if setting.early else (drawn, *longer, _next_turn(setting))
    return Card(
        apart=True,
        language=setting.language,
        heading=setting.say("why.heading"),
        lines=lines,
        steps=(_to_card(setting),),
        asides=(*_asides(setting, "when"), _button(setting, "button.stop", "stop")),
    )


def when(ballot: Ballot, setting: Setting) -> Card:
    """Later in this round, or another time altogether; for who is done with this round the latter only."""
    habits = (_button(setting, "button.hours", "hours"), _button(setting, "button.pause", "pause"))
    if ballot.place.at in (At.THANKS, At.NOT_NOW):
        lines = (setting.say("when.next", date=setting.day(setting.next_turn)),)
        return Card(apart=True, language=setting.language, lines=lines, steps=(_to_card(setting),), asides=habits)
    return Card(
        apart=True,
        language=setting.language,
        lines=(setting.say("when.ask", closes=_closes(setting)),),
        choices=tuple(_button(setting, f"button.later_{when}", "later", when) for when in LATER),
        steps=(_to_card(setting),),
        asides=(*_asides(setting, "notnow"), *habits),
    )


def postponed(setting: Setting, when: str) -> Card:
    """Confirms that the card comes back."""
    lines = (setting.say(f"postponed.{when}"), setting.say("postponed.kept", closes=_closes(setting)))
    return Card(language=setting.language, lines=lines, steps=(_button(setting, "button.now", "show"),))


def sure_to_erase(ballot: Ballot, setting: Setting) -> Card:
    """Asks once more."""
    return Card(
        apart=True,
        language=setting.language,
        lines=(setting.say("forget.sure" if setting.early else "erase.sure"),),
        steps=(_button(setting, "button.erase_all", "erase"), _to_card(setting)),
    )


def answers(ballot: Ballot, setting: Setting, hint: str = "") -> Card:
    """What was answered until now, on request only; each line can be changed."""
    if ballot.is_empty:
        lines: tuple[str, ...] = (setting.say("answers.none"),)
    else:
        lines = tuple(line for d in ballot.drawn for line in _said(ballot, setting, d))
    changes = [
        Button(_what(setting, d, key), setting.action("change", d, key))
        for d in ballot.drawn
        if d in ballot.answers
        for key in setting.path(ballot, d)
        if not setting.follows(key)
    ]
    tips = [_tip_button(setting, d) for d in ballot.drawn if d in ballot.texts and ballot.place.at in TIPS_OPEN]
    return Card(
        apart=True,
        again=setting.action("answers"),
        language=setting.language,
        heading=setting.say("answers.heading"),
        hint=hint,
        lines=(*lines, setting.say("answers.until", closes=_closes(setting))),
        choices=(*changes, *tips),
        steps=(_to_card(setting),),
        asides=() if ballot.is_empty else (_button(setting, "button.erase", "erase?"),),
    )


def _said(ballot: Ballot, setting: Setting, department: str) -> list[str]:
    said = [f"**{setting.name_of(department)}**"] if department in {*ballot.answers, *ballot.texts} else []
    for key in setting.questions(ballot, department):
        value = ballot.value(department, key)
        if value is not None:
            chosen = value.split(",")
            labels = [c.label for c in setting.choices(ballot, department, key) if c.value in chosen]
            said.append(setting.say("answers.line", what=_label(setting, department, key), label=", ".join(labels)))
    if department in ballot.texts:
        said.append(setting.say("answers.tip", text=ballot.texts[department]))
    return said


def _what(setting: Setting, department: str, key: str) -> str:
    if setting.is_deep:
        return _theme(setting, department, key) or setting.say("answers.whole", department=setting.name_of(department))
    return setting.say("button.change", department=setting.name_of(department), what=_label(setting, department, key))


_LABELLED = ("received", "needed", "service", "theme")  # any other question is the extra one


def _label(setting: Setting, department: str, key: str) -> str:
    """What a question is called in short."""
    if not theme_of(key):
        return setting.say(f"answers.{key}" if key in _LABELLED else "answers.extra")
    return setting.say(f"answers.theme_{half_of(key)}", theme=_theme(setting, department, key))


def _theme(setting: Setting, department: str, key: str) -> str:
    theme = theme_of(key)
    return setting.department(department).theme_name(theme, setting.language) if theme else ""


# --- pieces ----------------------------------------------------------------------------------------------------


def _button(setting: Setting, label: str, verb: str, *arguments: str, **values: object) -> Button:
    return Button(setting.say(label, **values), setting.action(verb, *arguments))


def _tip_button(setting: Setting, department: str) -> Button:
    return _button(setting, "button.tip", "tip", department, department=setting.name_of(department))


def _to_card(setting: Setting) -> Button:
    return _button(setting, "button.to_card", "show")


def _asides(setting: Setting, *names: str) -> tuple[Button, ...]:
    """For who began by themselves, nothing that is about being asked."""
    fitting = (name for name in names if not setting.early or name not in _OF_BEING_ASKED)
    return tuple(_button(setting, *_ASIDES[name]) for name in fitting)


def _next_turn(setting: Setting) -> str:
    return setting.say("thanks.next", date=setting.day(setting.next_turn))


def _counts_early(setting: Setting) -> str:
    return setting.say(
        "early.counts_deep" if setting.is_deep else "early.counts", opens=setting.day(setting.opens_at.date())
    )


def _closes(setting: Setting) -> str:
    return setting.day(setting.closes_at.date())


_ASIDES = {
    "later": ("button.later", "when?"),
    "when": ("button.when", "when?"),
    "notnow": ("button.not_now", "notnow"),
    "who": ("button.who", "who"),
    "why": ("button.why", "why"),
    "answers": ("button.answers", "answers"),
}

_OF_BEING_ASKED = ("later", "when", "notnow")

_CARDS: dict[At, Callable[[Ballot, Setting], Card]] = {
    At.INTRODUCTION: _introduction,
    At.EARLIER: _earlier,
    At.WORKPLACE: _workplace,
    At.TICK: _tick,
    At.ASK: _ask,
    At.END: _end,
    At.TIP: _tip,
    At.CHECK: _check,
    At.THANKS: _thanks,
    At.NOT_NOW: _not_now,
}
