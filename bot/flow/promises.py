"""What a department promised, where others see it: in its channel, on its card, in its digest, at a first question.

Its channel is asked under each digest what it does with it, and reminded before the day that was promised.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.core import promises as cards
from bot.core import told
from bot.core.promises import Pledge
from bot.store import editions, outbox, promises
from bot.store.outbox import Kind, OutgoingRow
from bot.store.promises import Promise, PromiseState
from config.department import SOMETHING_ELSE, Department
from config.organisation import Organisation
from config.texts import say
from config.words import Language

SOON = timedelta(days=7)  # before the day that was promised, its channel is reminded
_REMINDER = re.compile(r"promise:(?P<promise>[^:]+):(?P<what>soon|due)-(?P<due>\d{8}):")  # the id of a message
_QUESTION = re.compile(rf"points:|fresh:|{_REMINDER.pattern}")  # of one with buttons; its department ends it
Told = dict[str, list[dict[str, Any]]]  # by department: what is told, as a round keeps it
AGAIN = ("late", "moved")  # what colleagues are told of each time: it is not what was promised


def pledge(promise: Promise, department: Department, today: date) -> Pledge:
    """As it is shown today."""
    return Pledge(
        id=promise.id,
        department=department,
        theme=promise.theme,
        stance=promise.stance.value,
        words=promise.words,
        owner=promise.owner,
        due=promise.due,
        state=promise.state.value,
        reason=promise.reason,
        since=promise.settled_on,
        is_late=_is_late(promise, today),
        was_due=promise.was_due,
        today=today,
    )


def _is_late(promise: Promise, today: date) -> bool:
    """Whether its day is over, and it is not done."""
    return promise.state is PromiseState.OPEN and promise.due is not None and promise.due < today


# --- in the channel ----------------------------------------------------------------------------------------------


def invite(session: Session, organisation: Organisation, department: Department, block: int, at: datetime) -> None:
    """Right under its figures: what does a department do with them?"""
    language = department.language or organisation.language
    post(session, organisation, department, f"points:{block}", [say("promise.invite", language)], at)


def remind_due(session: Session, now: datetime) -> None:
    """A week before the day that was promised, and on it, its channel is asked how it stands."""
    organisation = editions.latest(session).organisation
    today = now.astimezone(organisation.zone).date()
    for promise in promises.is_open(session):
        department = organisation.by_key.get(promise.department)
        if department is not None and promise.due is not None and promise.due - SOON <= today:
            _remind(session, organisation, department, promise, now, late=promise.due <= today)


def forget(session: Session, now: datetime) -> None:
    """Drop drafts that nobody posted."""
    promises.forget_drafts(session, now.date())


def _remind(
    session: Session, organisation: Organisation, department: Department, promise: Promise, now: datetime, *, late: bool
) -> None:
    """Not a week before a day that was promised within the week: that was just said."""
    assert promise.due is not None  # noqa: S101  whoever calls has looked
    if not late and promise.due - SOON < promise.made_on:
        return
    language = department.language or organisation.language
    what = "due" if late else "soon"
    line = say(f"promise.{what}", language, words=cards.plain(promise.words), day=cards.day(promise.due, language))
    post(session, organisation, department, f"promise:{promise.id}:{what}-{promise.due:%Y%m%d}", [line], now)


def is_idle(session: Session, message: str, organisation: Organisation, today: date) -> bool:
    """Whether a question that waited, for a working day or for its channel, need not be asked any more.

    Nobody can answer one to a department that is gone. A reminder may ask what was settled or moved meanwhile; the one
    a week before is too late on the day itself, when another one asks.
    """
    if _QUESTION.match(message) and message.rpartition(":")[2] not in organisation.by_key:
        return True
    reminder = _REMINDER.match(message)
    promise = session.get(Promise, reminder["promise"]) if reminder is not None else None
    if reminder is None:
        return False
    if promise is None or promise.state is not PromiseState.OPEN or promise.due is None:
        return True
    return f"{promise.due:%Y%m%d}" != reminder["due"] or (reminder["what"] == "soon" and promise.due <= today)


def post(
    session: Session, organisation: Organisation, department: Department, cause: str, lines: list[str], at: datetime
) -> None:
    """A message to a department's channel, which it follows."""
    platform, _, address = organisation.channel_of(department).partition(":")
    row = OutgoingRow(
        id=f"{cause}:{department.key}",
        kind=Kind.PROMISE,
        platform=platform,
        address=address,
        lines=lines,
        department=department.key,
        not_before=at,
    )
    outbox.put(session, row)


# --- on its card and in its digest -------------------------------------------------------------------------------


def lines(session: Session, department: Department, day: date, language: Language) -> list[str]:
    """What a department promised, did, and cannot do: for its card."""
    found = promises.in_public(session, day, department.key)
    return [pledge(promise, department, day).line(language) for promise in found]


