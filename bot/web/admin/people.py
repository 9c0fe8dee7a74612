"""The people: how many there are and how they can be reached, and a list of them from a file. Never who answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select
from starlette.datastructures import UploadFile
from starlette.responses import Response

from bot.core.directory import COLUMNS, decode
from bot.flow import importing
from bot.flow.importing import Wanted
from bot.store.people import Account, Person
from bot.web.admin.door import Refused, uploaded
from bot.web.admin.visit import Visit

OVER = "/people"
MOST_SHOWN = 50


@dataclass(frozen=True)
class Shown:
    """Somebody, and where they can be reached."""

    person: Person
    accounts: tuple[Account, ...]


async def shown(visit: Visit) -> Response:
    """How many there are, who is called like this, and the form for a file."""
    wanted = visit.request.query_params.get("q", "").strip()[:120]

    def gather(session: Session) -> dict[str, object]:
        return {
            "counts": _counts(session),
            "languages": session.exec(select(Person.language, func.count()).group_by(Person.language)).all(),
            "unreachable": _with_accounts(session, _unreachable(session)),
            "found": _with_accounts(session, _called(session, wanted)) if wanted else [],
        }

    context = {"wanted": wanted, "most": MOST_SHOWN, "columns": COLUMNS, **await visit.read(gather)}
    return visit.html("people.html", context)


async def imported(visit: Visit) -> Response:
    """What a file would change; with the mark of what somebody saw, just that is done."""
    wanted = await _wanted(visit)
    seen = visit.said("seen")
    if seen:
        done = await visit.write(importing.carry_out, wanted, visit.platforms, seen, visit.admin.name, visit.now)
        if done is not None:
            if done.plan.removed:
                await visit.database.scrub()
            return visit.to(OVER, "imported")
    found = await visit.read(importing.look, wanted, visit.platforms)
    context = {
        "wanted": wanted,
        "found": found,
        "kinds": importing.kinds(found.plan),
        "may_go": found.may_go(wanted),
        "problems": [problem.sentence(visit.language) for problem in found.problems],
        "places": [(problem.line, problem.key) for problem in found.problems],
        "most": MOST_SHOWN,
        "overtaken": bool(seen),
    }
    return visit.html("import.html", context, 200 if found.may_go(wanted) else 422)


async def _wanted(visit: Visit) -> Wanted:
    """The file, as it was sent or as it was seen. Raises Refused(400) where there is none."""
    if isinstance(visit.form.get("file"), UploadFile):
        text, _ = decode(await uploaded(visit.form, "file"))
    else:
        text = visit.said("text")
    if not text:
        raise Refused(400)
    return Wanted(text, remove_absent=bool(visit.said("remove_absent")), skip_bad=bool(visit.said("skip_bad")))


# --- who there is ----------------------------------------------------------------------------------------------


def _counts(session: Session) -> dict[str, int]:
    """Of everybody: nothing here is about one person."""

    def count(*where: object) -> int:
        return session.exec(select(func.count()).select_from(Person).where(*where)).one()  # type: ignore[arg-type]

    reached = select(Account.person).where(col(Account.reachable).is_(True))
    return {
        "people": count(),
        "pilot": count(col(Person.pilot).is_(True)),
        "without": count(col(Person.key).not_in(reached)),
        "stopped": count(col(Person.stopped).is_(True)),
    }


def _unreachable(session: Session) -> Sequence[Person]:
    """Whose account cannot be written to."""
    gone = select(Account.person).where(col(Account.reachable).is_(False))
    found = select(Person).where(col(Person.key).in_(gone)).order_by(col(Person.name)).limit(MOST_SHOWN)
    return session.exec(found).all()


def _called(session: Session, words: str) -> Sequence[Person]:
    """Whose key, name or e-mail address holds these words."""
    like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    places = [col(place).ilike(like, escape="\\") for place in (Person.key, Person.name, Person.email)]
    found = select(Person).where(places[0] | places[1] | places[2]).order_by(col(Person.name)).limit(MOST_SHOWN)
    return session.exec(found).all()


def _with_accounts(session: Session, persons: Sequence[Person]) -> list[Shown]:
    keys = [person.key for person in persons]
    accounts = session.exec(select(Account).where(col(Account.person).in_(keys))).all()
    return [Shown(one, tuple(account for account in accounts if account.person == one.key)) for one in persons]
