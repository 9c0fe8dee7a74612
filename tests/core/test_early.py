"""Ballots begun before their round: what of them is asked still, whatever the configuration has become meanwhile."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import conversation
from bot.core.actions import LONGEST, Action
from bot.core.ballot import At, Ballot, Place
from bot.core.early import fitted, taken_up
from bot.core.setting import Setting
from bot.flow.counting import cut
from config.department import Department
from config.organisation import Organisation

from .chat import EXAMPLE, Chat, buttons_of, setting_of
from .test_conversation import several

EXTRA = (*EXAMPLE.surveys[0].extra, several())
SAID = ("4 goed", "5 uitstekend", "Iets anders", "Snelheid", "Niets")


def early(**changes: object) -> Setting:
    """Before a round."""
    return replace(setting_of(), early=True, **changes)  # type: ignore[arg-type]


def about(chat: Chat, department: str) -> None:
    """Say that it is to be about this department."""
    chat.hears(Action("i", "about", (department,)))


def with_departments(departments: Iterable[Department]) -> Organisation:
    """The example with these and no others."""
    made = EXAMPLE.model_copy(update={"departments": tuple(departments)})
    made.__dict__.pop("by_key", None)  # worked out once, of the others
    return made


# --- how a department of one's own choice gets in --------------------------------------------------------------------


def test_about_one_department_begins_with_its_first_question() -> None:
    """It is ticked and asked about, and the thanks say when it counts; nothing on the way is about being asked."""
    chat = Chat(early())
    about(chat, "ict")
    assert chat.asks == "Hoe goed heeft ICT je geholpen?"
    assert (chat.ballot.ticked, chat.ballot.drawn) == (("ict",), ("ict",))
    assert not {"Later", "Deze keer niet"} & set(chat.buttons)
    chat.taps(*SAID, "Klaar")
    assert "naar verwachting op 29 september opent" in chat.says
    assert chat.buttons == ["Mijn antwoorden", "Wie ziet dit?"]


def test_own_department_and_one_that_is_not_asked_about_get_a_hint() -> None:
    """And nothing else happens."""
    chat = Chat(setting_of(workplace="ict"))
    before = chat.ballot
    about(chat, "ict")
    assert (chat.ballot, chat.hint) == (before, "Daar werk je zelf. Over je eigen afdeling vraag ik je niets.")
    about(chat, "boerenkool")
    assert (chat.ballot, chat.hint) == (before, "Over die afdeling vraag ik niets.")


def test_who_does_not_say_where_they_work_is_asked_first() -> None:
    """Then on to the department that they came for; unless it turns out to be their own."""
    chat = Chat(early(workplace=None))
    about(chat, "ict")
    chat.taps("Geen van deze")
    assert chat.asks == "Hoe goed heeft ICT je geholpen?"
    chat = Chat(early(workplace=None))
    about(chat, "ict")
    chat.taps("ICT")
    assert (chat.ballot.place.at, chat.ballot.ticked) == (At.TICK, ())
    assert chat.hint.startswith("Daar werk je zelf.")


def test_it_takes_the_place_of_what_was_not_answered() -> None:
    """Half-way through the first of two drawn: that one stays, the other makes room; answers are never lost."""
    chat = Chat()
    chat.taps("HR", "ICT", "Verder", "4 goed")
    (first, second), others = chat.ballot.drawn, {"facilitair", "juridisch"}
    wanted = sorted(others - set(chat.ballot.drawn))[0]
    about(chat, wanted)
    assert chat.ballot.drawn == (first, wanted)
    assert chat.ballot.value(first, "received") == "4"
    assert second in chat.ballot.ticked


@pytest.mark.parametrize("out", [False, True])
def test_a_full_ballot_says_what_can_be_done(out: bool) -> None:
    """Two departments with answers: a third has to take the place of one of them, by their own choice."""
    chat = Chat()
    chat.taps("HR", "ICT", "Verder", *("4 goed", "4 goed", "Iets anders", "Snelheid", "Niets") * 2)
    if out:
        chat.hears(Action("i", "notnow"))
    before = chat.ballot
    about(chat, "facilitair")
    assert chat.ballot == before
    assert chat.card.apart
    chat.taps("Toch meedoen" if out else "Andere afdelingen kiezen")
    assert chat.hint == ""
    assert chat.ballot.place.at is (At.END if out else At.TICK)


def test_being_asked_later_or_not_at_all_is_no_matter_of_an_early_ballot() -> None:
    """Old or forged buttons say so."""
    chat = Chat(early())
    about(chat, "ict")
    for action in (Action("i", "later", ("today",)), Action("i", "notnow"), Action("i", "none")):
        before = chat.ballot
        chat.hears(action)
        assert (chat.ballot, chat.wish) == (before, None)
        assert chat.hint.startswith("Die knop hoort bij een eerdere vraag.")


# --- when the round opens --------------------------------------------------------------------------------------------


def answered(*departments: str) -> Ballot:
    """An early ballot with all said about these."""
    chat = Chat(early())
    for department in departments:
        about(chat, department)
        chat.taps(*SAID)
    return chat.ballot


def test_the_first_card_of_the_round_shows_no_department_and_asks_about_the_rest() -> None:
    """What was said counts, is shown on request alone, and is not asked again."""
    ballot = taken_up(answered("ict"), setting_of())
    assert ballot is not None
    assert conversation.state_of(ballot) == "invited"  # as of everybody
    card = conversation.current(ballot, setting_of())
    words = " ".join((card.heading, card.hint, *card.lines, *(button.label for button in buttons_of(card))))
    assert [d.key for d in EXAMPLE.departments if d.name.in_("nl") in words] == []
    chat = Chat()
    chat.ballot, chat.card = ballot, card
    chat.taps("Begin, 1 minuut", "HR", "Verder")
    assert chat.heading.startswith("HR · 1 van 5")
    assert chat.ballot.drawn == ("ict", "hr")
    chat.hears(Action("i", "at", ("tick",)))
    assert "ICT" not in chat.buttons
    chat.taps("Verder")
    chat.taps(*SAID, "Klaar", "Mijn antwoorden")
    assert chat.says.count("Gekregen: 4 goed") == 2


def opened(*departments: str) -> Chat:
    """The round, of somebody who said all about these before."""
    chat = Chat()
    ballot = taken_up(answered(*departments), chat.setting)
    assert ballot is not None
    chat.ballot, chat.card = ballot, conversation.current(ballot, chat.setting)
    chat.taps("Begin, 1 minuut")
    return chat


def test_what_was_said_before_outlasts_what_is_ticked_now() -> None:
    """Where a platform tells all that is ticked at once, with "none of these", and with nothing ticked more."""
    chat = opened("ict")
    chat.chooses("hr")
    assert chat.ballot.ticked == ("hr", "ict")
    chat.chooses()
    chat.taps("Verder")
    assert (chat.ballot.place.at, chat.ballot.drawn) == (At.END, ("ict",))
    chat = opened("ict", "hr")
    chat.taps("Geen van deze")
    assert (chat.state, chat.hint, set(chat.ballot.answers)) == ("finished", "", {"ict", "hr"})


def test_what_was_said_before_can_make_room() -> None:
    """By their own choice: then every department is offered once more, and un-ticking erases."""
    chat = opened("ict", "hr")
    about(chat, "facilitair")
    chat.taps("Andere afdelingen kiezen", "HR", "Facilitair", "Verder")
    assert chat.hint.startswith("Je haalde een afdeling weg.")
    assert chat.ballot.drawn == ("ict", "facilitair")


def test_an_early_ballot_in_which_nothing_counts_is_begun_anew() -> None:
    """Ticked only, or about a department that is not asked about any more, or where they work now."""
    chat = Chat(early())
    about(chat, "ict")
    assert taken_up(chat.ballot, setting_of()) is None
    assert taken_up(answered("ict"), setting_of(workplace="ict")) is None
    without = with_departments(d for d in EXAMPLE.departments if d.key != "ict")
    assert taken_up(answered("ict"), setting_of(without)) is None


def test_what_is_not_asked_any_more_is_dropped_and_the_rest_stays() -> None:
    """A service that is gone, and the extra question of another cycle."""
    services = EXAMPLE.by_key["ict"].services[1:]
    gone = EXAMPLE.by_key["ict"].services[0]
    chat = Chat(early())
    about(chat, "ict")
    chat.taps("4 goed", "5 uitstekend", gone.name.in_("nl"), "Snelheid", "Niets")
    ict = EXAMPLE.by_key["ict"].model_copy(update={"services": services})
    others = tuple(ict if d.key == "ict" else d for d in EXAMPLE.departments)
    now = setting_of(with_departments(others), extra=EXTRA[1])
    ballot = taken_up(chat.ballot, now)
    assert ballot is not None
    assert set(ballot.answers["ict"]) == {"received", "needed", "theme"}


# --- whatever was said, and whatever it becomes --------------------------------------------------------------------


@st.composite
def organisations(draw: st.DrawFn) -> Organisation:
    """The example without some of its departments and services."""
    kept = draw(st.lists(st.sampled_from(EXAMPLE.departments), min_size=2, unique_by=lambda d: d.key))

    def fewer(department: Department) -> Department:
        return department.model_copy(update={"services": department.services[draw(st.integers(0, 2)) :]})

    return with_departments(fewer(one) for one in kept)


@st.composite
def walks(draw: st.DrawFn) -> Chat:
    """Somebody who asked for departments before the round, and tapped what was on their cards."""
    chat = Chat(early(extra=draw(st.sampled_from(EXTRA))), lot=draw(st.integers(0, 2**48)))
    for _ in range(draw(st.integers(0, 25))):
        if draw(st.integers(0, 6)) == 0:
            about(chat, draw(st.sampled_from(EXAMPLE.departments)).key)
        else:
            buttons = [button.action for button in chat.all_buttons if "pause" not in button.action]
            chat.hears(draw(st.sampled_from(buttons)))
    return chat


@given(walks(), organisations(), st.sampled_from(EXTRA), st.sampled_from([None, "", "hr", "ict"]))
@settings(max_examples=80)
def test_it_always_fits_what_is_asked_now(
    chat: Chat, organisation: Organisation, extra: object, workplace: str | None
) -> None:
    """Nothing raises, every answer that is left is one of those offered, nothing is new, and fitting twice is once."""
    now = replace(setting_of(organisation, workplace=workplace, extra=extra), early=True)  # type: ignore[arg-type]
    fits = fitted(chat.ballot, now)
    assert fitted(fits, now) == fits
    assert conversation.current(fits, now).lines
    offered = {department.key for department in now.offered}
    assert set(fits.drawn) | set(fits.ticked) <= offered
    for department, said in fits.answers.items():
        for key, value in said.items():
            assert key in now.path(fits, department)
            assert set(value.split(",")) <= {choice.value for choice in now.choices(fits, department, key)}
            assert set(value.split(",")) <= set((chat.ballot.value(department, key) or "").split(","))
    ballot = taken_up(chat.ballot, now)
    assert (ballot is None) == fits.is_empty
    assert ballot is None or (ballot.place == Place(At.EARLIER) and ballot.answers == fits.answers)


@given(walks(), st.data())
@settings(max_examples=80)
def test_one_record_per_department_and_question(chat: Chat, data: st.DataObject) -> None:
    """Whatever was said before the round and in it, and however often feedback was asked for: never a second one."""
    begun = taken_up(chat.ballot, setting_of(extra=chat.setting.extra))
    in_round = Chat(setting_of(extra=chat.setting.extra))
    if begun is not None:
        in_round.ballot, in_round.card = begun, conversation.current(begun, in_round.setting)
    for _ in range(data.draw(st.integers(0, 25))):
        if data.draw(st.integers(0, 6)) == 0:
            about(in_round, data.draw(st.sampled_from(EXAMPLE.departments)).key)
        else:
            in_round.hears(data.draw(st.sampled_from([button.action for button in in_round.all_buttons])))
        said = {*in_round.ballot.answers, *in_round.ballot.texts}
        assert said <= set(in_round.ballot.drawn)
        assert len(set(in_round.ballot.drawn)) == len(in_round.ballot.drawn) <= 3
    records = [
        (record.department, question)
        for record in cut(in_round.ballot, in_round.setting.extra_about)
        for question in record.values
    ]
    assert len(records) == len(set(records))


def test_actions_stay_short() -> None:
    """Also with the longest key that a department can have."""
    key = "a" * 30
    assert len(str(Action("inv2345678", "about", (key,)))) <= LONGEST
    assert len(str(Action("0", "feedback", (key,)))) <= LONGEST
