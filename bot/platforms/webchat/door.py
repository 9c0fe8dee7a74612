"""Who comes in: the session's cookie, and whether a form was sent by our own page. Nobody names an address here."""

import hashlib
import hmac
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from bot.browsers import is_foreign
from bot.platforms.webchat.rooms import Rooms

FORM_LIMIT = 16 * 1024  # bytes: a tip of 1000 characters is 12 kB at worst
FIELDS = 8
SECRET_LIMIT = 200  # characters: longer is nothing that we gave out
HALF_A_YEAR = 182 * 24 * 3600  # seconds: longer than the time between two questions


class Refused(Exception):
    """This request gets no answer but a plain page with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(frozen=True)
class Visitor:
    """Somebody with a session."""

    address: str
    session: str = field(repr=False)

    @property
    def is_channel(self) -> bool:
        """Whether this is a reader of one channel instead of a person."""
        return self.address.startswith("#")

    @property
    def csrf(self) -> str:
        """What only a page of this session can send along."""
        return hmac.new(self.session.encode(), b"klankbord form", hashlib.sha256).hexdigest()


class Door:
    """Lets people in by their personal link, and knows them again by their cookie."""

    def __init__(self, rooms: Rooms, *, secure: bool) -> None:
        self._rooms = rooms
        self._secure = secure
        # "__Host-": the browser itself refuses such a cookie unless it is Secure, without Domain and for Path=/
        self._cookie = "__Host-klankbord" if secure else "klankbord"

    async def enter(self, token: str, request: Request, response: Response) -> bool:
        """Exchange a personal link for a cookie. Who is in already keeps theirs, so that an open page still works."""
        session = await self._rooms.enter(token) if len(token) <= SECRET_LIMIT else None
        if session is None:
            return False
        known = request.cookies.get(self._cookie, "")
        if 0 < len(known) <= SECRET_LIMIT and await self._rooms.who(known) == await self._rooms.who(session):
            await self._rooms.leave(session)
            return True
        response.set_cookie(
            self._cookie, session, max_age=HALF_A_YEAR, path="/", secure=self._secure, httponly=True, samesite="lax"
        )
        return True

    async def leave(self, visitor: Visitor, response: Response) -> None:
        """End the session, here and in the browser."""
        await self._rooms.leave(visitor.session)
        response.delete_cookie(self._cookie, path="/", secure=self._secure, httponly=True, samesite="lax")

    async def visitor(self, request: Request) -> Visitor:
        """Who this is. Raises Refused(401)."""
        session = request.cookies.get(self._cookie, "")
        address = await self._rooms.who(session) if 0 < len(session) <= SECRET_LIMIT else None
        if address is None:
            raise Refused(401)
        return Visitor(address, session)

    async def form(self, request: Request) -> tuple[Visitor, dict[str, str]]:
        """Who sent which form. Raises Refused when it was not our own page that did."""
        if is_foreign(request):
            raise Refused(403)
        visitor = await self.visitor(request)
        form = await _read(request)
        if not hmac.compare_digest(form.get("csrf", "").encode(), visitor.csrf.encode()):
            raise Refused(403)
        return visitor, form


async def _read(request: Request) -> dict[str, str]:
    """The fields of a form. Raises Refused(413) above the limit and Refused(400) for anything that is no form."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise Refused(400)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_LIMIT:
            raise Refused(413)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except ValueError:  # also what is not ASCII or not UTF-8
        raise Refused(400) from None
    if len(dict(pairs)) != len(pairs):
        raise Refused(400)
    return dict(pairs)
