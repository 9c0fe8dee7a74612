"""A call of the Web API: what it carries, what its method takes and needs, and how it is refused.

docs.slack.dev/apis/web-api: arguments come in the query, in a form or as JSON; the token in the header Authorization or
as the argument `token`.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .records import BOT, Channel, Json
from .workspace import Workspace

T = TypeVar("T")


class Refused(Exception):
    """What Slack answers instead. `broken` says that no correct bot does this."""

    def __init__(self, error: str, *details: str, broken: bool = False, **more: Any) -> None:
        super().__init__(error)
        self.error, self.details, self.broken, self.more = error, details, broken, more

    def body(self) -> Json:
        """The answer."""
        body: Json = {"ok": False, "error": self.error} | self.more
        if self.details:
            body["response_metadata"] = {"messages": list(self.details)}
        return body


@dataclass
class Call:
    """One call, with arguments of the right types."""

    workspace: Workspace
    method: str
    arguments: Json

    def __getitem__(self, name: str) -> Any:
        """An argument that is there."""
        return self.arguments[name]

    def get(self, name: str, otherwise: Any = None) -> Any:
        """An argument, where it is there."""
        return self.arguments.get(name, otherwise)

    def need(self, scope: str, *, by_app: bool = False) -> None:
        """Refuse who lacks a scope."""
        provided = self.workspace.app_scopes if by_app else self.workspace.scopes
        if scope not in provided:
            raise Refused("missing_scope", broken=True, needed=scope, provided=",".join(sorted(provided)))

    def channel(self, name: str = "channel", *, scope: str = "") -> Channel:
        """A channel that the bot may know of, and see with `scope` ("history" or "read")."""
        found = self.workspace.channels.get(self[name])
        if found is None or (found.kind != "channels" and BOT not in found.members):
            raise Refused("channel_not_found")
        if scope:
            self.need(f"{found.kind}:{scope}")
        return found


# --- what methods take -----------------------------------------------------------------------------------------------

Kind = Callable[[Any], Any]  # as it came -> as it is meant; ValueError where it is neither


def words(value: Any) -> str:
    """A string."""
    if not isinstance(value, str):
        raise ValueError
    return value


def whole(value: Any) -> int:
    """A number, or one in a string."""
    if isinstance(value, bool):
        raise ValueError
    return int(value)


def truth(value: Any) -> bool:
    """true and false; 1 and 0 in a query or a form."""
    known = {True: True, False: False, "1": True, "0": False, "true": True, "false": False}
    if not isinstance(value, bool | str) or value not in known:
        raise ValueError
    return known[value]


def an_object(value: Any) -> Json:
    """An object, or one as JSON in a string."""
    return _decoded(value, dict)


def a_list(value: Any) -> list[Any]:
    """A list, or one as JSON in a string."""
    return _decoded(value, list)


def _decoded(value: Any, kind: type[T]) -> T:
    found = json.loads(value) if isinstance(value, str) else value
    if not isinstance(found, kind):
        raise ValueError
    return found


@dataclass(frozen=True)
class Method:
    """A method: its rate tier (0 has a rate of its own), its scope, its arguments, and what it does."""

    run: Callable[[Call], Json]
    tier: int
    scope: str
    required: Mapping[str, Kind]
    optional: Mapping[str, Kind]
    by_app: bool = False  # called with the app token


EVERYWHERE: Mapping[str, Kind] = {"team_id": words}  # which workspace, where an organisation has several


def arguments(method: Method, came: Mapping[str, Any]) -> Json:
    """What came as what is meant. Raises Refused."""
    known = {**EVERYWHERE, **method.required, **method.optional}
    wrong = [f"[ERROR] missing required field: {name}" for name in method.required if not _is_there(came.get(name))]
    meant: Json = {}
    for name, value in came.items():
        if name not in known:
            wrong.append(f"[ERROR] unknown argument: {name}")
            continue
        try:
            meant[name] = known[name](value)
        except (ValueError, TypeError):
            wrong.append(f"[ERROR] invalid value: {name}")
    if wrong:
        raise Refused("invalid_arguments", *wrong, broken=True)
    return meant


def _is_there(value: Any) -> bool:
    return value is not None and value != ""


# --- pages: docs.slack.dev/apis/web-api/pagination --------------------------------------------------------------------


def page(call: Call, all_of_it: Sequence[T], usual: int, most: int = 999) -> tuple[list[T], str]:
    """So many of a list as asked for, and the cursor of the next page; empty after the last. Raises Refused."""
    limit = call.get("limit") or usual
    if not 0 < limit <= most:
        raise Refused("invalid_limit", broken=True)
    begin = _begin(call.get("cursor") or "")
    end = begin + limit
    return list(all_of_it[begin:end]), _cursor(end) if end < len(all_of_it) else ""


def _cursor(begin: int) -> str:
    return base64.b64encode(f"next:{begin}".encode()).decode()


def _begin(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:") or 0)
    except ValueError:
        raise Refused("invalid_cursor", broken=True) from None
