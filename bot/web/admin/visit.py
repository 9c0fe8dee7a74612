"""One request of somebody who is signed in: what a page gets to work with, and the ways in which it can answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.browsers import HEADERS, root
from bot.core.platform import Platform, Previews
from bot.documents.deployment import Deployment
from bot.flow.signing_in import Admin
from bot.store import editions
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.store.editions import Edition
from bot.web.admin.drawing import html
from config.words import Language

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Tab:
    """One page to go to."""

    path: str
    title: str  # a key of the catalogue
    is_here: bool


@dataclass(frozen=True)
class House:
    """What this installation is: how it is set up, and every platform it could show cards on."""

    deployment: Deployment = field(default_factory=Deployment)
    previews: Callable[[], Mapping[str, type[Previews]]] = dict  # asked for when a card is to be shown: SDKs are slow


@dataclass(frozen=True)
class Visit:
    """Somebody, and what they ask for."""

    request: Request
    admin: Admin
    database: Database
    now: datetime
    keyring: Keyring = field(repr=False)
    platforms: Mapping[str, Platform]
    house: House
    csrf: str = field(repr=False)
    tabs: tuple[Tab, ...] = ()
    form: FormData = field(default_factory=FormData, repr=False)

    @property
    def language(self) -> Language:
        """In which the page speaks."""
        return self.admin.language

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def said(self, name: str) -> str:
        """A field of the form, or "" where it is not there."""
        found = self.form.get(name)
        return found if isinstance(found, str) else ""

    def whole(self, text: str) -> int | None:
        """A number that somebody put into a path, a query or a form; None where it is none of ours."""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    async def read(self, f: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run f in one reading transaction."""
        return await self.database.read(f, *args, **kwargs)

    async def write(self, f: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run f in one writing transaction."""
        return await self.database.write(f, *args, **kwargs)

    async def edition(self) -> Edition:
        """The edition in force."""
        return await self.read(editions.latest)

    def html(self, template: str, context: Mapping[str, object], status: int = 200) -> Response:
        """A page, with the side bar around it."""
        frame = {"tabs": self.tabs, "csrf": self.csrf, "admin": self.admin, "done": self._done()}
        return html(template, self.request, self.language, status, **{**frame, **context})

    def to(self, path: str, done: str = "") -> Response:
        """Look at another page; `done` names what it should say first, `admin.done_…` in the catalogue."""
        return RedirectResponse(f"{root(self.request)}/admin{path}" + (f"?done={done}" if done else ""), 303, HEADERS)

    def _done(self) -> str:
        """What was just done: only what the catalogue knows is said, whatever the address holds."""
        done = self.request.query_params.get("done", "")
        return done if done in DONE else ""


NOT_SENT = ("not_sent_nobody", "not_sent_no_admin", "not_sent_no_account", "not_sent_no_card")
DONE = frozenset(("saved", "nothing", "revoked", "imported", "live", "withdrawn", "sent", *NOT_SENT))
"""What a page may say first, `admin.done_…` in the catalogue."""
