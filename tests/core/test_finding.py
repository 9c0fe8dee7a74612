"""What somebody types finds the service they need: a table of searches in the example, and whatever else is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.finding import LONGEST, MOST, Found, find
from config import EXAMPLE
from config.department import Department
from config.load import read
from config.words import LANGUAGES

TOWN = read(EXAMPLE)


def found(words: str) -> list[str]:
    """What is found, as `department/service` or `department`."""
    return [name(one) for one in find(TOWN.departments, words)]


def name(one: Found) -> str:
    """As it stands in the tables below."""
    return f"{one.department.key}/{one.service.key}" if one.service else one.department.key


HITS = [
    # names, in either language and any case
    ("ict", "ict"),
    ("HR", "hr"),
    ("Financiën", "financien"),
    ("finance", "financien"),
    ("afdeling communicatie", "communicatie"),
    ("Bezwaar en beroep", "juridisch/objections"),
    ("objections and appeals", "juridisch/objections"),
    # search words, in any order, with what says nothing around them
    ("kapotte laptop", "ict/laptop"),
    ("laptop kapot", "ict/laptop"),
    ("mijn laptop is kapot", "ict/laptop"),
    ("beeldscherm", "ict/laptop"),
    ("declaratie", "financien/claims"),
    ("bonnetje", "financien/claims"),
    ("ik heb een bonnetje van de trein", "financien/claims"),
    ("waar moet ik zijn voor mijn salarisstrook?", "hr/contract"),
    ("de printer doet het niet", "ict/fault"),
    ("forgot my password", "ict/login"),
    ("I need a receipt", "financien/claims"),
    ("wat doe ik met een boze inwoner en agressie", "veiligheid/aggression"),
    # plurals, hyphens, accents, and words written apart
    ("declaraties", "financien/claims"),
    ("zalen", "facilitair/rooms"),
    ("facturen", "financien/invoices"),
    ("invoices", "financien/invoices"),
    ("muizen", "ict/laptop"),
    ("wi-fi", "ict/fault"),
    ("burn out", "hr/illness"),
    ("beeld scherm", "ict/laptop"),
    ("data lek", "juridisch/privacy"),
    # slips of the finger
    ("lapotp", "ict/laptop"),
    ("kapote leptop", "ict/laptop"),
    ("beeldschrem", "ict/laptop"),
    ("declaartie", "financien/claims"),
    ("finacien", "financien"),
    ("velof", "hr/leave"),
    ("pasword", "ict/login"),
    ("brocken laptop", "ict/laptop"),
    ("steol", "facilitair/workplace"),
    # parts of compounds
    ("loonstrookje", "hr/contract"),
    ("vakantiedagen", "hr/leave"),
    ("fiets", "facilitair/vehicles"),
    ("laptophoes", "ict/laptop"),
    # what cannot wait
    ("gewond", "veiligheid/bhv"),
    ("er is iemand gewond", "veiligheid/bhv"),
    ("ongeluk", "veiligheid/bhv"),
    ("reanimatie", "veiligheid/bhv"),
    ("ehbo", "veiligheid/bhv"),
    ("first aid", "veiligheid/bhv"),
    ("someone is injured", "veiligheid/bhv"),
    ("emergency", "veiligheid/bhv"),
    # a department named beside what is needed
    ("hr verlof", "hr/leave"),
    ("ict storing", "ict/fault"),
    ("contract nakijken", "juridisch/contracts"),
]

CHOICES = [
    ("kapot", ["facilitair/workplace", "ict/laptop", "vastgoed/repairs"]),
    ("contract", ["hr/contract", "inkoop/contracts", "juridisch/contracts"]),
    ("contract hr", ["hr/contract", "inkoop/contracts"]),
    ("nieuwe medewerker", ["hr/recruitment", "ict/new-start"]),
    ("informatie over verlof", ["hr/leave", "informatie"]),
]

MISSES = [
    *("", " ", "?!", "🤷", "\x00", "xyzzy", "kroket", "pizza", "tandarts", "hond", "de burgemeester", "asdf"),
    *("stoep", "test", "brandstof", "huis", "hx", "waar moet ik zijn", "where do I go with this", "stop", "pauze"),
    *(
        "goed",
        "alles goed",
        "start",
        "boter",
        "later",
        "geluk",
        "gelukt",
        "maandag",
        "stemmen",
        "paspoort",
        "realiteit",
    ),
    *("boerenkool met worst", "een boom snoeien", "what is the weather like"),
]


@pytest.mark.parametrize(("words", "service"), HITS)
def test_one_service_fits(words: str, service: str) -> None:
    """And nothing else is shown beside it; also to who shouts, asks, or leaves more space."""
    assert found(words) == found(f"  {words.upper().replace(' ', '  ')}?!") == [service]


@pytest.mark.parametrize(("words", "services"), CHOICES)
def test_several_services_fit(words: str, services: list[str]) -> None:
    """The best first; of equals the first in the catalogue."""
    assert found(words) == services


@pytest.mark.parametrize("words", MISSES)
def test_nothing_fits(words: str) -> None:
    """What no department does, short words with a slip, and words that say nothing."""
    assert found(words) == []


def test_everything_is_found_by_each_of_its_names() -> None:
    """Each department, service and search word; first, or among others that are called the same."""
    for department in TOWN.departments:
        for language in LANGUAGES:
            assert department.key in found(department.name.in_(language))
        for service in department.services:
            names = [*(service.name.in_(language) for language in LANGUAGES), *service.words]
            unfound = [one for one in names if f"{department.key}/{service.key}" not in found(one)]
            assert unfound == [], f"{department.key}/{service.key}"


def test_what_only_says_what_words_around_it_say_can_be_found() -> None:
    """A service that is called “Help” is found by that; a question around it does not find it."""
    services = [{"key": f"s{n}", "name": name} for n, name in enumerate(("Help", "Rooms", "Mail"))]
    desk = Department.model_validate({"key": "desk", "name": "Team", "share": 0.5, "services": services})
    assert [name(one) for one in find([desk], "help")] == ["desk/s0"]
    assert [name(one) for one in find([desk], "help me with rooms")] == ["desk/s1"]
    assert [name(one) for one in find([desk], "team")] == ["desk"]


GUESSES = [
    *("laptp kapot", "declaratei", "lapotp", "beeldschrem", "kapote leptop", "velof", "finacien"),
    *("laptophoes", "loonstrookje", "klopt"),
]
CERTAIN = [
    *("kapotte laptop", "mijn laptop is kapot", "declaraties", "burn out", "contract nakijken", "hr verlof", "zalen"),
    *("ik heb een bonnetje van de trein", "Financiën", "fiets", "brocken laptop"),
]


@pytest.mark.parametrize(("words", "guessed"), [*((w, True) for w in GUESSES), *((w, False) for w in CERTAIN)])
def test_what_was_not_said_letter_for_letter_is_a_guess(words: str, guessed: bool) -> None:
    """A slip, a part of a compound or of a name; not where a whole name or search word was said, among others too."""
    assert [one.is_guess for one in find(TOWN.departments, words)] == [guessed] * len(found(words))
    assert found(words)


def test_one_letter_of_a_short_word_makes_another_word() -> None:
    """“Gewond” does not find healthy work where nobody is there for who is hurt; a longer word forgives it."""
    services = [{"key": f"s{n}", "name": name} for n, name in enumerate(("Gezond werken", "Vacature", "Stoel"))]
    desk = Department.model_validate({"key": "desk", "name": "Team", "share": 0.5, "services": services})
    assert find([desk], "iemand is gewond") == ()
    assert [name(one) for one in find([desk], "vakature")] == ["desk/s1"]


def test_the_end_of_a_compound_is_a_word_of_its_own() -> None:
    """Of five letters or more, behind another word: four at the end of one are often by chance."""
    services = [{"key": f"s{n}", "name": name} for n, name in enumerate(("Stoel", "Taart", "Vastgoed"))]
    desk = Department.model_validate({"key": "desk", "name": "Team", "share": 0.5, "services": services})
    assert [name(one) for one in find([desk], "bureaustoel")] == ["desk/s0"]
    assert find([desk], "start") == find([desk], "alles goed") == ()


NAMES = st.sampled_from([word for _, service in HITS for word in (_, service)])
TYPED = st.text(max_size=2 * LONGEST) | st.lists(NAMES | st.text(max_size=8), max_size=12).map(" ".join)


@given(TYPED, st.permutations(TOWN.departments))
def test_whatever_is_typed_finds_what_there_is(words: str, departments: list[Department]) -> None:
    """It never raises; results are at most three, different, and of the catalogue."""
    results = find(departments, words)
    assert len(results) <= MOST
    assert len({name(one) for one in results}) == len(results)
    for one in results:
        assert one.department in departments
        assert one.service is None or one.service in one.department.services
