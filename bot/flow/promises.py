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
from config.department import Department
from config.organisation import Organisation
from config.texts import say
from config.words import Language

SOON = timedelta(days=7)  # before the day that was promised, its channel is reminded


def pledge(promise: Promise, department: Department) -> Pledge:
    """As it is shown."""
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
    )


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
    return [pledge(promise, department).line(language) for promise in found]


def tally(session: Session, departments: Collection[str], since: date, day: date, language: Language) -> list[str]:
    """How many promises were kept since then, and how many are open: for a digest. Empty where there were none."""
    mine = [one for one in promises.in_public(session, day) if one.department in departments]
    kept = sum(one.state is PromiseState.DONE and (one.settled_on or day) >= since for one in mine)
    dropped = sum(one.state is PromiseState.DROPPED and (one.settled_on or day) >= since for one in mine)
    ahead = sum(one.state is PromiseState.OPEN for one in mine)
    going = "promise.ahead_one" if ahead == 1 else "promise.ahead"
    counted = (("promise.kept", kept), ("promise.dropped", dropped), (going, ahead))
    parts = ", ".join(say(key, language, number=number) for key, number in counted if number)
    return [say("promise.tally", language, parts=parts)] if parts else []


def to_everyone(session: Session, organisation: Organisation, since: date, day: date) -> list[str]:
    """What departments did since then, and what they are doing: no figures. In the language of the organisation."""
    language, found = organisation.language, []
    for one in promises.in_public(session, day):
        department, done = organisation.by_key.get(one.department), one.state is PromiseState.DONE
        recent = one.state is PromiseState.OPEN or (done and (one.settled_on or day) >= since)
        if department is not None and recent:
            key = "everyone.promise_done" if done else "everyone.promise_open"
            name = department.name.in_(language)
            found.append(say(key, language, department=name, words=cards.plain(one.words)))
    return [say("everyone.promises", language), *found] if found else []


def to_tell(session: Session, departments: Iterable[str], day: date, weeks: int) -> dict[str, list[dict[str, object]]]:
    """What whoever is asked about a department reads first: what it does or did since they were asked last."""
    found: dict[str, list[dict[str, object]]] = {}
    known = set(departments)
    since = day - timedelta(weeks=weeks)
    for one in promises.in_public(session, day):
        does = one.state in (PromiseState.OPEN, PromiseState.DONE) and one.department in known
        if does and (one.settled_on or one.made_on) > since:
            mine = found.setdefault(one.department, [])
            if len(mine) < cards.MOST_TOLD:
                mine.append({"theme": one.theme, "words": one.words, "done": one.state is PromiseState.DONE})
    return found


def to_ask(session: Session, day: date) -> dict[str, str]:
    """By department the newest promise that stands or was kept: whether it is noticed is asked for a whole cycle."""
    found: dict[str, str] = {}
    for one in promises.in_public(session, day):
        if one.state in (PromiseState.OPEN, PromiseState.DONE):
            found.setdefault(one.department, one.words)
    return found
