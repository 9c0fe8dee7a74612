"""The cards of who leads a department or speaks for it: promises, the estimate, the sentence and the tips."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.core import moments, promises, selfimage
from bot.core.gallery.picture import INVITATION, LONGEST_DAY, PROMISE, TIP, Picture
from bot.core.leading import LONGEST, ON_A_PAGE, Leading, Tip
from bot.core.promises import Pledge
from bot.core.timing import Calendar
from config.department import THEMES, Department
from config.organisation import Organisation
from config.questions import Text
from config.texts import say
from config.words import Language

LONGEST_MOMENT = datetime(2026, 9, 30, 9, tzinfo=UTC)
BLOCK = 123_456_789
KEY = "00000000-0000-4000-8000-000000000000"  # as long as those of answers
MOST_POINTS = 3  # to choose from: as many as a digest names in its details


def of_promises(organisation: Organisation, language: Language) -> Iterator[Picture]:
    """About the department with the longest name: what they say themselves is as long as they may make it."""
    department = max(organisation.departments, key=lambda one: len(one.name.in_(language)))
    draft = _pledge(department, "draft")
    yield Picture("points", promises.below_digest(1, language))
    yield Picture("stances", promises.stances(department, 1, language))
    for stance in promises.STANCES:
        yield Picture("which", promises.which(department, 1, stance, THEMES[:MOST_POINTS], language))
        action, back = promises.point_action(1, stance, THEMES[0]), promises.to_points(1, stance, language)
        yield Picture("sentence", promises.words(department, stance, THEMES[0], action, language, back))
    yield Picture("fresh", promises.told_off(language, "fresh.thanks", department=department.name.in_(language)))
    yield Picture("owner", promises.who(draft, language))
    yield Picture("role", promises.role(draft, language))
    for verb in ("due", "moved"):
        days = promises.days(LONGEST_DAY, Calendar(organisation.country))
        yield Picture("when_done", promises.when(draft, days, language, verb))
    theme = department.theme_name(THEMES[0], language)
    minded = f"{say('promise.twice', language, theme=theme)} {say('promise.named', language)}"
    yield Picture("promise_look", promises.look(draft, language, minded))
    yield Picture("promise_open", promises.below(INVITATION, language))
    for state in ("open", "done", "dropped", "explained"):
        for settled in (False, True):
            shown = promises.standing(_pledge(department, state), language, settled=settled)
            yield Picture("promise", shown)
    later = moments.in_words(LONGEST_MOMENT, language)
    yield Picture("promise", promises.standing(_pledge(department, "open"), language, settled=True, later=later))
    yield Picture("promise_done", promises.sure(draft, language))
    for verb, arguments in (("moved", ["20270101"]), ("quit", [])):
        yield Picture("reason", promises.reason(draft, verb, arguments, language))
    name = department.name.in_(language)
    for key in ("gone", "discarded", "not_yours"):
        yield Picture("promise_no", promises.told_off(language, f"promise.{key}", department=name))


def _pledge(department: Department, state: str) -> Pledge:
    words, owner = PROMISE, "de coördinator van de balie op de begane grond".ljust(promises.LONGEST_OWNER, ".")
    days, late = (LONGEST_DAY, LONGEST_DAY), state == "open"
    return Pledge(
        INVITATION, department, THEMES[0], "take", words, owner, days[0], state, words, days[1], late, days[0]
    )


def of_leads(organisation: Organisation, language: Language) -> Iterator[Picture]:
    """Of the department with the longest name, before its figures are there and after."""
    longest = max(organisation.departments, key=lambda department: len(department.name.in_(language)))
    name, day = longest.name.in_(language), moments.in_words(LONGEST_MOMENT, language)
    yield Picture("estimate", selfimage.question(language, BLOCK, name, day))
    yield Picture("held_back", selfimage.held_back(language, BLOCK, name))
    yield Picture("estimated", selfimage.thanks(language, BLOCK, name, day))
    yield Picture("estimate_late", selfimage.over(language, name, said=False))
    yield Picture("estimate_stands", selfimage.over(language, name, said=True))
    sentence, at = (TIP * 2)[:LONGEST], Leading(language, BLOCK, name, day)
    for said, tips in (("", 0), (sentence, 1_000)):
        yield Picture("lead", at.menu(said, tips))
    yield Picture("lead_out", Leading(language, BLOCK, name, "").menu(sentence, 1_000))
    yield Picture("lead_write", at.writing(sentence))
    written = [Tip(f"{KEY[:-1]}{number}", TIP[: Text.limit], number == 1) for number in range(3 * ON_A_PAGE)]
    yield Picture("lead_tips", at.tips(written, 2))
    yield Picture("lead_tip", at.tips(written[:2], 1))
