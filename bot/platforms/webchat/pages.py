"""The routes of the web chat. The address always comes from the session's cookie, never from the request."""

import functools
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import tzinfo
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.browsers import HEADERS, preferred, root
from bot.core.platform import Hear
from bot.platforms.webchat import replies
from bot.platforms.webchat.cards import face
from bot.platforms.webchat.door import Door, Refused, Visitor
from bot.platforms.webchat.drawing import STATIC, STATIC_URL, html, is_fragment
from bot.platforms.webchat.frame import channel_path, frame, readable
from bot.platforms.webchat.rooms import Rooms
from bot.platforms.webchat.stream import Forms, Reply, Streams, Turn
from config.words import Language

Endpoint = Callable[[Request], Awaitable[Response]]
Replying = Callable[[Hear, str, replies.Form, Language], Awaitable[Reply]]


class Pages:
    """Everything a browser can ask for."""

    def __init__(self, rooms: Rooms, hear: Hear, door: Door, zone: tzinfo) -> None:
        self._rooms = rooms
        self._hear = hear
        self._door = door
        self._streams = Streams(rooms, hear, zone)

    def routes(self) -> list[BaseRoute]:
        """The whole map."""
        get = [
            ("/", self._to_chat),
            ("/join/{token}", self._join),
            ("/chat", self._chat),
            ("/chat/messages", self._news),
            ("/channel/{address:path}", self._channel),
            ("/picture/{number:int}", self._picture),
        ]
        post = [
            ("/chat/tap", self._replying(replies.tapped)),
            ("/chat/type", self._replying(replies.typed)),
            ("/chat/ask", self._replying(replies.asked)),
            ("/chat/leave", self._leave),
        ]
        return [
            *(Route(path, _polite(endpoint)) for path, endpoint in get),
            *(Route(path, _polite(endpoint), methods=["POST"]) for path, endpoint in post),
            *(Route(path, _polite(self._to_chat)) for path, _ in post),  # the address of a page drawn from a form
            Mount(STATIC_URL, _Static(directory=STATIC)),
        ]

    # --- coming and going --------------------------------------------------------------------------------------

    async def _to_chat(self, request: Request) -> Response:
        return _redirect(request, "/chat")

    async def _join(self, request: Request) -> Response:
        if request.method == "HEAD":  # a link scanner; a session is for somebody who reads
            return Response(headers=HEADERS)
        response = _redirect(request, "/chat")
        if await self._door.enter(request.path_params["token"], request, response):
            return response
        return html("plain.html", request, preferred(request), 404, key="join.unknown")

    async def _leave(self, request: Request) -> Response:
        visitor, _ = await self._door.form(request)
        response = html("plain.html", request, preferred(request), key="webchat.left")
        await self._door.leave(visitor, response)
        return response

    # --- the conversation --------------------------------------------------------------------------------------

    async def _chat(self, request: Request) -> Response:
        visitor = await self._door.visitor(request)
        if visitor.is_channel:
            return _redirect(request, channel_path(visitor.address))
        return await self._drawn(request, visitor)

    async def _news(self, request: Request) -> Response:
        visitor = await self._person(request)
        news = await self._streams.news(visitor.address, _after(request), preferred(request))
        if not news.bubbles:
            return Response(status_code=204, headers=HEADERS)
        forms = _forms(request, visitor)
        return html("_bubbles.html", request, news.language, bubbles=news.bubbles, forms=forms)

    def _replying(self, how: Replying) -> Endpoint:
        async def replied(request: Request) -> Response:
            visitor, form = await self._door.form(request)
            if visitor.is_channel:
                raise Refused(403)
            reply = await how(self._hear, visitor.address, form, preferred(request))
            if not is_fragment(request):
                return await self._drawn(request, visitor, reply)
            drawn, forms = face(reply.card, reply.slot), _forms(request, visitor)
            if reply.asked:
                return html("_turn.html", request, drawn.language, turn=Turn(drawn, reply.asked), forms=forms)
            return html("_card.html", request, drawn.language, face=drawn, forms=forms)

        return replied

    async def _drawn(self, request: Request, visitor: Visitor, reply: Reply | None = None) -> Response:
        conversation = await self._streams.conversation(visitor.address, preferred(request), reply)
        side = frame(request, visitor, await readable(self._rooms, visitor))
        forms = _forms(request, visitor)
        return html("chat.html", request, conversation.language, conversation=conversation, forms=forms, frame=side)

    # --- a channel ---------------------------------------------------------------------------------------------

    async def _channel(self, request: Request) -> Response:
        visitor = await self._door.visitor(request)
        name = request.path_params["address"].removeprefix("#")
        channels = await readable(self._rooms, visitor)
        channel = next((c for c in channels if c.address == f"#{name}"), None)
        if channel is None:
            raise Refused(404)
        home = None if visitor.is_channel else await self._streams.home(visitor.address)
        language = home.language if home else preferred(request)
        reader = None if visitor.is_channel else visitor.address
        posts = await self._streams.posts(channel, language, _after(request), reader)
        forms = _forms(request, visitor)
        if is_fragment(request):
            fragment = html("_posts.html", request, language, bubbles=posts.bubbles, forms=forms)
            return fragment if posts.bubbles else Response(status_code=204, headers=HEADERS)
        side = frame(request, visitor, channels, channel.address)
        news = root(request) + channel_path(channel.address)
        return html("channel.html", request, language, posts=posts, news=news, frame=side, forms=forms)

    async def _picture(self, request: Request) -> Response:
        visitor = await self._door.visitor(request)
        found = await self._rooms.picture(request.path_params["number"])
        mine = {visitor.address, *(channel.address for channel in await readable(self._rooms, visitor))}
        if found is None or found[0] not in mine:
            raise Refused(404)
        return Response(found[1], headers=HEADERS, media_type="image/png")

    async def _person(self, request: Request) -> Visitor:
        visitor = await self._door.visitor(request)
        if visitor.is_channel:
            raise Refused(403)
        return visitor


class _Static(StaticFiles):
    """Our own style, script and picture."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        response = await super().get_response(path, scope)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _polite(endpoint: Endpoint) -> Endpoint:
    """The same, but whoever is refused gets a page that says why."""

    @functools.wraps(endpoint)
    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refused as refused:
            return html("plain.html", request, preferred(request), refused.status, key=_WHY[refused.status])

    return answered


def _forms(request: Request, visitor: Visitor) -> Forms:
    at = root(request) + "/chat"
    return Forms(visitor.csrf, f"{at}/tap", f"{at}/type", f"{at}/ask", f"{at}/messages")


def _redirect(request: Request, path: str) -> Response:
    return RedirectResponse(root(request) + path, 303, HEADERS)


def _after(request: Request) -> int:
    """The message number after which somebody wants more. Raises Refused(400)."""
    after = request.query_params.get("after", "0")
    if not after.isascii() or not after.isdigit() or len(after) > 15:
        raise Refused(400)
    return int(after)


_WHY = {
    400: "webchat.malformed",
    401: "webchat.use_link",
    403: "webchat.refused",
    404: "webchat.no_channel",
    413: "webchat.too_large",
}
