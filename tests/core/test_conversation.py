"""Transcripts: one person's way through one round, as they see it."""

import re
from dataclasses import replace
from itertools import permutations

import pytest

from bot.core import conversation
from bot.core.actions import LONGEST, Action
from bot.core.ballot import At, Ballot, Place
from bot.core.cohorts import draw
from bot.core.conversation import Later, WorksAt
from bot.core.platform import Card
from config.department import Department, Service
from config.organisation import Head, Organisation
from config.questions import Option, PickSeveral
from config.words import Language, Words

from .chat import EXAMPLE, INVITATION, Chat, buttons_of, lot_that_draws, setting_of, text_of

HR_FIRST = lot_that_draws("hr", "ict")
ONE = ("HR", "Verder", "4 goed", "5 uitstekend", "Verlof", "Snelheid", "Niets", "Klaar")
TWO = (
    *("HR", "ICT", "Verder"),
    *("4 goed", "3 voldoende", "Verlof", "Deskundigheid", "1–2 uur"),
    *("2 matig", "5 uitstekend", "Storingen", "Snelheid", "Halve dag of meer"),
    "Klaar",
)
IN_ENGLISH = ("HR", "Next", "4 good", "5 excellent", "Leave", "Speed", "None", "Done")


def about_hr(*more: str) -> Chat:
    """Somebody who ticked HR alone, and then tapped these."""
    chat = Chat()
    chat.taps("HR", "Verder", *more)
    return chat


def about_both(*more: str) -> Chat:
    """Somebody who ticked HR and ICT, is asked about HR first, and then tapped these."""
    chat = Chat(lot=HR_FIRST)
    chat.taps("HR", "ICT", "Verder", *more)
    return chat


def at_the_tip() -> Chat:
    """Somebody who answered everything about HR and is about to write a tip."""
    return about_hr("4 goed", "5 uitstekend", "Verlof", "Snelheid", "Niets", "Tip voor HR")


# --- the straight path -----------------------------------------------------------------------------------------


def test_one_department_is_eight_taps() -> None:
    """From the tick card to the thanks is exactly eight taps for one department."""
    chat = Chat()
    assert chat.asks == "Met welke afdelingen had je te maken sinds 4 augustus?"
    chat.taps("HR", "Verder")
    assert chat.heading == "HR · 1 van 5 · nog ongeveer 25 seconden"
    assert chat.asks == "Hoe goed heeft HR je geholpen?"
    assert "antwoord binnen 2 werkdagen" in chat.says
    chat.taps("4 goed")
    assert chat.asks == "En hoe goed moest het zijn om je werk te kunnen doen?"
    assert "antwoord binnen 2 werkdagen" not in chat.says
    chat.taps("5 uitstekend")
    assert chat.asks == "Waar ging het vooral over?"
    assert "Iets anders" in chat.buttons
    chat.taps("Verlof")
    assert chat.asks == "Wat miste je het meest?"
    chat.taps("Snelheid")
    assert chat.asks == "Hoeveel werktijd kostte het je extra, alles bij elkaar sinds 4 augustus?"
    chat.taps("Niets")
    assert chat.says == "**Dat was het.** Wil je nog iets kwijt?"
    chat.taps("Klaar")
    assert chat.says.startswith("**Dank je wel, Noor.**")
    assert chat.taken == 8
    assert chat.state == "finished"
    five = {"received": "4", "needed": "5", "service": "leave", "theme": "missed.speed", "time": "none"}
    assert chat.ballot.answers == {"hr": five}


def test_two_departments_are_fourteen_taps() -> None:
    """From the tick card to the thanks is exactly fourteen taps for two departments."""
    chat = Chat(lot=HR_FIRST)
    chat.taps(*TWO)
    assert (chat.taken, chat.state) == (14, "finished")
    assert chat.ballot.drawn == ("hr", "ict")
    assert [len(answers) for answers in chat.ballot.answers.values()] == [5, 5]


def test_first_contact_and_workplace_add_one_tap_each() -> None:
    """First contact and "where do you work?" each add one tap, and the answer to the latter is wished kept."""
    chat = Chat(setting_of(workplace=None), introduce=True)
    assert "Hoi Noor, ik ben Klankbord van gemeente Voorbeeld" in chat.says
    assert "Sanne Verhoeven, tel. 2210" in chat.says
    assert chat.state == "invited"
    chat.taps("Begin")
    assert chat.asks == "Bij welke afdeling werk je zelf?"
    chat.taps("ICT")
    assert chat.wish == WorksAt("ict")
    assert "ICT" not in chat.buttons
    assert chat.taken == 2
    chat.taps(*ONE)
    assert (chat.taken, chat.state) == (10, "finished")


def test_working_at_none_of_these() -> None:
    """Who works at none of the departments is remembered as such, and is offered them all."""
    chat = Chat(setting_of(workplace=None))
    chat.taps("Geen van deze")
    assert chat.wish == WorksAt("")
    assert len(chat.card.choices) == len(EXAMPLE.departments)


def test_own_department_is_not_offered() -> None:
    """Nobody judges the department they work in."""
    chat = Chat(setting_of(workplace="hr"))
    assert "HR" not in chat.buttons
    assert "ICT" in chat.buttons
    chat.hears(Action("i", "t", ("hr", "on")))
    assert chat.ballot.ticked == ()


