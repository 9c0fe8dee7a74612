"""One person's round of a deep cycle: fourteen taps about one department, each theme a pair of its own."""

from dataclasses import replace

import pytest

from bot.core.ballot import At, Ballot, Place
from bot.core.cohorts import shuffled
from bot.core.early import fitted, taken_up
from bot.core.effort import deep_effort
from bot.flow.counting import cut
from config.deep import QUESTIONS, THEME_PAIRS
from config.department import THEMES
from config.survey import Survey

from .chat import EXAMPLE, Chat, setting_of, text_of

SURVEY = EXAMPLE.surveys[0]


def begun(lot: int = 7, *ticks: str) -> Chat:
    """Somebody at the first question."""
    chat = Chat(setting_of(deep=True), lot=lot)
    chat.taps(*(ticks or ("ICT",)), "Verder")
    return chat


def answered(chat: Chat, received: str = "3 ", needed: str = "4 ") -> Chat:
    """Everything, to the end."""
    while chat.ballot.place.at is At.ASK:
        chat.taps(needed if "moest" in chat.asks else received)
    return chat


def test_a_round_from_the_first_card_to_the_thanks() -> None:
    """Word for word what somebody reads; one tick, fourteen answers, and no second department."""
    chat = Chat(setting_of(deep=True), lot=3)
    assert "14 korte vragen over één ervan" in chat.says
    assert "ongeveer 75 seconden" in chat.says
    chat.taps("HR", "ICT", "Verder")
    (department,) = chat.ballot.drawn
    name = {"hr": "HR", "ict": "ICT"}[department]
    asked = []
    while chat.ballot.place.at is At.ASK:
        asked.append((chat.heading, chat.asks))
        chat.taps("4 ")
    themes = [EXAMPLE.by_key[department].theme_name(theme, "nl") for theme in shuffled(THEMES, 3, department)]
    assert [question for _, question in asked] == [
        f"Hoe goed heeft {name} je geholpen?",
        "En hoe goed moest het zijn om je werk te kunnen doen?",
        *(
            question
            for theme in themes
            for question in (
                f"{theme}: hoe goed ging dat bij {name}?",
                f"{theme}: hoe goed moest dat gaan om je werk te kunnen doen?",
            )
        ),
    ]
    assert asked[0][0] == f"{name} · 1 van 14 · nog ongeveer 65 seconden"
    assert asked[-1][0] == f"{name} · 14 van 14 · nog ongeveer 10 seconden"
    chat.taps("Klaar")
    assert chat.buttons == ["Mijn antwoorden", "Wie ziet dit?", "Wanneer vraag je mij?"]
    assert chat.taken == 3 + 14 + 1


def test_the_effort_is_that_of_the_conversation() -> None:
    """Seventeen taps for one ticked department; none where no cycle is deep."""
    chat = begun()
    answered(chat).taps("Klaar")
    assert deep_effort(SURVEY) == (chat.taken, 71)
    assert deep_effort(SURVEY.model_copy(update={"deep": None})) is None


def test_why_me_says_that_it_takes_longer() -> None:
    """In a deep cycle, also for who began by themselves; in an ordinary one nothing of it."""
    for setting in (setting_of(deep=True), replace(setting_of(deep=True), early=True)):
        chat = Chat(setting)
        chat.taps("Waarom ik?")
        assert "bij elk van zes thema's" in chat.says
        assert "ongeveer 75 seconden" in chat.says
    ordinary = Chat(setting_of())
    ordinary.taps("Waarom ik?")
    assert "thema" not in ordinary.says


def test_without_a_received_no_needed_is_asked_and_half_a_pair_is_none() -> None:
    """ "Don't know" at the headline and at a theme: the rest goes on, and counts."""
    chat = begun()
    chat.taps("Weet ik niet")
    assert chat.heading.startswith("ICT · 3 van 14")
    assert "tellen" in chat.hint or "telt" in chat.hint
    first = chat.ballot.place.question
    chat.taps("2 ", "Weet ik niet")
    second = chat.ballot.place.question
    answered(chat)
    said = chat.ballot.answers["ict"]
    assert first in said
    assert first.replace("received", "needed") not in said
    pairs = [set(record.values) for record in cut(chat.ballot, lambda _: None)]
    assert pairs == [set(pair) for theme, pair in THEME_PAIRS.items() if not first.startswith(theme)]
    assert second.split(".")[0] in {key.split(".")[0] for pair in pairs for key in pair}