def tally(session: Session, departments: Collection[str], since: date, day: date, language: Language) -> list[str]:
    """How many promises were kept from `since` until `day`, and how many are open: for a digest.

    Empty where there were none. What is settled on that day is counted in the next one.
    """
    mine = [one for one in promises.in_public(session, day) if one.department in departments]
    ended = [one.state for one in mine if one.settled_on is not None and since <= one.settled_on < day]
    standing = [_how(one, day) for one in mine]
    ahead = standing.count("open")
    counted = {
        "kept": ended.count(PromiseState.DONE),
        "dropped": ended.count(PromiseState.DROPPED),
        "ahead_one" if ahead == 1 else "ahead": ahead,
        "later": standing.count("moved"),
        "overdue": standing.count("late"),
    }
    parts = ", ".join(say(f"promise.{key}", language, number=number) for key, number in counted.items() if number)
    return [say("promise.tally", language, parts=parts)] if parts else []


def to_everyone(session: Session, organisation: Organisation, since: date, day: date) -> list[str]:
    """What departments promise, and did or stopped from `since` until `day`, once: no figures.

    In the language of the organisation.
    """
    language, found = organisation.language, []
    for one in promises.in_public(session, day):
        department, how = organisation.by_key.get(one.department), _how(one, day)
        is_news = one.settled_on is None or since <= one.settled_on < day
        if department is not None and how is not None and is_news:
            values = {"words": cards.plain(one.words), "reason": cards.plain(one.reason)}
            days = {"day": cards.day(one.due, language, day), "was": cards.day(one.was_due, language, day)}
            name = department.name.in_(language)
            found.append(say(f"everyone.promise_{how}", language, department=name, **values, **days))
    return [say("everyone.promises", language), *found] if found else []


def _how(promise: Promise, day: date) -> str | None:
    """How colleagues are told of it; None where nothing was promised: what cannot be is explained on the card."""
    if promise.state is PromiseState.OPEN:
        return "late" if _is_late(promise, day) else "moved" if promise.was_due is not None else "open"
    return {PromiseState.DONE: "done", PromiseState.DROPPED: "stopped"}.get(promise.state)


def to_tell(session: Session, departments: Iterable[str], since: date, until: date, day: date) -> Told:
    """What whoever is asked about a department on that day reads first: its news from `since` until that other day,
    once for a point.

    What is over its day comes first, then the news, then what was moved: both each time until it is done or stopped.
    """
    found: Told = {}
    known = set(departments)
    for one in sorted(promises.in_public(session, day), key=lambda one: _urgency(one, since, until, day)):
        how = _how(one, day) if one.department in known else None
        if how is None or (how not in AGAIN and not _is_news(one, since, until)):
            continue
        mine = found.setdefault(one.department, [])
        known_by_now = one.theme != SOMETHING_ELSE and one.theme in {other["theme"] for other in mine}
        if len(mine) < told.MOST and not known_by_now:
            mine.append(_as_told(one, how, day))
    return found


def _urgency(promise: Promise, since: date, until: date, day: date) -> tuple[bool, bool]:
    return not _is_late(promise, day), not _is_news(promise, since, until)


def _is_news(promise: Promise, since: date, until: date) -> bool:
    """Whether it was made or settled on these days, of which the last belongs to the next news."""
    return since <= (promise.settled_on or promise.made_on) < until


def _as_told(promise: Promise, how: str, day: date) -> dict[str, Any]:
    """As it is kept with a round that opens on that day."""
    due, was = (one.isoformat() if one is not None else "" for one in (promise.due, promise.was_due))
    return {
        "theme": promise.theme,
        "words": promise.words,
        "done": how == "done",
        "late": due if how == "late" else "",
        "stopped": promise.reason if how == "stopped" else "",
        "moved": [was, due] if how == "moved" else [],
        "on": day.isoformat(),
    }


def to_ask(session: Session, day: date) -> dict[str, str]:
    """By department one promise that stands or was kept: whether it is noticed is asked for a whole cycle.

    The newest that was done, or whose day has come; else the newest, of which there may be nothing to notice yet.
    """
    found: dict[str, str] = {}
    standing = (PromiseState.OPEN, PromiseState.DONE)
    public = [one for one in promises.in_public(session, day) if one.state in standing]
    for one in sorted(public, key=lambda one: not _has_come(one, day)):
        found.setdefault(one.department, one.words)
    return found


def _has_come(promise: Promise, day: date) -> bool:
    """Whether there should be something to notice of it."""
    return promise.state is PromiseState.DONE or (promise.due is not None and promise.due <= day)


# --- where departments come and go -------------------------------------------------------------------------------


def abandoned(session: Session, organisation: Organisation, language: Language) -> list[str]:
    """What to mind of a change: departments that go although colleagues still count on what they promised."""
    today, counted = editions.latest(session).organisation, Counter(one.department for one in promises.is_open(session))
    gone = [one for one in today.departments if one.key not in organisation.by_key and counted[one.key]]
    return [
        say("promise.abandoned", language, department=one.name.in_(language), number=counted[one.key]) for one in gone
    ]
