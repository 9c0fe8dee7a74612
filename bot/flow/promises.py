"""What a department promised, where others see it: in its channel, on its card, in its digest, at a first question.

Its channel is asked under each digest what it does with it, and reminded before the day that was promised.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.core import promises as cards
from bot.core.promises import Pledge
from bot.store import editions, outbox, promises
from bot.store.outbox import Kind, OutgoingRow
from bot.store.promises import Promise, PromiseState
from config.department import SOMETHING_ELSE, Department
from config.organisation import Organisation
from config.texts import say
from config.words import Language

SOON = timedelta(days=7)  # before the day that was promised, its channel is reminded


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
    """How many promises were kept since then, and how many are open: for a digest. Empty where there were none."""
    mine = [one for one in promises.in_public(session, day) if one.department in departments]
    ended = [one.state for one in mine if (one.settled_on or day) >= since]
    late = sum(_is_late(one, day) for one in mine)
    ahead = sum(one.state is PromiseState.OPEN for one in mine) - late
    counted = {
        "kept": ended.count(PromiseState.DONE),
        "dropped": ended.count(PromiseState.DROPPED),
        "ahead_one" if ahead == 1 else "ahead": ahead,
        "overdue": late,
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
            values |= {"department": department.name.in_(language), "day": cards.day(one.due, language)}
            found.append(say(f"everyone.promise_{how}", language, **values))
    return [say("everyone.promises", language), *found] if found else []


def _how(promise: Promise, day: date) -> str | None:
    """How colleagues are told of it; None where nothing was promised: what cannot be is explained on the card."""
    how = {PromiseState.OPEN: "open", PromiseState.DONE: "done", PromiseState.DROPPED: "stopped"}.get(promise.state)
    return "late" if _is_late(promise, day) else how


def to_tell(session: Session, departments: Iterable[str], day: date, weeks: int) -> dict[str, list[dict[str, object]]]:
    """What whoever is asked about a department reads first: its news since they were asked last, once for a point.

    What is over its day comes first, each time until it is done or stopped.
    """
    found: dict[str, list[dict[str, object]]] = {}
    known, since = set(departments), day - timedelta(weeks=weeks)
    for one in sorted(promises.in_public(session, day), key=lambda one: not _is_late(one, day)):
        how = _how(one, day) if one.department in known else None
        if how is None or (how != "late" and (one.settled_on or one.made_on) <= since):
            continue
        mine = found.setdefault(one.department, [])
        known_by_now = one.theme != SOMETHING_ELSE and one.theme in {told["theme"] for told in mine}
        if len(mine) < cards.MOST_TOLD and not known_by_now:
            late = one.due.isoformat() if one.due is not None and how == "late" else ""
            stopped = one.reason if how == "stopped" else ""
            mine.append(
                {"theme": one.theme, "words": one.words, "done": how == "done", "late": late, "stopped": stopped}
            )
    return found


def to_ask(session: Session, day: date) -> dict[str, str]:
    """By department the newest promise that stands or was kept: whether it is noticed is asked for a whole cycle."""
    found: dict[str, str] = {}
    for one in promises.in_public(session, day):
        if one.state in (PromiseState.OPEN, PromiseState.DONE):
            found.setdefault(one.department, one.words)
    return found