def test_each_pair_is_a_piece_of_its_own() -> None:
    """Seven pairs and a tip, and no piece holds two themes: nobody's answers make a fingerprint."""
    chat = answered(begun())
    tip = chat.ballot.with_text("ict", "Bel terug.")
    pieces = [tuple(record.values) for record in cut(tip, lambda _: None)]
    assert pieces == [("received", "needed"), *THEME_PAIRS.values(), ("text",)]
    assert {record.department for record in cut(tip, lambda _: None)} == {"ict"}


def test_my_answers_show_each_theme_and_change_one() -> None:
    """A button for each pair, in the words of the department; both halves are asked again, then back to the list."""
    chat = answered(begun())
    chat.taps("Mijn antwoorden")
    assert "Snelheid, gekregen: 3 voldoende" in chat.says
    assert "Apparaten en programma's die werken, nodig: 4 goed" in chat.says
    whole, *themes = [button.label for button in chat.card.choices]
    assert whole == "ICT als geheel"
    assert sorted(themes) == sorted(EXAMPLE.by_key["ict"].theme_name(theme, "nl") for theme in THEME_PAIRS)
    chat.taps("Snelheid", "5 ")
    assert chat.asks == "Snelheid: hoe goed moest dat gaan om je werk te kunnen doen?"
    chat.taps("4 ")
    assert chat.ballot.value("ict", "speed.received") == "5"
    assert "Snelheid, gekregen: 5 uitstekend" in chat.says
    chat.taps("Terug naar mijn kaart")
    assert chat.ballot.place.at is At.END


def test_a_pair_that_is_taken_back_asks_no_second_half() -> None:
    """Who does not know what they got is asked nothing more about that theme, nor about any other."""
    chat = answered(begun())
    chat.taps("Mijn antwoorden", "Snelheid", "Weet ik niet")
    assert chat.card.heading == "Mijn antwoorden"
    assert "Snelheid, gekregen" not in chat.says


def test_erasing_leaves_nothing() -> None:
    """And the choice of departments comes again, with the same words."""
    chat = answered(begun())
    chat.taps("Mijn antwoorden", "Mijn antwoorden wissen", "Ja, wis alles")
    assert (chat.ballot.is_empty, chat.ballot.place.at) == (True, At.TICK)
    assert "14 korte vragen" in chat.says


def test_back_at_a_question_that_left_the_path() -> None:
    """The last "needed" goes when its "received" is taken back meanwhile: then that one is asked again."""
    chat = begun()
    last = chat.setting.questions(chat.ballot, "ict")[-2]
    while chat.ballot.place.question != last.replace("received", "needed"):
        chat.taps("3 ")
    theme = EXAMPLE.by_key["ict"].theme_name(last.split(".")[0], "nl")
    chat.hears(f"i:change:ict:{last}")
    chat.taps("Weet ik niet", "Terug naar mijn kaart")
    assert chat.asks == f"{theme}: hoe goed ging dat bij ICT?"


@pytest.mark.parametrize("how", ["about", "tick"])
def test_there_is_one_place(how: str) -> None:
    """Another department is offered only when somebody takes the first away."""
    chat = answered(begun())
    if how == "about":
        chat.hears("i:about:hr")
        assert "zoveel afdelingen als in één ronde kan" in chat.says
    else:
        chat.taps("Klaar")
        assert not [label for label in chat.buttons if label.startswith("Nog een afdeling")]
    assert chat.ballot.drawn == ("ict",)


def test_what_was_begun_early_for_an_ordinary_cycle_fits_a_deep_one() -> None:
    """Of two departments the one with answers stays, with its scores; service, theme and extra are asked no more."""
    ordinary = {"received": "2", "needed": "4", "service": "laptop", "theme": "missed.speed", "time": "none"}
    ballot = Ballot(7, Place(At.END), ticked=("hr", "ict"), drawn=("hr", "ict"), answers={"ict": ordinary})
    fits = fitted(ballot, setting_of(deep=True))
    assert (fits.drawn, fits.answers) == (("ict",), {"ict": {"received": "2", "needed": "4"}})
    taken = taken_up(ballot, setting_of(deep=True))
    assert taken is not None
    assert taken.drawn == ("ict",)
    back = fitted(replace(ballot, answers={"ict": {"speed.received": "2", "received": "3"}}), setting_of())
    assert back.answers == {"ict": {"received": "3"}}


def test_an_early_ballot_of_a_deep_cycle_keeps_its_themes() -> None:
    """Both halves of each pair enter the round, and the rest is asked then."""
    chat = Chat(replace(setting_of(deep=True), early=True))
    chat.hears("i:about:ict")
    chat.taps("4 ", "4 ", "3 ", "5 ")
    taken = taken_up(chat.ballot, setting_of(deep=True))
    assert taken is not None
    assert taken.answers == chat.ballot.answers
    assert len(taken.answers["ict"]) == 4


