"""The bot's own reactions below a message: one for each sign that does something there."""

import secrets
from collections.abc import Callable, Collection

from mautrix.errors import MatrixRequestError

from bot.platforms.matrix import signs
from bot.platforms.matrix.api import REACTION, Api

_ANNOTATION = "m.annotation"


async def signed(api: Api, room: str, message: str, wanted: Collection[str], *, until: Callable[[], bool]) -> None:
    """A reaction for each of these signs, in this order, and no other; `until` the message shows something else.

    Raises what a call raises.
    """
    me = await api.me()
    there = {
        signs.reacted(one["content"]["m.relates_to"]["key"]): one["event_id"]
        for one in await api.related(room, message, _ANNOTATION, REACTION)
        if one["sender"] == me
    }
    for sign, event in there.items():
        if sign not in wanted:
            await api.redact(room, event)
    for sign in wanted:
        if until():
            return
        if sign not in there:
            await _react(api, room, message, sign)


async def _react(api: Api, room: str, message: str, sign: str) -> None:
    """Unless it is there already: another replica put it there, or an earlier call that was answered late."""
    relation = {"rel_type": _ANNOTATION, "event_id": message, "key": signs.reaction(sign)}
    try:
        await api.say(room, REACTION, {"m.relates_to": relation}, secrets.token_urlsafe(12))
    except MatrixRequestError as refused:
        if refused.errcode != "M_DUPLICATE_ANNOTATION":
            raise