def test_state_follows_the_person() -> None:
    """Invited until the first tap, started until the thanks, finished there; declined after "not this time"."""
    chat = Chat()
    states = [chat.state]
    for label in ("HR", "Verder", *ONE[2:]):
        chat.taps(label)
        states.append(chat.state)
    assert states == ["invited", *["started"] * 7, "finished"]
    other = Chat()
    other.taps("HR", "Deze keer niet")
    assert other.state == "declined"


def test_first_card_prints_the_date_and_the_number() -> None:
    """The first card says since when, and about how many departments questions follow."""
    assert "4 augustus" in Chat().says
    assert "hooguit 2" in Chat().says
    english = Chat(setting_of(language="en"))
    assert "4 August" in english.says
    assert "at most 2" in english.says


def test_in_english() -> None:
    """The straight path in English is as long and leads to the same answers."""
    chat = Chat(setting_of(language="en"))
    chat.taps(*IN_ENGLISH)
    dutch = Chat()
    dutch.taps(*ONE)
    assert (chat.taken, chat.ballot) == (8, dutch.ballot)
    assert chat.says.startswith("**Thank you, Noor.**")
    assert chat.card.language == "en"


@pytest.mark.parametrize(
    ("received", "needed", "asked"),
    [
        ("1", "2", "Wat miste je het meest?"),
        ("4", "5", "Wat miste je het meest?"),
        ("1", "5", "Wat miste je het meest?"),
        ("1", "1", "Wat hielp het meest?"),
        ("5", "5", "Wat hielp het meest?"),
        ("4", "3", "Wat hielp het meest?"),
    ],
)
def test_wording_of_the_theme(received: str, needed: str, asked: str) -> None:
    """Less received than needed asks what was missed, anything else what helped."""
    chat = about_hr(received, needed, "Verlof")
    assert chat.asks == asked
    chat.taps("Snelheid")
    assert chat.ballot.value("hr", "theme") == ("missed.speed" if "miste" in asked else "helped.speed")


def test_service_something_else() -> None:
    """ "Something else" is an answer of its own."""
    chat = about_hr("4 goed", "4 goed", "Iets anders")
    assert chat.ballot.value("hr", "service") == "else"
    assert chat.asks == "Wat hielp het meest?"


# --- nothing given away ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "taps"), [("nl", TWO), ("en", IN_ENGLISH)])
def test_no_card_shows_an_earlier_answer(language: Language, taps: tuple[str, ...]) -> None:
    """On the straight path no card says an earlier answer or an earlier department, nor marks one."""
    chat = Chat(setting_of(language=language), lot=HR_FIRST)
    names = {chat.setting.name_of(department) for department in EXAMPLE.by_key}
    said: set[str] = set()
    for label in taps:
        about = chat.ballot.place.department
        chat.taps(label)
        said |= {label} - names - {"Verder", "Klaar", "Next", "Done"}
        if about and chat.ballot.place.department != about:
            said.add(chat.setting.name_of(about))
        for word in said:
            assert not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", chat.says), (word, chat.says)
        if chat.ballot.place.at is not At.TICK:
            assert not [button.label for button in chat.all_buttons if button.ticked]


@pytest.mark.parametrize("taps", [ONE, TWO])
def test_last_card_names_nothing(taps: tuple[str, ...]) -> None:
    """The last card names neither a department nor an answer, also on its buttons."""
    chat = Chat(lot=HR_FIRST)
    chat.taps(*taps)
    shown = " ".join((chat.says, *chat.buttons))
    names = {chat.setting.name_of(department) for department in EXAMPLE.by_key}
    for word in names | set(taps) - {"Verder", "Klaar"}:
        assert not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", shown), word


def test_last_card_says_until_when_and_the_next_turn() -> None:
    """The thanks say when the round closes and when the next turn is."""
    chat = Chat()
    chat.taps(*ONE)
    assert "10 oktober" in chat.says
    assert "op zijn vroegst 24 november" in chat.says


def test_closed_card() -> None:
    """After closing an old card says so, with nothing to tap."""
    card = conversation.close(setting_of())
    assert "Deze ronde is gesloten" in text_of(card)
    assert buttons_of(card) == ()


# --- don't know, back, skip, explain ---------------------------------------------------------------------------


def test_dont_know_at_received() -> None:
    """Without a received there is no needed and no theme, and the card says why."""
    chat = about_hr("Weet ik niet")
    assert "allebei" in chat.hint
    assert chat.asks == "Waar ging het vooral over?"
    chat.taps("Verlof")
    assert chat.asks.startswith("Hoeveel werktijd")
    assert chat.heading.startswith("HR · 5 van 5")


def test_dont_know_at_needed() -> None:
    """Without a needed there is no theme, and the card says why; the received stays."""
    chat = about_hr("4 goed", "Weet ik niet")
    assert "allebei" in chat.hint
    chat.taps("Verlof")
    assert chat.asks.startswith("Hoeveel werktijd")
    assert chat.ballot.answers == {"hr": {"received": "4", "service": "leave"}}


def test_dont_know_takes_an_answer_back() -> None:
    """Don't know after an earlier answer takes it back, and the theme with it."""
    chat = about_hr("4 goed", "3 voldoende", "Verlof", "Snelheid", "Terug", "Terug", "Terug")
    chat.taps("Weet ik niet")
    assert chat.ballot.answers == {"hr": {"received": "4", "service": "leave"}}
    assert "thema" in chat.hint


def test_skip() -> None:
    """A skipped service and a theme unknown are no answers, and everything else goes on."""
    chat = about_hr("4 goed", "4 goed", "Overslaan", "Weet ik niet", "Weet ik niet")
    assert chat.ballot.answers == {"hr": {"received": "4", "needed": "4"}}
    assert chat.ballot.place.at is At.END


