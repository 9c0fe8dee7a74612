"""Serves the admin pages: who comes in, whether they may, and then the page itself."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.browsers import HEADERS, preferred, root
from bot.core.platform import Platform
from bot.flow.signing_in import Admin
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.web.admin.door import Door, Refused
from bot.web.admin.drawing import STATIC, STATIC_URL, html
from bot.web.admin.routes import PAGES, Page
from bot.web.admin.visit import House, Tab, Visit

ENTRANCE = "/admin/enter"


class AdminPages:
    """Everything below /admin."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        platforms: Mapping[str, Platform],
        now: Callable[[], datetime],
        house: House,
        *,
        secure: bool,
    ) -> None:
        self._database, self._keyring, self._platforms, self._now = database, keyring, platforms, now
        self._house = house
        self._door = Door(database, now, secure=secure)

    def routes(self) -> list[BaseRoute]:
        """The whole map."""
        return [
            Route(ENTRANCE + "/{token}", self._enter, methods=["GET", "POST"]),
            Route("/admin", self._first),
            Route("/admin/leave", self._leave, methods=["POST"]),
            *(Route("/admin" + page.path, self._guarded(page), methods=_methods(page)) for page in PAGES),
            Route("/admin/{nowhere:path}", self._nowhere, methods=["GET", "POST"]),
            Mount(STATIC_URL, StaticFiles(directory=STATIC)),
        ]

    # --- coming and going --------------------------------------------------------------------------------------

    async def _enter(self, request: Request) -> Response:
        """A link that is looked at shows a button; the button signs in, so that no scanner uses the link up."""
        token = request.path_params["token"]
        if request.method == "POST":
            response = RedirectResponse(root(request) + "/admin", 303, HEADERS)
            if await self._door.enter(token, request, response):
                return response
        elif await self._door.waits(token):
            return html("enter.html", request, preferred(request), token=token)
        return html("plain.html", request, preferred(request), 404, key="admin.link_unknown")

    async def _first(self, request: Request) -> Response:
        """The first page that somebody may see."""
        try:
            admin = await self._door.admin(request)
        except Refused as refused:
            return _refusal(request, refused)
        return RedirectResponse(f"{root(request)}/admin{_tabs(admin)[0].path}", 303, HEADERS)

    async def _leave(self, request: Request) -> Response:
        try:
            admin = await self._door.admin(request)
            form = await self._door.form(request, self._door.csrf(request))
            await form.close()
        except Refused as refused:
            return _refusal(request, refused)
        response = html("plain.html", request, admin.language, key="admin.left")
        await self._door.leave(admin, response)
        return response

    async def _nowhere(self, request: Request) -> Response:
        return _refusal(request, Refused(404))

    # --- a page ------------------------------------------------------------------------------------------------

    def _guarded(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def answered(request: Request) -> Response:
            try:
                return await self._answered(page, request)
            except Refused as refused:
                return _refusal(request, refused)

        return answered

    async def _answered(self, page: Page, request: Request) -> Response:
        admin = await self._door.admin(request)
        if not admin.standing.may(*page.roles):
            raise Refused(403)
        csrf = self._door.csrf(request)
        answer = page.post if request.method == "POST" else page.get
        if answer is None:
            raise Refused(405)
        form = await self._door.form(request, csrf) if request.method == "POST" else FormData()
        tabs = _shown_tabs(admin, page, root(request))
        visit = Visit(
            request=request,
            admin=admin,
            database=self._database,
            now=self._now(),
            keyring=self._keyring,
            platforms=self._platforms,
            house=self._house,
            csrf=csrf,
            tabs=tabs,
            form=form,
        )
        try:
            return await answer(visit)
        finally:
            await form.close()


def _tabs(admin: Admin) -> list[Page]:
    return [page for page in PAGES if page.tab and admin.standing.may(*page.roles)]


def _shown_tabs(admin: Admin, here: Page, at: str) -> tuple[Tab, ...]:
    """A page below another belongs to it."""
    return tuple(
        Tab(f"{at}/admin{one.path}", one.tab, f"{here.path}/".startswith(f"{one.path}/")) for one in _tabs(admin)
    )


def _methods(page: Page) -> list[str]:
    return [method for method, answer in (("GET", page.get), ("POST", page.post)) if answer is not None]


def _refusal(request: Request, refused: Refused) -> Response:
    return html("plain.html", request, preferred(request), refused.status, key=f"admin.refused_{refused.status}")
