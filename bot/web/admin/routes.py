"""Every address of the admin pages, with the roles that may use it. There is no other way in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from bot.web.admin import (
    departments,
    digests,
    documents,
    history,
    organisation,
    overview,
    people,
    promises,
    sessions,
    surveys,
)
from bot.web.admin.visit import Visit
from config.roles import Role

Answer = Callable[[Visit], Awaitable[Response]]

ADMINS = (Role.ADMIN,)
LEADS = (Role.ADMIN, Role.LEAD)
EVERYBODY = (Role.ADMIN, Role.LEAD, Role.READER)


@dataclass(frozen=True)
class Page:
    """One address below /admin. `tab` is its title in the side bar, where it stands there."""

    path: str
    roles: tuple[Role, ...]
    get: Answer | None = None
    post: Answer | None = None
    tab: str = ""


PAGES: tuple[Page, ...] = (
    Page("/overview", ADMINS, get=overview.shown, tab="admin.overview"),
    Page("/live", ADMINS, post=overview.gone_live),
    Page("/rounds/{round}/withdraw", ADMINS, post=overview.withdrawn),
    Page("/digests", EVERYBODY, get=digests.shown, tab="admin.digests"),
    Page("/digests/picture/{block}", EVERYBODY, get=digests.picture),
    Page("/digests/export/{kind}", EVERYBODY, post=digests.exported),
    Page("/promises", LEADS, get=promises.shown, tab="admin.promises"),
    Page("/departments", LEADS, get=departments.overview, tab="admin.departments"),
    Page("/departments/new", ADMINS, get=departments.blank, post=departments.added),
    Page("/departments/{key}", LEADS, get=departments.shown, post=departments.changed),
    Page("/departments/{key}/remove", ADMINS, post=departments.removed),
    Page("/surveys", ADMINS, get=surveys.overview, tab="admin.surveys"),
    Page("/surveys/{key}/questions", ADMINS, get=surveys.questions, post=surveys.asked_otherwise),
    Page("/surveys/{key}/rhythm", ADMINS, get=surveys.rhythm, post=surveys.asked_at_other_times),
    Page("/surveys/{key}/preview", ADMINS, post=surveys.previewed),
    Page("/surveys/{key}/{what}", ADMINS, post=surveys.paused),
    Page("/people", ADMINS, get=people.shown, tab="admin.people"),
    Page("/people/import", ADMINS, post=people.imported),
    Page("/organisation", ADMINS, get=organisation.shown, post=organisation.changed, tab="admin.organisation"),
    Page("/testcard", ADMINS, post=surveys.tested),
    Page("/documents", ADMINS, get=documents.shown, tab="admin.documents"),
    Page("/documents/{name}/{language}", ADMINS, get=documents.one),
    Page("/documents/{name}/{language}/file", ADMINS, get=documents.taken),
    Page("/history", ADMINS, get=history.shown, tab="admin.history"),
    Page("/history/{number:int}", ADMINS, get=history.compared),
    Page("/history/{number:int}/rollback", ADMINS, post=history.put_back),
    Page("/sessions", ADMINS, get=sessions.shown, tab="admin.sessions"),
    Page("/sessions/{id}/revoke", ADMINS, post=sessions.revoked),
)
