"""What is said of the words of a question, and what is not."""

import pytest

from bot.core.advice import advice
from bot.core.doubts import doubts
from config import EXAMPLE
from config.load import read
from config.survey import Survey
from config.words import Words

TOWN = read(EXAMPLE)
(SURVEY,) = TOWN.surveys


def asking(question: str, **words: str) -> Survey:
    """The example, with one question in other words."""
    asked = getattr(SURVEY, question).model_copy(update={"ask": Words(**words)})
    return SURVEY.model_copy(update={question: asked})


def said(survey: Survey) -> list[tuple[str, str]]:
    """What is said, and about which words."""
    return [(one.what, one.words) for one in advice(survey)]


def test_the_example_is_fine() -> None:
    """Whoever starts from it starts without a remark."""
    assert said(SURVEY) == []


@pytest.mark.parametrize(
    ("words", "what", "about"),
    [
        ("Vind je ook niet dat {department} goed helpt?", "leading", "Vind je ook niet"),
        ("Ben je het eens met de hulp van {department}?", "leading", "eens met"),
        ("{department} hielp je goed, toch?", "leading", "toch"),
        ("Hoe prettig was {department}?", "leading", "Hoe prettig"),
        ("Hoe vond je de uitstekende hulp van {department}?", "leading", "uitstekende"),
        ("Hoe snel en vriendelijk was {department}?", "double", "snel en vriendelijk"),
        ("Hoe goed was het werk of de hulp van {department}?", "double", "werk of de"),
        ("Hoe vaak was {department} er niet?", "negation", "niet"),
        ("Hoe erg is het dat {department} nooit opneemt?", "negation", "nooit"),
    ],
)
def test_dutch(words: str, what: str, about: str) -> None:
    """By its words, which it names."""
    assert (what, about) in said(asking("received", nl=words, en=SURVEY.received.ask.en or ""))


@pytest.mark.parametrize(
    ("words", "what", "about"),
    [
        ("Don't you think {department} helps well?", "leading", "Don't you"),
        ("Do you agree that {department} helps?", "leading", "agree that"),
        ("How great was {department}?", "leading", "How great"),
        ("How was the excellent help of {department}?", "leading", "excellent"),
        ("How quick and friendly was {department}?", "double", "quick and friendly"),
        ("How often was {department} not there?", "negation", "not"),
    ],
)
def test_english(words: str, what: str, about: str) -> None:
    """The same."""
    assert (what, about) in said(asking("received", nl=SURVEY.received.ask.nl or "", en=words))


@pytest.mark.parametrize(
    "words",
    [
        "En hoe goed heeft {department} je geholpen?",
        "Hoe goed heeft {department} je geholpen?",
        "Hoe tevreden ben je over {department}?",
        "Hoe duidelijk was {department} over de offerte?",
        "Hoe notoir goed is {department}?",
        "Hoe eensgezind was {department}?",
    ],
)
def test_a_plain_question_gets_no_remark(words: str) -> None:
    """A word that only looks like one of those is none."""
    assert said(asking("received", nl=words, en="How good was {department}?")) == []


def test_what_is_picked_or_typed_may_name_two_things() -> None:
    """“Do differently, or do again”: whoever writes can say which."""
    assert said(asking("text", nl="Wat moet {department} anders of juist weer zo doen?", en="What?")) == []


def test_a_remark_names_its_place() -> None:
    """As the history of editions does; of an extra question by its key."""
    extra = SURVEY.extra[0].model_copy(update={"ask": Words(nl="Hoe snel en goed ging het?")})
    survey = SURVEY.model_copy(update={"extra": (extra, *SURVEY.extra[1:])})
    assert [one.place for one in advice(survey)] == [f"surveys.staff.extra.{extra.key}.ask.nl"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_check_says_it_too(language: str) -> None:
    """Among the doubts, with the words and the remedy."""
    survey = asking("received", nl="Hoe snel en vriendelijk was {department}?", en="How good was {department}?")
    town = TOWN.model_copy(update={"surveys": (survey,)})
    expected = {survey.key: {department.key: 100.0 for department in town.departments}}
    (doubt,) = doubts(town, expected, "nl" if language == "nl" else "en")
    assert "snel en vriendelijk" in doubt.said("nl" if language == "nl" else "en")
