"""The digests as they were posted, with their pictures; and the published figures as a file."""

from sqlmodel import Session
from starlette.responses import Response

from analysis.answers import Block
from bot.browsers import HEADERS
from bot.flow import leads_first, pictures, published
from bot.store import editions
from bot.web.admin.door import Refused
from bot.web.admin.visit import Visit
from config.roles import Role

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


async def shown(visit: Visit) -> Response:
    """Of one department, or of all that somebody may read."""
    wanted = visit.request.query_params.get("department", "")

    def gather(session: Session) -> dict[str, object]:
        organisation = editions.latest(session).organisation
        names = published.names(organisation, visit.language)
        readable = [key for key in names if visit.admin.standing.may_read(key)]
        whole = [published.WHOLE] if visit.admin.standing.may(Role.ADMIN, Role.READER) else []
        chosen = [wanted] if wanted in readable else [*whole, *readable]
        posts = published.digests(session, chosen, visit.admin.standing.leads, visit.now)
        here = wanted if wanted in readable else ""
        names[published.WHOLE] = organisation.name
        return {"posts": posts, "names": names, "readable": readable, "here": here, "zone": organisation.zone}

    return visit.html("digests.html", await visit.read(gather))


async def picture(visit: Visit) -> Response:
    """Of a released block, for who may read of its department."""
    number = visit.whole(visit.part("block"))

    def held(session: Session) -> frozenset[int] | None:
        """What the picture does not show yet; None where it is not for them."""
        found, standing = session.get(Block, number) if number is not None else None, visit.admin.standing
        if found is None or not standing.may_read(found.department):
            return None
        if not leads_first.may_see(session, found, standing.leads, visit.now):
            return None
        return leads_first.held(session, standing.leads, visit.now)

    without = await visit.read(held)
    if number is None or without is None:
        raise Refused(404)
    content = await pictures.picture(visit.database, number, without)
    return Response(content, headers=HEADERS, media_type="image/png")


async def exported(visit: Visit) -> Response:
    """Every published figure that somebody may read."""
    kind = visit.part("kind")
    if kind not in TYPES:
        raise Refused(404)

    def write(session: Session) -> bytes:
        organisation = editions.latest(session).organisation
        readable = [one.key for one in organisation.departments if visit.admin.standing.may_read(one.key)]
        return published.export(session, readable, visit.admin.standing.leads, kind, visit.admin.name, visit.now)

    content = await visit.write(write)
    name = f"klankbord-{visit.now:%Y-%m-%d}.{kind}"
    return Response(
        content, headers={**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}, media_type=TYPES[kind]
    )