@pytest.mark.parametrize("workplace", ["hr", None])
@pytest.mark.parametrize("answered_all", [False, True])
def test_who_said_something_beforehand_is_promised_no_choice(workplace: str | None, answered_all: bool) -> None:
    """There is one place, and it is taken: on to what was not said yet, or to the end; no way leads to a choice."""
    setting = setting_of(deep=True, workplace=workplace)
    keys = setting.questions(Ballot(7, Place(At.TICK)), "ict")
    said = {"ict": dict.fromkeys(keys if answered_all else keys[:2], "3")}
    ballot = taken_up(Ballot(7, Place(At.END), ticked=("ict",), drawn=("ict",), answers=said), setting)
    assert ballot is not None
    chat = Chat(setting)
    chat.ballot = ballot
    chat.hears("i:show")
    assert "een keuze komt er niet meer" in chat.says
    assert "de rest" not in chat.says
    chat.taps("Verder", *(["Geen van deze"] if workplace is None else []))
    place = chat.ballot.place
    assert (place.at, place.question) == ((At.END, "") if answered_all else (At.ASK, keys[2]))
    chat.hears("i:to:ict:received")
    assert "Terug" not in chat.buttons
    chat.hears("i:at:tick")
    assert chat.ballot.place.at is not At.TICK
    assert chat.ballot.drawn == ("ict",)


def test_who_says_something_before_a_deep_cycle_hears_that_it_is_about_one_department() -> None:
    """In its thanks: not that the rest is asked later."""
    chat = Chat(replace(setting_of(deep=True), early=True))
    chat.hears("i:about:ict")
    answered(chat).taps("Klaar")
    assert "Die gaat over één afdeling: deze." in chat.says
    assert "de rest" not in chat.says


def test_no_card_shows_an_answer_or_a_mean_word() -> None:
    """As in an ordinary round the thanks names no department and no score."""
    chat = answered(begun())
    chat.taps("Klaar")
    assert "ICT" not in text_of(chat.card)
    assert "3" not in text_of(chat.card).replace("10 oktober", "").replace("24 november", "")


def test_fourteen_questions_in_pairs() -> None:
    """Whatever the lot: the headline first, and every theme once, its received before its needed."""
    for lot in range(20):
        keys = setting_of(deep=True).questions(Ballot(lot, Place(At.TICK)), "ict")
        assert sorted(keys) == sorted(QUESTIONS)
        assert keys[:2] == ("received", "needed")
        assert all(keys[i + 1] == keys[i].replace("received", "needed") for i in range(0, 14, 2))


# --- which cycles are deep ---------------------------------------------------------------------------------------


def of_cycles(first: int, every: int) -> Survey:
    """The survey with deep cycles."""
    return Survey.model_validate({**SURVEY.model_dump(by_alias=True), "deep": {"first": first, "every": every}})


@pytest.mark.parametrize(("first", "every", "deep"), [(1, 2, [0, 2, 4, 6]), (3, 4, [2, 6]), (6, 6, [5])])
def test_first_and_every(first: int, every: int, deep: list[int]) -> None:
    """Counted from 1 in the file; none before the first."""
    survey = of_cycles(first, every)
    assert [cycle for cycle in range(8) if survey.is_deep(cycle)] == deep
    assert [cycle for cycle in range(8) if survey.extra_of(cycle) is None] == deep


@pytest.mark.parametrize("first", [1, 2, 3, 7])
@pytest.mark.parametrize("every", [2, 3, 4, 6])
def test_every_extra_question_gets_its_turn(first: int, every: int) -> None:
    """A deep cycle passes none over: also where one comes round exactly as often as the extra questions do."""
    survey = of_cycles(first, every)
    asked = [extra.key for cycle in range(60) if (extra := survey.extra_of(cycle)) is not None]
    extras = [extra.key for extra in survey.extra]
    assert asked == [extras[number % len(extras)] for number in range(len(asked))]


def test_a_cycle_keeps_what_it_began_with() -> None:
    """Who makes the cycle under way deep, or ordinary, changes the next one."""
    deep = EXAMPLE.changed(surveys=(of_cycles(1, 2),))
    ordinary = EXAMPLE.changed(surveys=(SURVEY.model_copy(update={"deep": None}),))
    assert deep.within_cycle(ordinary).surveys[0].deep is None
    assert ordinary.within_cycle(deep).surveys[0].is_deep(0)
