"""The demonstration's page: your chat, a department's channel, and what the database knows of you."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.browsers import HEADERS
from bot.core.platform import Hear
from bot.demo.town import LED, Town
from bot.platforms.webchat.door import Door, Refused, Visitor
from bot.platforms.webchat.drawing import environment, words
from bot.platforms.webchat.rooms import Channel, Rooms
from bot.platforms.webchat.stream import Forms, Streams
from config.texts import say
from config.words import LANGUAGES, Language

HERE = Path(__file__).parent
STATIC_URL = "/static/demo"


@dataclass(frozen=True)
class Tab:
    """One department's channel."""

    key: str
    title: str
    is_here: bool
    is_new: bool  # it has a message


@dataclass
class DemoPages:
    """Routes of the demonstration, beside those of the web chat."""

    town: Town
    rooms: Rooms
    hear: Hear
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """The same door as the web chat's: a session is a session."""
        self._door = Door(self.rooms, secure=False)
        self._templates = environment(HERE / "templates")
        self._streams = Streams(self.rooms, self.hear, self.town.simulation.organisation.zone)

    def routes(self) -> list[BaseRoute]:
        """The page, its three steps, the language, and the panel."""
        return [
            Route("/start/{token}", self._start),
            Route("/demo", self._page),
            Route("/demo/panel", self._panel),
            Route("/demo/picture/{number:int}", self._picture),
            Route("/demo/close", self._close, methods=["POST"]),
            Route("/demo/morning", self._morning, methods=["POST"]),
            Route("/demo/next", self._next, methods=["POST"]),
            Route("/demo/language", self._language, methods=["POST"]),
            Route("/demo/admin", self._admin, methods=["POST"]),
            Mount(STATIC_URL, StaticFiles(directory=HERE / "static")),
        ]

    async def _start(self, request: Request) -> Response:
        response = RedirectResponse("/demo", 303, HEADERS)
        return response if await self._door.enter(request.path_params["token"], request, response) else self._lost()

    async def _page(self, request: Request) -> Response:
        try:
            visitor = await self._door.visitor(request)
        except Refused:
            return self._lost()
        language: Language = self.town.simulation.organisation.language
        tabs = await self._tabs(request, language)
        here = next(tab for tab in tabs if tab.is_here)
        channel = Channel(self._address(here.key), here.title)
        return self._drawn(
            "town.html",
            request,
            conversation=await self._streams.conversation(visitor.address, language),
            forms=_forms(visitor),
            posts=await self._streams.posts(channel, language, reader=visitor.address),
            news=f"/demo/panel?channel={here.key}&posts=1",
            tabs=tabs,
            channel=here.key,
            csrf=visitor.csrf,
            languages=[(one, say(f"demo.language_{one}", language)) for one in LANGUAGES],
            **await self._state(),
        )

    async def _panel(self, request: Request) -> Response:
        try:
            visitor = await self._door.visitor(request)
        except Refused:
            return Response(status_code=401, headers=HEADERS)
        if "posts" in request.query_params:
            return await self._new_posts(request, visitor)
        here = self._here(request)
        return self._drawn("_panel.html", request, csrf=visitor.csrf, channel=here, **await self._state())

    async def _new_posts(self, request: Request, visitor: Visitor) -> Response:
        """What was said in a channel since the page was drawn: nearly always a promise of the visitor's own."""
        await self.town.deliver()
        language: Language = self.town.simulation.organisation.language
        after = request.query_params.get("after", "")
        here = next(tab for tab in await self._tabs(request, language) if tab.is_here)
        channel, number = Channel(self._address(here.key), here.title), int(after) if after.isdecimal() else 0
        posts = await self._streams.posts(channel, language, number, visitor.address)
        if not posts.bubbles:
            return Response(status_code=204, headers=HEADERS)
        return self._drawn("_posts.html", request, bubbles=posts.bubbles, forms=_forms(visitor))

    async def _picture(self, request: Request) -> Response:
        """Of any department: the visitor looks over every shoulder."""
        try:
            await self._door.visitor(request)
        except Refused as refused:
            return Response(status_code=refused.status, headers=HEADERS)
        found = await self.rooms.picture(request.path_params["number"])
        return Response(found[1], headers=HEADERS, media_type="image/png") if found else Response(status_code=404)

    async def _close(self, request: Request) -> Response:
        return await self._stepped(request, self.town.close)

    async def _morning(self, request: Request) -> Response:
        return await self._stepped(request, self.town.morning)

    async def _next(self, request: Request) -> Response:
        return await self._stepped(request, self._begin_next)

    async def _begin_next(self) -> None:
        """Aside, so that the page can show how far it is."""
        if self.town.may_go_on:
            self.town.busy = 0.0
            task = asyncio.create_task(self.town.next_round())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _language(self, request: Request) -> Response:
        try:
            _, form = await self._door.form(request)
        except Refused as refused:
            return Response(status_code=refused.status, headers=HEADERS)
        chosen = next((known for known in LANGUAGES if known == form.get("language")), LANGUAGES[0])
        await self.town.speak(chosen)
        return RedirectResponse("/demo", 303, HEADERS)

    async def _admin(self, request: Request) -> Response:
        """To the admin pages, by a link of the visitor's own."""
        try:
            await self._door.form(request)
        except Refused as refused:
            return Response(status_code=refused.status, headers=HEADERS)
        return RedirectResponse(await self.town.entrance(), 303, HEADERS)

    async def _stepped(self, request: Request, step: Callable[[], Awaitable[None]]) -> Response:
        try:
            _, form = await self._door.form(request)
        except Refused as refused:
            return Response(status_code=refused.status, headers=HEADERS)
        await step()
        return RedirectResponse(f"/demo?channel={self._known(form.get('channel', ''))}", 303, HEADERS)

    async def _state(self) -> dict[str, object]:
        known = await self.town.known()
        organisation = self.town.simulation.organisation
        language: Language = organisation.language
        local = self.town.simulation.now.astimezone(organisation.zone)
        department = organisation.by_key.get(known.department or "")
        answered = self.town.closed or (known.invitations[-1:] in (("finished",), ("declined",)))
        return {
            "known": known,
            "workplace": department.name.in_(organisation.language) if department else "",
            "town": self.town,
            "local": local,
            "month": say(f"month.m{local.month}", language),
            "states": [say(f"demo.state_{state}", language) for state in known.invitations],
            "lit": 3 if self.town.closed else 2 if answered else 1,
        }

    async def _tabs(self, request: Request, language: Language) -> list[Tab]:
        departments = self.town.simulation.organisation.departments
        new = [d.key for d in departments if await self.rooms.messages(self._address(d.key))]
        here = self._here(request)
        return [Tab(d.key, d.name.in_(language), d.key == here, d.key in new) for d in departments]

    def _here(self, request: Request) -> str:
        """Whose channel is looked at."""
        return self._known(request.query_params.get("channel", ""))

    def _known(self, key: str) -> str:
        """A department; the visitor's own where there is none of this key."""
        return key if key in self.town.simulation.organisation.by_key else LED

    def _address(self, key: str) -> str:
        return (self.town.simulation.organisation.by_key[key].channel or ":").partition(":")[2]

    def _lost(self) -> Response:
        return Response(say("demo.lost", self.town.simulation.organisation.language), 401, HEADERS, "text/plain")

    def _drawn(self, template: str, request: Request, **context: object) -> HTMLResponse:
        language: Language = self.town.simulation.organisation.language
        known = words(request, language) | {"pictures": "/demo/picture"}
        return HTMLResponse(
            self._templates.get_template(template).render(**known, demo=STATIC_URL, **context), headers=HEADERS
        )


def _forms(visitor: Visitor) -> Forms:
    return Forms(visitor.csrf, "/chat/tap", "/chat/type", "/chat/ask", "/chat/messages")
