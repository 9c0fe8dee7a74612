"""The edits of a card are taken away: a history of questions tells what was answered to them."""

from mautrix.errors import MatrixRequestError

from bot.logs import Log
from bot.platforms.matrix import below, errors
from bot.platforms.matrix.api import MESSAGE, Api, Json
from bot.platforms.matrix.settings import PLATFORM

log = Log("matrix")


async def take_away(api: Api, room: str, message: str) -> None:
    """All of the bot's own. Raises what a call raises."""
    await _redact(api, room, await api.related(room, message, "m.replace", MESSAGE))


async def take_away_before(api: Api, room: str, message: str, last: str) -> None:
    """Those before the last. Raises what a call raises."""
    newest_first = await api.related(room, message, "m.replace", MESSAGE)
    ids = [one["event_id"] for one in newest_first]
    await _redact(api, room, newest_first[ids.index(last) + 1 :] if last in ids else [])


async def clear(api: Api, room: str, message: str, last: str) -> None:
    """Nothing is left of what stood there before, and no sign. What is refused is not tried for ever.

    Raises what a call raises that may do later.
    """
    try:
        await below.signed(api, room, message, (), until=lambda: False)
        await take_away_before(api, room, message, last)
    except MatrixRequestError as refused:
        if errors.may_pass(refused):
            raise
        log.warning("a card not put away", platform=PLATFORM, reason=errors.code(refused))


async def _redact(api: Api, room: str, edits: list[Json]) -> None:
    me = await api.me()
    for one in edits:
        if one["sender"] == me:
            await api.redact(room, one["event_id"])