def test_back_to_the_first_card() -> None:
    """Back leads past every question to the departments, and loses no answer on the way."""
    chat = about_both("4 goed", "5 uitstekend", "Verlof", "Snelheid", "Niets", "2 matig")
    before = chat.ballot.answers
    places = []
    while chat.ballot.place.at is not At.TICK:
        chat.taps("Terug")
        places.append((chat.ballot.place.department, chat.ballot.place.question))
    five = ["received", "needed", "service", "theme", "time"]
    assert places == [("ict", "received"), *(("hr", key) for key in reversed(five)), ("", "")]
    assert chat.ballot.answers == before


def test_back_from_the_end() -> None:
    """Back from the end is the last question."""
    chat = about_hr(*ONE[2:-1], "Terug")
    assert chat.asks.startswith("Hoeveel werktijd")


def test_explain() -> None:
    """The explanation comes on request, and nothing moves."""
    chat = about_hr()
    assert "Uitleg" not in chat.buttons
    chat.taps("4 goed")
    before = chat.ballot
    chat.taps("Uitleg")
    assert chat.hint.startswith("Voorbeeld: goed geholpen")
    assert chat.ballot == before
    assert chat.asks == "En hoe goed moest het zijn om je werk te kunnen doen?"


def test_a_changed_score_drops_the_theme() -> None:
    """A score that switches the wording of the theme drops it and says so; one that does not, keeps it."""
    chat = about_hr("4 goed", "5 uitstekend", "Verlof", "Snelheid", "Terug", "Terug", "Terug")
    chat.taps("5 uitstekend")
    assert chat.ballot.value("hr", "theme") == "missed.speed"
    assert chat.hint == ""
    chat.taps("Terug", "3 voldoende")
    assert chat.ballot.value("hr", "theme") is None
    assert "thema" in chat.hint
    chat.taps("Verlof")
    assert chat.asks == "Wat hielp het meest?"


# --- departments -----------------------------------------------------------------------------------------------


def test_nothing_ticked() -> None:
    """Next without a tick asks for one."""
    chat = Chat()
    chat.taps("Verder")
    assert "Geen van deze" in chat.hint
    assert chat.ballot.place.at is At.TICK


def test_none_of_these() -> None:
    """None of these ends the round, and counts as finished without an answer."""
    chat = Chat()
    chat.taps("Geen van deze")
    assert (chat.state, chat.hint, chat.ballot.is_empty) == ("finished", "", True)
    assert "Nog een afdeling" not in " ".join(chat.buttons)


def test_none_of_these_after_answers() -> None:
    """None of these after answers drops them and says so."""
    chat = about_hr("4 goed", "Terug", "Terug", "Geen van deze")
    assert chat.ballot.is_empty
    assert "gewist" in chat.hint


def test_ticking_off() -> None:
    """A second tap on a department takes the tick away."""
    chat = Chat()
    chat.taps("HR", "ICT")
    assert [button.label for button in chat.card.choices if button.ticked] == ["HR", "ICT"]
    chat.taps("HR")
    assert chat.ballot.ticked == ("ict",)


def test_at_most_two_of_many() -> None:
    """However many are ticked, two are asked about."""
    chat = Chat()
    chat.taps("HR", "ICT", "Catering", "Inkoop", "Facilitair", "Verder")
    assert len(chat.ballot.drawn) == 2


def test_the_order_of_ticking_does_not_matter() -> None:
    """The same ticked set draws the same departments, in the same order."""
    drawn = set()
    for order in permutations(("HR", "ICT", "Catering", "Inkoop")):
        chat = Chat(lot=99)
        chat.taps(*order, "Verder")
        drawn.add(chat.ballot.drawn)
    assert len(drawn) == 1


def test_a_third_department_only_when_asked() -> None:
    """One more department comes at the end, on request, once; it is the next of the draw."""
    chat = Chat(lot=HR_FIRST)
    chat.taps(*TWO)
    assert "Nog een afdeling" not in " ".join(chat.buttons)
    chat = Chat(lot=lot_that_draws("hr", "ict", "inkoop", of=("catering",)))
    chat.taps("HR", "ICT", "Catering", "Inkoop", *TWO[2:])
    assert chat.taken == 16
    chat.taps("Nog een afdeling, 20 seconden")
    assert chat.asks == "Hoe goed heeft Inkoop je geholpen?"
    chat.taps("4 goed", "4 goed", "Iets anders", "Snelheid", "Niets", "Klaar")
    assert chat.state == "finished"
    assert list(chat.ballot.answers) == ["hr", "ict", "inkoop"]
    assert "Nog een afdeling" not in " ".join(chat.buttons)


def test_unticking_an_answered_department() -> None:
    """Taking the tick off an answered department erases what was said about it, tip and all, and says so."""
    chat = about_both(*TWO[3:-1], "Tip voor HR")
    chat.types("Bel eens terug")
    chat.taps("Versturen")
    chat.hears(Action("i", "at", ("tick",)))
    assert chat.hint == ""
    chat.taps("HR")
    assert set(chat.ballot.answers) == {"hr", "ict"}
    chat.taps("Verder")
    assert "gewist" in chat.hint
    assert set(chat.ballot.answers) == {"ict"}
    assert chat.ballot.texts == {}


