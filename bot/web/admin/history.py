"""Every edition, what it changed, and the way back to it."""

from sqlmodel import Session
from starlette.responses import Response

from bot.flow import editing
from bot.store import editions
from bot.web.admin.door import Refused
from bot.web.admin.proposing import propose
from bot.web.admin.visit import Visit
from config.changes import changes
from config.organisation import Organisation

MOST = 2**31 - 1  # that fits the column of a database


async def shown(visit: Visit) -> Response:
    """Every edition, newest first."""

    def gather(session: Session) -> dict[str, object]:
        return {"editions": editing.history(session), "zone": editions.latest(session).organisation.zone}

    return visit.html("history.html", await visit.read(gather))


async def compared(visit: Visit) -> Response:
    """What an edition changed, and how it differs from the one in force."""
    number = visit.request.path_params["number"]

    def gather(session: Session) -> dict[str, object]:
        here = _edition(session, number)
        now = editions.latest(session)
        before = _edition(session, number - 1) if number > 1 else here
        return {
            "number": number,
            "in_force": now.number,
            "changed": changes(before, here),
            "since": changes(here, now.organisation),
        }

    return visit.html("edition.html", await visit.read(gather))


async def put_back(visit: Visit) -> Response:
    """What an edition held becomes the new edition."""
    number = visit.request.path_params["number"]
    wanted = await visit.read(_edition, number)
    return await propose(visit, lambda today: wanted, "/history", note=f"rollback {number}")


def _edition(session: Session, number: int) -> Organisation:
    try:
        return editing.edition(session, min(number, MOST)).organisation
    except editing.NoSuchEdition:
        raise Refused(404) from None
