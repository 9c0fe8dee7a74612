"""What is allowed in a configuration but will probably disappoint: the warnings of `klankbord check`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.core.advice import advice
from bot.core.expectation import expected_answers
from config import deep
from config.department import Department
from config.organisation import Organisation
from config.survey import Survey
from config.texts import say
from config.words import LANGUAGES, Language, Model, Words

MARGIN = 1.3  # so many times the threshold has to be expected: people skip, and chance has its say
FEW_PEOPLE = 300  # below this, combine departments
LONGEST_QUESTION = 150  # characters: three lines on a telephone
SHOWN = 5  # places named in one warning

Expected = Mapping[str, Mapping[str, float]]
"""Survey -> department -> answers expected in a cycle."""


@dataclass(frozen=True)
class Doubt:
    """One warning: which, and the values that belong in the sentence."""

    what: str  # under `warning.` in the catalogue
    values: Mapping[str, object]

    def said(self, language: Language) -> str:
        """What is likely to go wrong, and the remedy."""
        return say(f"warning.{self.what}", language, **self.values)


def doubts(organisation: Organisation, expected: Expected, language: Language) -> list[Doubt]:
    """Every warning, the gravest first."""
    found = list(_small(organisation))
    for survey in organisation.surveys:
        found += _few(organisation, survey, expected[survey.key], language)
        found += _few_in_deep(organisation, survey, language)
    return [
        *found,
        *_paused(organisation, language),
        *_unasked(organisation, language),
        *_bare(organisation, language),
        *_long(organisation),
        *_worded(organisation),
        *_untranslated(organisation, language),
    ]


def _small(organisation: Organisation) -> Iterator[Doubt]:
    count = len(organisation.departments)
    if organisation.people < FEW_PEOPLE and count > 1:
        yield Doubt("small", {"people": organisation.people, "count": count, "few": FEW_PEOPLE})


def _paused(organisation: Organisation, language: Language) -> Iterator[Doubt]:
    for survey in organisation.surveys:
        if survey.paused:
            yield Doubt("paused", {"survey": survey.name.in_(language), "file": f"surveys/{survey.key}.toml"})


def _few(
    organisation: Organisation, survey: Survey, expected: Mapping[str, float], language: Language
) -> Iterator[Doubt]:
    wanted = organisation.threshold * MARGIN
    short = {key: answers for key, answers in expected.items() if answers < wanted}
    if not short:
        return
    values: dict[str, object] = {
        "threshold": organisation.threshold,
        "wanted": round(wanted),
        "departments": _counted(organisation, short, language),
        "survey": survey.key,
    }
    if survey.draw < 3:
        more = expected_answers(organisation, survey, 3)
        better = {key: more[key] for key in short}
        yield Doubt("few_draw", {**values, "better": _counted(organisation, better, language)})
    else:
        yield Doubt("few", values)


def _few_in_deep(organisation: Organisation, survey: Survey, language: Language) -> Iterator[Doubt]:
    """A deep cycle asks about fewer departments, so each gets fewer answers."""
    if survey.deep is None:
        return
    wanted = organisation.threshold * MARGIN
    expected = expected_answers(organisation, survey, deep.DEPARTMENTS)
    short = {key: answers for key, answers in expected.items() if answers < wanted}
    if short:
        departments = _counted(organisation, short, language)
        yield Doubt(
            "few_deep", {"threshold": organisation.threshold, "wanted": round(wanted), "departments": departments}
        )


def _counted(organisation: Organisation, answers: Mapping[str, float], language: Language) -> str:
    lowest_first = sorted(answers, key=lambda key: (answers[key], key))
    return ", ".join(f"{organisation.by_key[key].name.in_(language)} {answers[key]:.0f}" for key in lowest_first)


def _unasked(organisation: Organisation, language: Language) -> Iterator[Doubt]:
    asked = {department.key for survey in organisation.surveys for department in organisation.asked_about(survey)}
    yield from _about("unasked", (d for d in organisation.departments if d.key not in asked), language)


def _bare(organisation: Organisation, language: Language) -> Iterator[Doubt]:
    yield from _about("no_card", (d for d in organisation.departments if d.card is None), language)
    yield from _about("no_channel", (d for d in organisation.departments if not d.channel), language)
    yield from _about("no_lead", (d for d in organisation.departments if not d.lead), language)


def _about(what: str, departments: Iterable[Department], language: Language) -> Iterator[Doubt]:
    names = [department.name.in_(language) for department in departments]
    if names:
        yield Doubt(what, {"departments": ", ".join(names)})


def _long(organisation: Organisation) -> Iterator[Doubt]:
    for survey in organisation.surveys:
        for question in survey.questions():
            for language in LANGUAGES:
                length = len(getattr(question.ask, language) or "")
                if length > LONGEST_QUESTION:
                    place = f"surveys/{survey.key}.toml {question.key}.ask.{language}"
                    yield Doubt("long", {"place": place, "length": length, "most": LONGEST_QUESTION})


def _worded(organisation: Organisation) -> Iterator[Doubt]:
    for survey in organisation.surveys:
        for one in advice(survey):
            yield Doubt(one.what, {"place": one.place, "words": one.words})


def _untranslated(organisation: Organisation, shown_in: Language) -> Iterator[Doubt]:
    for language in LANGUAGES:
        places = [place for place, words in texts_of(organisation) if not getattr(words, language)]
        if places:
            shown = ", ".join(places[:SHOWN]) + (", …" if len(places) > SHOWN else "")
            name = say(f"warning.{language}", shown_in)
            yield Doubt("untranslated", {"tongue": name, "code": language, "count": len(places), "places": shown})


def texts_of(item: object, place: str = "") -> Iterator[tuple[str, Words]]:
    """Every configured text with its place, such as `departments.hr.card.expect`."""
    if isinstance(item, Words):
        yield place, item
    elif isinstance(item, Model):
        for name in type(item).model_fields:
            yield from texts_of(getattr(item, name), f"{place}.{name}".lstrip("."))
    elif isinstance(item, Mapping):
        for key, value in item.items():
            yield from texts_of(value, f"{place}.{key}")
    elif isinstance(item, tuple):
        for index, value in enumerate(item):
            yield from texts_of(value, f"{place}.{getattr(value, 'key', index)}")