def test_unticking_a_department_with_a_tip_only() -> None:
    """A tip alone is erased with its department too, and the card says so."""
    chat = about_both("Weet ik niet", "Overslaan", "Weet ik niet", "Weet ik niet", "Overslaan", "Weet ik niet")
    chat.taps("Tip voor HR")
    chat.types("Bel eens terug")
    chat.taps("Versturen")
    chat.hears(Action("i", "at", ("tick",)))
    chat.taps("HR", "Verder")
    assert "gewist" in chat.hint
    assert chat.ballot.is_empty


def test_a_tip_alone_keeps_its_department() -> None:
    """Ticking another department drops none that has a tip, also without an answer."""
    nothing = ("Weet ik niet", "Overslaan", "Weet ik niet")
    chat = about_both(*nothing, *nothing, "Tip voor HR")
    chat.types("Bel eens terug")
    chat.taps("Versturen")
    chat.hears(Action("i", "at", ("tick",)))
    chat.taps("Catering", "Inkoop", "Juridisch", "Facilitair", "Financiën", "Verder")
    assert chat.ballot.texts == {"hr": "Bel eens terug"}
    assert chat.hint == ""


def test_ticking_one_more_keeps_what_was_answered() -> None:
    """An answered department stays in the draw, whatever else is ticked."""
    for lot in range(20):
        chat = Chat(lot=lot)
        chat.taps("HR", "Verder", "4 goed", "Terug", "Terug")
        chat.taps("ICT", "Catering", "Inkoop", "Verder")
        assert chat.ballot.drawn[0] == "hr"
        assert len(chat.ballot.drawn) == 2
        assert chat.ballot.value("hr", "received") == "4"


def test_themes_lie_in_an_order_of_their_own() -> None:
    """The order of the themes differs between lots and stays the same for one."""
    orders = {lot: _themes(lot) for lot in range(12)}
    assert len(set(orders.values())) > 6
    assert {order[0] for order in orders.values()} != {orders[0][0]}
    assert all(sorted(order) == sorted(orders[0]) for order in orders.values())
    assert orders == {lot: _themes(lot) for lot in range(12)}


def _themes(lot: int) -> tuple[str, ...]:
    chat = Chat(lot=lot)
    chat.taps("HR", "Verder", "4 goed", "4 goed", "Verlof")
    return tuple(button.label for button in chat.card.choices[:-1])


# --- later, not now, who, why ----------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Wie ziet dit?", "Waarom ik?", "Later"])
def test_reading_does_not_move(label: str) -> None:
    """Who sees this, why me and later only show a card; the way back is where somebody was."""
    chat = Chat()
    before, card = chat.ballot, chat.card
    chat.taps(label)
    assert chat.card != card
    chat.taps("Terug naar mijn kaart")
    assert (chat.ballot, chat.card) == (before, card)


def test_who_sees_this_is_honest() -> None:
    """Who sees this says until when, from how many people, and what is not promised."""
    chat = Chat()
    chat.taps("Wie ziet dit?")
    for words in ("10 oktober", "10 mensen", "Webchat weet", "misbruik"):
        assert words in chat.says


@pytest.mark.parametrize(
    ("label", "when"), [("Later vandaag", "today"), ("Morgen", "tomorrow"), ("Volgende week", "week")]
)
def test_later(label: str, when: str) -> None:
    """Later keeps everything and wishes the card back at another time."""
    chat = about_hr("4 goed")
    before = chat.ballot
    chat.taps("Later", label)
    assert chat.wish == Later(when)
    assert (chat.ballot, chat.state) == (before, "started")
    chat.taps("Toch nu")
    assert chat.asks.startswith("En hoe goed")
    assert chat.wish is None


@pytest.mark.parametrize("done", [ONE, ("Deze keer niet",)])
def test_who_is_done_with_this_round_is_not_asked_later_in_it(done: tuple[str, ...]) -> None:
    """Only the next turn can be at another hour; an old "later" is stale."""
    chat = Chat(lot=HR_FIRST)
    chat.taps(*done, "Wanneer vraag je mij?")
    assert "op zijn vroegst 24 november" in chat.says
    assert "Later vandaag" not in chat.buttons
    chat.hears(Action(INVITATION, "later", ("today",)))
    assert chat.wish is None
    assert chat.hint


def test_not_this_time_and_back() -> None:
    """Not this time ends it kindly, keeps what was said and leads back to where somebody was."""
    chat = about_hr("4 goed")
    before = chat.ballot
    chat.taps("Deze keer niet")
    assert chat.state == "declined"
    assert "Je hoort niets meer over deze ronde" in chat.says
    assert chat.ballot.answers == before.answers
    chat.taps("Toch meedoen")
    assert chat.ballot == before


def test_not_this_time_stays_so() -> None:
    """After "not this time" no old button brings anybody back in, nor does erasing or changing an answer."""
    chat = about_hr("4 goed", "Deze keer niet")
    for action in (Action("i", "to", ("hr", "received")), Action("i", "at", ("tick",)), Action("i", "at", ("end",))):
        chat.hears(action)
        assert (chat.state, bool(chat.hint)) == ("declined", True)
    chat.hears(Action("i", "answers"))
    chat.taps("HR: Gekregen", "5 uitstekend")
    assert chat.state == "declined"
    assert chat.ballot.value("hr", "received") == "5"
    chat.taps("Terug naar mijn kaart", "Mijn antwoorden wissen", "Ja, wis alles")
    assert chat.state == "declined"
    assert chat.ballot.is_empty
    chat.taps("Toch meedoen")
    assert chat.asks.startswith("Met welke afdelingen")


