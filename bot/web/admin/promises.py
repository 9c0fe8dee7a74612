"""What departments promised and what became of it: of all for admins, of their own for a lead."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session
from starlette.responses import Response

from bot.core.promises import Pledge, plain, sentence
from bot.core.promises import day as on
from bot.flow import promise_list, published
from bot.flow.promise_list import Listed
from bot.store import editions
from bot.web.admin.visit import Visit
from config.roles import Role
from config.texts import say
from config.words import Language


async def shown(visit: Visit) -> Response:
    """Of one department, or of all that are theirs."""
    wanted = visit.request.query_params.get("department", "")

    def gather(session: Session) -> dict[str, object]:
        names = published.names(editions.latest(session).organisation, visit.language)
        standing = visit.admin.standing
        mine = {key: name for key, name in names.items() if standing.may(Role.ADMIN) or key in standing.leads}
        here = wanted if wanted in mine else ""
        found = promise_list.listed(session, [here] if here else mine, standing.leads, visit.language, visit.now)
        rows = [_row(one, visit.language) for one in found]
        is_open = [one.pledge.state == "open" for one in found]
        return {
            "names": mine,
            "here": here,
            "going": [row for row, going in zip(rows, is_open, strict=True) if going],
            "closed": [row for row, going in zip(rows, is_open, strict=True) if not going],
        }

    return visit.html("promises.html", await visit.read(gather))


def _row(one: Listed, language: Language) -> Mapping[str, object]:
    """What the page says of one promise."""
    pledge = one.pledge
    return {
        "department": pledge.department.name.in_(language),
        "words": plain(pledge.words),
        "point": pledge.point(language),
        "owner": pledge.sees_to_it(language) or "—",
        "made": on(one.made_on, language, pledge.today),
        "due": _dated(pledge.due, pledge, language),
        "settled": _dated(pledge.since, pledge, language),
        "is_late": pledge.is_late,
        "state": say(f"admin.promise_{'late' if pledge.is_late else pledge.state}", language),
        "moved": _moved(one, pledge, language),
        "why": sentence(pledge.reason) if pledge.state == "dropped" else "",
        "noticed": one.noticed,
    }


def _dated(when: date | None, pledge: Pledge, language: Language) -> str:
    return on(when, language, pledge.today) if when is not None else "—"


def _moved(one: Listed, pledge: Pledge, language: Language) -> str:
    """How often it was, and why the last time; of one that goes on."""
    if pledge.state != "open" or not one.moved:
        return ""
    values = {"times": one.moved, "day": on(pledge.was_due, language, pledge.today), "reason": sentence(pledge.reason)}
    return say("admin.promise_moved", language, **values)
