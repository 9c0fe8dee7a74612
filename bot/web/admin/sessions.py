"""Who is signed in, and what admins did."""

from sqlmodel import Session
from starlette.responses import Response

from bot.flow import signing_in
from bot.store import audit, editions, signin
from bot.web.admin.visit import Visit


async def shown(visit: Visit) -> Response:
    """Every session that holds, and the audit log."""
    before = visit.whole(visit.request.query_params.get("before", ""))

    def gather(session: Session) -> dict[str, object]:
        return {
            "sessions": signin.everyone(session, visit.now),
            "entries": audit.entries(session, before),
            "zone": editions.latest(session).organisation.zone,
        }

    return visit.html("sessions.html", {"mine": visit.admin.id, **await visit.read(gather)})


async def revoked(visit: Visit) -> Response:
    """End a session, also one's own."""
    await visit.write(signing_in.revoke, visit.part("id"), visit.admin.name, visit.now)
    return visit.to("/sessions", "revoked")