def test_not_this_time_keeps_a_draft() -> None:
    """Not this time while looking at a tip leads back to that tip."""
    chat = at_the_tip()
    chat.types("Bel eens terug")
    before = chat.ballot
    chat.hears(Action("i", "notnow"))
    chat.taps("Toch meedoen")
    assert chat.ballot == before
    assert "Bel eens terug" in chat.says


# --- tips ------------------------------------------------------------------------------------------------------


def test_a_tip_is_cleaned_shown_and_sent() -> None:
    """A tip is cleaned, shown as it will be kept, and kept only after its writer agreed."""
    chat = Chat(setting_of(names=["Sanne de Wit"]))
    chat.taps(*ONE[:-1], "Tip voor HR")
    assert chat.asks == "Wat is één ding dat HR anders of juist weer zo moet doen?"
    assert "Farid Amrani, tel. 2299" in chat.says
    chat.types("  Sanne belde niet terug op 06-12345678  ")
    assert "“[…] belde niet terug op […]”" in chat.says
    assert chat.ballot.texts == {}
    chat.taps("Versturen")
    assert chat.ballot.texts == {"hr": "[…] belde niet terug op […]"}
    assert chat.ballot.draft == ""
    assert "belde" not in chat.says
    assert "bewaard" in chat.hint
    chat.taps("Klaar")
    assert chat.state == "finished"


def test_a_tip_is_edited() -> None:
    """Edit shows the cleaned text to go on with, and what is typed then takes its place."""
    chat = at_the_tip()
    chat.types("Mail naar a@b.nl hielp niet")
    chat.taps("Aanpassen")
    assert chat.card.entry is not None
    assert chat.card.entry.draft == "Mail naar […] hielp niet"
    chat.types("Mailen hielp niet")
    chat.taps("Versturen")
    assert chat.ballot.texts == {"hr": "Mailen hielp niet"}


def test_a_tip_is_left_out() -> None:
    """Leave out drops the draft, and an earlier tip about the same department too."""
    chat = at_the_tip()
    chat.types("Bel eens terug")
    chat.taps("Versturen", "Tip voor HR")
    chat.types("Bel eens terug, graag")
    assert chat.ballot.texts == {"hr": "Bel eens terug"}
    chat.taps("Weglaten")
    assert (chat.ballot.texts, chat.ballot.draft) == ({}, "")
    assert "weggelaten" in chat.hint


def test_a_tip_about_each() -> None:
    """A draft about one department never turns up in the tip about another."""
    chat = about_both(*TWO[3:-1], "Tip voor HR")
    chat.types("Alleen voor HR")
    chat.hears(Action("i", "tip", ("ict",)))
    assert chat.heading == "Tip voor ICT"
    assert chat.card.entry is not None
    assert chat.card.entry.draft == ""


def test_going_back_drops_the_draft() -> None:
    """Who goes back from a tip keeps what was kept, and no draft."""
    chat = at_the_tip()
    chat.types("Bel eens terug")
    chat.taps("Aanpassen", "Terug")
    assert chat.ballot.draft == ""
    assert chat.ballot.place.at is At.END


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x" * 1000, True),
        ("x" * 1001, False),
        (" " + "x" * 1000 + "\n", True),
        ("🙂" * 500, True),
        ("🙂" * 501, False),
        ("é" * 1000, True),
        ('"' * 1000, True),
    ],
)
def test_length_of_a_tip(text: str, kept: bool) -> None:
    """1,000 characters and 2,000 bytes pass; one more does not, and what was typed is not lost."""
    chat = at_the_tip()
    chat.types(text)
    if kept:
        assert chat.ballot.draft == text.strip()
    else:
        assert "te lang" in chat.hint
        assert chat.card.entry is not None
        assert chat.card.entry.draft == text
        assert (chat.ballot.draft, chat.ballot.place.at) == ("", At.TIP)


@pytest.mark.parametrize("text", ["", "  \n ", "\x00\x07"])
def test_an_empty_tip(text: str) -> None:
    """Nothing typed is asked for again."""
    chat = at_the_tip()
    chat.types(text)
    assert "nog niets" in chat.hint
    assert chat.ballot.place.at is At.TIP


def test_a_tip_that_no_keyboard_types() -> None:
    """Control characters and halves of characters are taken out, so that every database takes the text."""
    chat = at_the_tip()
    chat.types("Bel\x00 eens\ud800 terug\r\ngraag")
    assert chat.ballot.draft == "Bel eens terug\ngraag"


def test_strong_signs_in_a_tip_change_no_look() -> None:
    """Two asterisks in a tip make nothing strong."""
    chat = at_the_tip()
    chat.types("Bel **eens** terug")
    assert "“Bel eens terug”" in chat.says


def test_typing_at_an_old_prompt() -> None:
    """Words typed at a prompt that is not open any more change nothing."""
    chat = at_the_tip()
    prompt = chat.card.entry
    chat.taps("Terug", "Klaar")
    before = chat.ballot
    assert prompt is not None
    chat.hears(prompt.action, "Bel eens terug")
    assert chat.ballot == before
    assert "eerdere vraag" in chat.hint


@pytest.mark.parametrize("written", ["", "Bel eens terug"])
def test_done_beside_a_tip_that_was_left(written: str) -> None:
    """Where a tip is written apart, the card beside it still stands at the end: "done" there ends, and sends no tip."""
    chat = at_the_tip()
    if written:
        chat.types(written)
    chat.hears(f"{INVITATION}:done")
    assert chat.ballot.place == Place(At.THANKS)
    assert chat.ballot.texts == {}
    assert chat.ballot.draft == ""


