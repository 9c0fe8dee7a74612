"""Who comes in: the cookie of a session, and whether a form was sent by our own page."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from bot.browsers import is_foreign
from bot.flow import signing_in
from bot.flow.signing_in import Admin
from bot.store import signin
from bot.store.database import Database

FORM_LIMIT = 1024 * 1024  # bytes: a survey in two languages is under 100 kB
FILE_LIMIT = 8 * 1024 * 1024  # bytes: 50,000 people are about 5 MB
FIELDS = 4000
SECRET_LIMIT = 200  # characters: longer is nothing that we gave out

Now = Callable[[], datetime]


class Refused(Exception):
    """This request gets no answer but a plain page with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Door:
    """Lets admins in by a one-time link, and knows them again by their cookie."""

    def __init__(self, database: Database, now: Now, *, secure: bool) -> None:
        self._database, self._now, self._secure = database, now, secure
        # "__Host-": the browser itself refuses such a cookie unless it is Secure, without Domain and for Path=/
        self._cookie = "__Host-klankbord-admin" if secure else "klankbord-admin"

    async def waits(self, token: str) -> bool:
        """Whether a link would let somebody in: a link scanner that looks at it does not use it up."""
        if len(token) > SECRET_LIMIT:
            return False
        return await self._database.read(signin.waits, token, self._now())

    async def enter(self, token: str, request: Request, response: Response) -> bool:
        """Exchange a link for a cookie with a secret of our own: one that was there before ends."""
        if is_foreign(request) or len(token) > SECRET_LIMIT:
            return False
        secret = await self._database.write(signing_in.enter, token, self._now())
        if secret is None:
            return False
        before = await self._who(request)
        if before is not None:
            await self._database.write(signing_in.leave, before, self._now())
        response.set_cookie(
            self._cookie,
            secret,
            max_age=int(signin.LONGEST.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )
        return True

    async def leave(self, admin: Admin, response: Response) -> None:
        """End the session, here and in the browser."""
        await self._database.write(signing_in.leave, admin, self._now())
        response.delete_cookie(self._cookie, path="/", secure=self._secure, httponly=True, samesite="lax")

    async def admin(self, request: Request) -> Admin:
        """Who this is. Raises Refused(401)."""
        found = await self._who(request)
        if found is None:
            raise Refused(401)
        if found.unnoticed:
            await self._database.write(signin.notice, found.id, self._now())
        return found

    async def form(self, request: Request, csrf: str) -> FormData:
        """What a form of ours says. Raises Refused when it was not our own page that sent it."""
        if is_foreign(request):
            raise Refused(403)
        form = await _read(request)
        given = form.get("csrf")
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), csrf.encode()):
            await form.close()
            raise Refused(403)
        return form

    def csrf(self, request: Request) -> str:
        """What only a page of this session can send along."""
        secret = request.cookies.get(self._cookie, "")
        return hmac.new(secret.encode(), b"klankbord admin form", hashlib.sha256).hexdigest()

    async def _who(self, request: Request) -> Admin | None:
        secret = request.cookies.get(self._cookie, "")
        if not 0 < len(secret) <= SECRET_LIMIT:
            return None
        return await self._database.read(signing_in.who, secret, self._now())


async def _read(request: Request) -> FormData:
    """The fields of a form, and files. Raises Refused(413) above the limit and Refused(400) for what is no form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise Refused(400)
    limit = FORM_LIMIT if kind.startswith("application") else FILE_LIMIT
    limited = _Limited(request, limit)
    try:
        form = await limited.form(max_files=1, max_fields=FIELDS, max_part_size=FILE_LIMIT)
    except (HTTPException, MultiPartException):
        raise Refused(413 if limited.left < 0 else 400) from None
    texts = [value for value in form.values() if isinstance(value, str)]
    if len(form.multi_items()) > FIELDS or any("\x00" in text for text in texts):
        await form.close()
        raise Refused(400)
    return form


class _Limited(Request):
    """The same request, of which no more than so many bytes are read."""

    def __init__(self, request: Request, most: int) -> None:
        self.left = most

        async def receive() -> Message:
            message = await request.receive()
            self.left -= len(message.get("body", b""))
            if self.left < 0:
                raise MultiPartException("too large")  # at this one the parser closes what it holds
            return message

        super().__init__(request.scope, receive)


async def uploaded(form: FormData, name: str) -> bytes:
    """The content of a file that was sent along; empty where none was."""
    found = form.get(name)
    return await found.read() if isinstance(found, UploadFile) else b""
