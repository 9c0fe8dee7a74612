"""What a survey researcher would say of the words of a question: it leads, it asks two things at once, or it denies.

After the usual rules for questions (Dillman, Smyth and Christian, Internet, Phone, Mail, and Mixed-Mode Surveys, 2014,
chapter 4). Found by words alone, so it says "perhaps"; few words are looked for, so that it seldom says so in vain.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from config.questions import BetterSameWorse, Duration, Expected, Found, Noticed, Question, Scale
from config.survey import Survey
from config.words import LANGUAGES, Language

What = Literal["leading", "double", "negation"]

_LEADING: Mapping[Language, str] = {
    "nl": r"(vindt?|vond(en)?) (je|u|jullie) (ook )?(niet|ook)\b|\beens (dat|met)\b|\bniet waar\b|\btoch\s*\?|"
    r"\bhoe (fijn|prettig|geweldig|vervelend|slecht|irritant)\b|\b(geweldig|uitstekend|fantastisch|waardeloos)e?\b|"
    r"\b(natuurlijk|uiteraard|vanzelfsprekend)\b",
    "en": r"\bdon'?t you\b|\b(would|do|did|is|are|was)n'?t (you|it|they|that)\b|\bagree (that|with)\b|"
    r"\bhow (great|nice|pleasant|wonderful|bad|awful|annoying)\b|\b(excellent|wonderful|terrible|useless)\b|"
    r"\b(of course|obviously|naturally)\b",
}
_DOUBLE: Mapping[Language, str] = {"nl": r"\w (en/of|en|of) \w", "en": r"\w (and/or|and|or) \w"}
_NEGATION: Mapping[Language, str] = {"nl": r"\b(niet|nooit|geen)\b", "en": r"\b(not|never|no)\b|n't\b"}
_ONE_JUDGEMENT = (Scale, Duration, BetterSameWorse, Expected, Found, Noticed)
"""The kinds whose answer is one judgement: of two things at once nobody can say which it is about."""


@dataclass(frozen=True)
class Advice:
    """One remark: what it is (`warning.…` in the catalogue), where, and the words that it is about."""

    what: What
    place: str  # in the organisation: `surveys.staff.received.ask.nl`
    words: str


def advice(survey: Survey) -> Iterator[Advice]:
    """Every remark about the questions of a survey, in their order."""
    for question in survey.questions():
        for language in LANGUAGES:
            text = getattr(question.ask, language)
            if text:
                yield from _about(question, text, language, _place(survey, question, language))


def _about(question: Question, text: str, language: Language, place: str) -> Iterator[Advice]:
    yield from _found("leading", _LEADING[language], text, place)
    if isinstance(question, _ONE_JUDGEMENT):
        yield from _found("double", _DOUBLE[language], _after_its_first_word(text), place)
        yield from _found("negation", _NEGATION[language], text, place)


def _found(what: What, pattern: str, text: str, place: str) -> Iterator[Advice]:
    found = re.search(pattern, text, re.IGNORECASE)
    if found is not None:
        yield Advice(what, place, _whole_words(text, found))


def _after_its_first_word(text: str) -> str:
    """“And how good …” joins nothing."""
    return text.partition(" ")[2]


def _whole_words(text: str, found: re.Match[str]) -> str:
    """What was found, with the words that it is cut out of."""
    whole = next((one for one in re.finditer(rf"\S*{re.escape(found[0])}\S*", text)), None)
    return whole[0].strip("?!.,") if whole is not None else found[0]


def _place(survey: Survey, question: Question, language: Language) -> str:
    extra = ".extra" if question in survey.extra else ""
    return f"surveys.{survey.key}{extra}.{question.key}.ask.{language}"
