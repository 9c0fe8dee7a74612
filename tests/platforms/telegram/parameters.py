"""The parameters of a call, however they came: in the URL, as a form, as multipart with files, or as JSON.

core.telegram.org/bots/api#making-requests. In a form, everything but a string is written as JSON.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from .refusals import slip

LARGEST_ID = 2**52 - 1  # core.telegram.org/bots/api#chat: "at most 52 significant bits"


@dataclass
class Parameters:
    """What was given with one call."""

    values: Mapping[str, str]
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def text(self, name: str) -> str:
        """A string, empty when it was not given."""
        return self.values.get(name, "")

    def number(self, name: str, default: int = 0) -> int:
        """An integer."""
        given = self.values.get(name, "")
        if not given:
            return default
        try:
            return int(given)
        except ValueError:
            raise slip(f"{name} must be an Integer") from None

    def identifier(self, name: str) -> int:
        """The id of a chat or a user."""
        if not self.values.get(name):
            raise slip(f"{name} is empty")
        found = self.number(name)
        if abs(found) > LARGEST_ID:
            raise slip("chat not found")
        return found

    def flag(self, name: str) -> bool:
        """Yes or no."""
        return self.values.get(name, "").lower() in ("true", "yes", "1")

    def json(self, name: str) -> Any:
        """Whatever is written as JSON; None when it was not given."""
        given = self.values.get(name, "")
        if not given:
            return None
        try:
            return json.loads(given)
        except ValueError:
            raise slip(f"can't parse {name} JSON object") from None


async def read(request: Request) -> Parameters:
    """The parameters of a call."""
    values, files = dict(request.query_params), dict[str, bytes]()
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json":
        given = json.loads(await request.body() or b"{}")
        values |= {name: _written(value) for name, value in given.items() if value is not None}
    elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        async with request.form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = await value.read()
                else:
                    values[name] = value
    return Parameters(values, files)


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