# --- my answers ------------------------------------------------------------------------------------------------


def test_my_answers_are_shown_on_request() -> None:
    """My answers show everything that was said, tips too, and until when."""
    chat = Chat(lot=HR_FIRST)
    chat.taps(*TWO[:-1], "Tip voor HR")
    chat.types("Bel eens terug")
    chat.taps("Versturen", "Klaar", "Mijn antwoorden")
    for line in ("**HR**", "Gekregen: 4 goed", "Nodig: 3 voldoende", "Dienst: Verlof", "Thema: Deskundigheid"):
        assert line in chat.card.lines
    for line in ("Extra vraag: 1–2 uur", "Tip: “Bel eens terug”", "**ICT**", "Gekregen: 2 matig"):
        assert line in chat.card.lines
    assert "10 oktober" in chat.says
    assert chat.state == "finished"
    chat.taps("Terug naar mijn kaart")
    assert chat.says.startswith("**Dank je wel")


def test_my_answers_hide_nothing() -> None:
    """Half a pair is shown too: what is kept can be seen."""
    chat = about_hr("4 goed", "5 uitstekend", "Terug", "Terug", "Weet ik niet", "Later", "Terug naar mijn kaart")
    chat.hears(Action("i", "answers"))
    assert chat.ballot.answers == {"hr": {"needed": "5"}}
    assert "Nodig: 5 uitstekend" in chat.card.lines


def test_my_answers_before_any() -> None:
    """My answers without an answer say so, with nothing to erase."""
    chat = Chat()
    chat.hears(Action("i", "answers"))
    assert "nog niets geantwoord" in chat.says
    assert chat.buttons == ["Terug naar mijn kaart"]


def test_changing_one_answer() -> None:
    """Changing one answer leads back to my answers, and changes nothing else."""
    chat = Chat()
    chat.taps(*ONE, "Mijn antwoorden", "HR: Dienst")
    assert chat.asks == "Waar ging het vooral over?"
    chat.taps("Opleiding")
    assert chat.heading == "Mijn antwoorden"
    assert "Dienst: Opleiding" in chat.card.lines
    chat.taps("Terug naar mijn kaart")
    assert chat.state == "finished"


def test_changing_a_score_drops_the_theme() -> None:
    """A change that switches the wording drops the theme, says so, and lets it be answered again."""
    chat = Chat()
    chat.taps(*ONE, "Mijn antwoorden", "HR: Nodig", "2 matig")
    assert "thema" in chat.hint
    assert "Thema" not in chat.says
    chat.taps("HR: Thema")
    assert chat.asks == "Wat hielp het meest?"
    chat.taps("Snelheid")
    assert chat.ballot.value("hr", "theme") == "helped.speed"


def test_taking_back_a_score_on_the_way() -> None:
    """Who takes a score back while at the theme goes on at the next question that is still asked."""
    chat = about_hr("4 goed", "5 uitstekend", "Verlof")
    chat.hears(Action("i", "answers"))
    chat.taps("HR: Gekregen", "Weet ik niet", "Terug naar mijn kaart")
    assert chat.asks.startswith("Hoeveel werktijd")


def test_going_to_the_departments_while_changing() -> None:
    """Who goes back to the departments while changing an answer is not sent to a department that was un-ticked."""
    chat = about_both("4 goed", "5 uitstekend", "Verlof", "Snelheid", "Niets", "4 goed")
    chat.hears(Action("i", "change", ("hr", "received")))
    chat.taps("Terug", "ICT", "Verder")
    assert chat.ballot.came_from is None
    assert chat.says.endswith("Wil je nog iets kwijt?")  # about HR all is said


def test_from_the_departments_on_to_what_was_not_answered() -> None:
    """Who went back to tick one more is not asked again what they answered already."""
    chat = about_both("4 goed", "5 uitstekend", "Verlof", "Snelheid", "Niets", "4 goed")
    chat.hears(Action("i", "at", ("tick",)))
    chat.taps("Verder")
    assert chat.heading.startswith("ICT · 2 van 5")


def test_changing_a_tip() -> None:
    """A kept tip can be changed from my answers, also after the end."""
    chat = at_the_tip()
    chat.types("Bel eens terug")
    chat.taps("Versturen", "Klaar", "Mijn antwoorden", "Tip voor HR")
    assert chat.card.entry is not None
    assert chat.card.entry.draft == "Bel eens terug"
    chat.types("Bel altijd terug")
    chat.taps("Versturen", "Klaar")
    assert chat.ballot.texts == {"hr": "Bel altijd terug"}
    assert chat.state == "finished"


def test_erasing() -> None:
    """Erase asks once more, then nothing is left and no old button brings it back."""
    chat = Chat()
    chat.taps(*ONE[:2])
    old = chat.button("4 goed").action
    chat.taps(*ONE[2:], "Mijn antwoorden", "Mijn antwoorden wissen")
    assert not chat.ballot.is_empty
    chat.taps("Ja, wis alles")
    assert chat.ballot == Ballot(chat.ballot.lot, chat.ballot.place)
    assert (chat.ballot.place.at, chat.state) == (At.TICK, "invited")
    assert "Gewist" in chat.hint
    chat.hears(old)
    assert chat.ballot.is_empty


def test_not_erasing() -> None:
    """Who thinks again before erasing loses nothing."""
    chat = Chat()
    chat.taps(*ONE)
    before = chat.ballot
    chat.taps("Wie ziet dit?", "Mijn antwoorden wissen", "Terug naar mijn kaart")
    assert chat.ballot == before


# --- old, double and foreign buttons ---------------------------------------------------------------------------


@pytest.mark.parametrize("taps", [ONE, TWO])
def test_double_taps_change_nothing(taps: tuple[str, ...]) -> None:
    """A second tap on the same button of the straight path changes nothing, every time."""
    chat = Chat(setting_of(workplace=None), lot=HR_FIRST, introduce=True)
    for label in ("Begin", "Geen van deze", *taps):
        action = chat.button(label).action
        chat.taps(label)
        once = chat.ballot
        chat.hears(action)
        assert chat.ballot == once, label
        assert chat.wish is None


def test_an_old_answer_button_changes_that_answer() -> None:
    """A tap on an earlier card changes that answer, says so, and leaves somebody where they are."""
    chat = about_hr()
    old = chat.button("2 matig").action
    chat.taps("4 goed", "5 uitstekend")
    chat.hears(old)
    assert chat.ballot.value("hr", "received") == "2"
    assert chat.hint == "Aangepast."
    assert chat.asks == "Waar ging het vooral over?"


NONSENSE = [
    Action("i", "t", ("nobody", "on")),
    Action("i", "t", ("hr", "maybe")),
    Action("i", "w", ("hr",)),
    Action("i", "begin"),
    Action("i", "more"),
    Action("i", "done"),
    Action("i", "resume"),
    Action("i", "next"),
    Action("i", "none"),
    Action("i", "a", ("hr", "received", "6")),
    Action("i", "a", ("hr", "received", "")),
    Action("i", "a", ("hr", "theme", "missed.speed")),
    Action("i", "a", ("hr", "text", "x")),
    Action("i", "a", ("hr", "expected", "better")),
    Action("i", "a", ("ict", "received", "4")),
    Action("i", "a", ("nobody", "received", "4")),
    Action("i", "a", ("nobody", "theme", "helped.speed")),
    Action("i", "+", ("hr", "received", "4")),
    Action("i", "-", ("hr", "received", "4")),
    Action("i", "go", ("hr", "time")),
    Action("i", "pass", ("hr", "time")),
    Action("i", "pass", ("hr", "needed", "more")),
    Action("i", "to", ("ict", "received")),
    Action("i", "to", ("hr", "theme")),
    Action("i", "at", ("thanks",)),
    Action("i", "tip", ("hr",)),
    Action("i", "keep", ("hr",)),
    Action("i", "drop", ("hr",)),
    Action("i", "change", ("hr", "nothing")),
    Action("i", "change", ("nobody", "received")),
    Action("i", "later", ("never",)),
    Action("i", "explain", ("hr", "received")),
    Action("i", "explain", ("nobody", "nothing")),
    Action("i", "a"),
    Action("i", "a", ("hr",)),
    Action("i", "next", ("now",)),
    Action("i", "pause"),
    Action("i", "__class__"),
    Action("i", "; drop table ballot"),
]


@pytest.mark.parametrize("action", NONSENSE, ids=str)
def test_nonsense(action: Action) -> None:
    """An old button, an unknown verb or a wrong number of arguments is a hint, and nothing else."""
    chat = about_hr("4 goed")
    before, card, state = chat.ballot, chat.card, chat.state
    chat.hears(action)
    assert chat.hint
    assert (chat.ballot, chat.state, chat.wish) == (before, state, None)
    assert replace(chat.card, hint="") == card


@pytest.mark.parametrize("action", [Action("i", "a", ("hr", "needed", "4")), Action("i", "next"), Action("i", "tip")])
def test_typing_where_there_is_nothing_to_type(action: Action) -> None:
    """Words typed at anything but a prompt are a hint, and nothing else."""
    chat = about_hr("4 goed")
    before = chat.ballot
    chat.hears(action, "vier")
    assert chat.hint
    assert chat.ballot == before


def test_current_is_the_card_of_the_place() -> None:
    """The current card can be drawn again at any time, without the hint of the last reply."""
    chat = about_hr("4 goed", "5 uitstekend")
    assert conversation.current(chat.ballot, chat.setting) == chat.card


# --- an extra question of several ------------------------------------------------------------------------------


def several(options: int = 3, key: str = "channels", longest: int = 3) -> PickSeveral:
    """An extra question of which several answers may be given."""
    ask = Words.model_validate("Hoe kwam je bij {department}?")
    names = ["mail", "phone", "desk", "chat", "form", "post", "walk", "other"][:options]
    labels = [Words.model_validate(name.capitalize()) for name in names]
    keys = [name.ljust(longest, "x") for name in names]
    return PickSeveral(
        key=key, ask=ask, options=tuple(Option(key=k, label=label) for k, label in zip(keys, labels, strict=True))
    )


def test_all_that_is_on_at_once() -> None:
    """A platform with a list of its own says each time all that is on: hearing it twice changes nothing."""
    chat = Chat(setting_of(extra=several()))
    chat.chooses("ict", "hr")
    chat.chooses("hr")
    chat.chooses("hr")
    assert chat.ballot.ticked == ("hr",)
    chat.chooses()
    assert not chat.ballot.ticked
    chat.chooses("hr")
    chat.taps("Verder", "4 goed", "4 goed", "Iets anders", "Snelheid")
    options = [button.option for button in chat.card.choices if button.ticked is not None]
    chat.chooses(*options[:2])
    assert chat.ballot.value("hr", "channels") == ",".join(options[:2])
    chat.chooses()
    assert chat.ballot.value("hr", "channels") is None


def test_what_was_not_offered_is_not_chosen() -> None:
    """A list with a stranger in it, or for another place, changes nothing."""
    chat = Chat(setting_of(workplace="hr", extra=several()))
    for options in (("hr",), ("ict", "hr"), ("nowhere",)):
        chat.hears(f"{INVITATION}:ticks", options)
        assert chat.ballot.ticked == ()
        assert chat.hint
    chat.hears(f"{INVITATION}:picks:ict:channels", ("a",))
    assert chat.ballot.is_empty
    chat.chooses("ict")
    chat.taps("Verder")
    chat.hears(f"{INVITATION}:ticks", ("ict", "inkoop"))
    assert chat.ballot.ticked == ("ict",)


def test_what_somebody_said_is_on_a_card_apart() -> None:
    """A card that shows an answer or a text of theirs says that it is to be kept nowhere."""
    chat = Chat(lot=lot_that_draws("hr"))
    chat.taps("HR", "Verder", "2 matig", "4 goed", "Iets anders", "Snelheid", "Niets", "Tip voor HR")
    chat.types("Bel terug.")
    assert chat.card.apart
    chat.taps("Versturen")
    assert not chat.card.apart
    chat.taps("Mijn antwoorden")
    assert chat.card.apart


def test_several_answers() -> None:
    """A question of several shows what is on, takes it off again, and goes on at "next"."""
    chat = Chat(setting_of(extra=several()))
    chat.taps(*ONE[:-2])
    assert chat.asks == "Hoe kwam je bij HR?"
    mail = chat.button("Mail").action
    chat.taps("Desk", "Mail")
    chat.hears(mail)
    assert chat.ballot.value("hr", "channels") == "mail,desk"
    assert [button.label for button in chat.card.choices if button.ticked] == ["Mail", "Desk"]
    chat.taps("Mail", "Verder")
    assert chat.ballot.value("hr", "channels") == "desk"
    chat.taps("Terug", "Desk")
    assert chat.ballot.value("hr", "channels") is None
    chat.taps("Mail", "Overslaan")
    assert chat.ballot.value("hr", "channels") is None
    assert chat.ballot.place.at is At.END


# --- the longest keys ------------------------------------------------------------------------------------------


def longest_organisation() -> Organisation:
    """An organisation in which every key has the 16 characters it may have."""
    words = Words.model_validate
    services = tuple(Service(key=f"service-{n}".ljust(16, "x"), name=words(f"Dienst {n}")) for n in range(8))
    departments = tuple(
        Department(key=f"d{n:02}".ljust(16, "x"), name=words(f"Afdeling {n}"), share=0.1, services=services)
        for n in range(25)
    )
    survey = EXAMPLE.surveys[0].model_copy(update={"extra": (several(8, "extra-question-x", longest=16),)})
    rest = {name: getattr(EXAMPLE, name) for name in Head.model_fields}
    return Organisation(**rest, departments=departments, surveys=(survey,))


def longest_walk() -> Chat:
    """Somebody who sees every kind of card there, and says as much as can be said."""
    chat = Chat(setting_of(longest_organisation(), workplace=None), lot=2**64 - 1, introduce=True)
    chat.taps("Begin", "Geen van deze", *(f"Afdeling {n}" for n in range(25)), "Verder")
    chat.taps("Later", "Later vandaag", "Toch nu")
    options = ("Mail", "Phone", "Desk", "Chat", "Form", "Post", "Walk", "Other")
    about = ("1 slecht", "Uitleg", "5 uitstekend", "Dienst 7", "Deskundigheid", *options, "Verder")
    chat.taps(*about, *about, "Klaar", "Nog een afdeling", *about)
    for department in chat.ballot.drawn:
        chat.hears(Action("i", "tip", (department,)))
        chat.types("é" * 1000)
        chat.taps("Versturen")
    chat.taps("Klaar", "Wie ziet dit?", "Waarom ik?", "Wanneer vraag je mij?", "Terug naar mijn kaart")
    chat.taps("Mijn antwoorden", "Mijn antwoorden wissen", "Terug naar mijn kaart")
    chat.hears(Action("i", "change", (chat.ballot.drawn[0], "extra-question-x")))
    return chat


def test_actions_fit_a_telegram_button() -> None:
    """Every button's instruction fits 64 bytes, also where every key has 16 characters."""
    cards: list[Card] = longest_walk().seen
    for taps in (TWO, (*ONE, "Mijn antwoorden")):
        chat = Chat(lot=HR_FIRST)
        chat.taps(*taps)
        cards += chat.seen
    actions = [button.action for card in cards for button in buttons_of(card)]
    actions += [card.entry.action for card in cards if card.entry]
    longest = max(actions, key=len)
    assert len(longest.encode()) <= LONGEST, longest


def test_the_fullest_ballot_fits() -> None:
    """A ballot with everything there is to say stays below 8,000 bytes, and one tip more is refused kindly."""
    chat = longest_walk()
    assert len(chat.ballot.to_bytes()) < 8000
    assert Ballot.from_bytes(chat.ballot.to_bytes()) == chat.ballot
    assert len(draw(chat.ballot.ticked, chat.ballot.lot, chat.setting.weights)) == 25
    chat.hears(Action("i", "at", ("end",)))
    chat.hears(Action("i", "tip", (chat.ballot.drawn[0],)))
    chat.types("ü" * 1000)
    assert "te lang" in chat.hint
    assert len(chat.ballot.to_bytes()) < 8000
    chat.types("Kort")
    chat.taps("Versturen")
    assert chat.ballot.texts[chat.ballot.drawn[0]] == "Kort"
