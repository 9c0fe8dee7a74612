"""Whether Matrix is set up as it should be: one thing after another, each with its remedy in the catalogue."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from mautrix.api import Method, SynapseAdminPath

from bot.core.platform import Checked, Refusal, SendFailed
from bot.platforms.matrix import errors
from bot.platforms.matrix.api import MESSAGE, Api, Json
from bot.platforms.matrix.rooms import Rooms
from bot.platforms.matrix.settings import MatrixSettings
from bot.platforms.matrix.whose import Whose

SKEW = 60  # seconds that our clock may differ: quiet hours and closings go by it
PATIENCE = 15  # seconds for an answer
OLDEST = 3  # of the specification, v1.3: with relations, by which edits and reactions are found again
ENOUGH = 10  # messages a second: what bot/platforms/paces.py counts on
MODERATOR = 50  # the power that redacting takes, where a room does not say otherwise

_VERSION = re.compile(r"v1\.(\d+)")
_ROOM = re.compile(r"!\S+|#\S+:\S+")
_SEEN = (Refusal.ENCRYPTED, Refusal.PUBLIC, Refusal.GUESTS, Refusal.REMOVED, Refusal.UNKNOWN)


@dataclass(frozen=True)
class _Answer:
    """What a server says to whoever asks: what is wrong with it and why, and what time it has."""

    problem: str = ""
    date: str = ""
    reason: str = ""


class Checks:
    """Looks at one bot, once."""

    def __init__(self, settings: MatrixSettings) -> None:
        self._settings, self._api = settings, Api(settings)
        self._rooms = Rooms(self._api, Whose(self._api))

    async def checked(self, channels: Mapping[str, str]) -> AsyncIterator[Checked]:
        """Server, clock, token, name, limit, and each channel. Without a token that works nothing else is asked."""
        try:
            async for one in self._checked(channels):
                yield one
        finally:
            await self._api.close()

    async def _checked(self, channels: Mapping[str, str]) -> AsyncIterator[Checked]:
        answer = await self._answer()
        yield Checked("server", answer.problem, self._where | {"reason": answer.reason})
        if answer.problem:
            return
        yield self._clock(answer.date)
        token = await self._token()
        yield token
        if token.problem:
            return
        me = await self._api.me()
        yield self._name(me)
        async for one in self._limits(me):
            yield one
        for address, purpose in channels.items():
            yield await self._channel(address, purpose, me)

    @property
    def _where(self) -> dict[str, object]:
        return {"url": self._settings.server}

    async def _answer(self) -> _Answer:
        """Asked without the token: it is for a homeserver alone."""
        address = f"{self._settings.server}/_matrix/client/versions"
        waits = aiohttp.ClientTimeout(total=PATIENCE)
        try:
            async with aiohttp.ClientSession(timeout=waits) as session, session.get(address) as answer:
                return _Answer(_strange(answer.status, await answer.json()), answer.headers.get("Date", ""))
        except aiohttp.ClientConnectorCertificateError as error:  # a ValueError, too
            return _Answer("untrusted", reason=getattr(error.certificate_error, "verify_message", ""))
        except (aiohttp.ContentTypeError, ValueError):
            return _Answer("no_matrix")
        except (aiohttp.ClientError, TimeoutError):
            return _Answer("unreachable")

    def _clock(self, date: str) -> Checked:
        """Every answer of a web server tells its time."""
        try:
            theirs = parsedate_to_datetime(date)
        except ValueError:
            return Checked("clock", "unknown", self._where)
        seconds = round(abs((datetime.now(UTC) - theirs).total_seconds()))
        return Checked("clock", "skewed" if seconds > SKEW else "", {"seconds": seconds})

    async def _token(self) -> Checked:
        try:
            return Checked("token", values={"name": await self._api.me()})
        except errors.FAILED as error:
            failed = errors.failure(error, channel=False)
            refused = failed.reason == Refusal.REVOKED
            return Checked("token", "refused" if refused else "unread", self._where | {"reason": failed.reason})

    def _name(self, me: str) -> Checked:
        """Beside one-time codes."""
        name = self._settings.user
        return Checked("name", "other" if name and name != me else "", {"name": name, "actual": me})

    async def _limits(self, me: str) -> AsyncIterator[Checked]:
        """Only who runs the homeserver may see how many messages it takes; the bot had better not be that one."""
        try:
            found = await self._api.call(Method.GET, SynapseAdminPath.v1.users[me].override_ratelimit)
        except errors.FAILED:
            yield Checked("limit", "unseen", {"name": me}, warns=True)
            return
        yield Checked("rights", "admin", {"name": me})
        yield Checked("limit", "slowed" if _slows(found) else "", {"name": me})

    async def _channel(self, address: str, purpose: str, me: str) -> Checked:
        values: dict[str, object] = {"channel": address, "purpose": purpose, "name": me, "to": "", "reason": ""}
        if not _ROOM.fullmatch(address):
            return Checked("channel", "no_id", values)
        try:
            return await self._looked_at(address, me, values)
        except errors.FAILED as error:
            return _refused(errors.failure(error, channel=True).reason, values)

    async def _looked_at(self, address: str, me: str, values: Mapping[str, object]) -> Checked:
        try:
            return await self._seen(await self._rooms.of_channel(address), me, values)
        except SendFailed as failed:
            return await self._gone(address, values) or _refused(failed.reason, values)

    async def _gone(self, address: str, values: Mapping[str, object]) -> Checked | None:
        """Where a room went that was upgraded; None where it was not."""
        tombstone = await self._api.state(await self._rooms.of(address), "m.room.tombstone")
        return (
            Checked("channel", "moved", {**values, "to": tombstone.get("replacement_room", "")}) if tombstone else None
        )

    async def _seen(self, room: str, me: str, values: Mapping[str, object]) -> Checked:
        """A room where a message may be posted, as far as others could read it."""
        power = await self._api.state(room, "m.room.power_levels") or {}
        if not _may(power, me, power.get("events", {}).get(MESSAGE, power.get("events_default", 0))):
            return Checked("channel", "not_allowed", values)
        keeps = not _may(power, me, power.get("redact", MODERATOR))
        return Checked("channel", "keeps" if keeps else "", values, warns=keeps)


def _strange(status: int, said: object) -> str:
    """What is wrong with who answers."""
    versions = said.get("versions") if isinstance(said, dict) else None
    if status != 200 or not isinstance(versions, list):
        return "no_matrix"
    found = [int(match[1]) for one in versions if (match := _VERSION.fullmatch(str(one)))]
    return "" if max(found, default=0) >= OLDEST else "old"


def _slows(found: Json) -> bool:
    """Nothing said is the limit that everybody has; zero is none at all."""
    a_second = found.get("messages_per_second", 1)
    return a_second not in (None, 0) and a_second < ENOUGH


def _may(power: Json, me: str, needed: int) -> bool:
    mine = power.get("users", {}).get(me, power.get("users_default", 0))
    return bool(int(mine) >= int(needed))


def _refused(reason: str, values: Mapping[str, object]) -> Checked:
    known = reason in _SEEN
    return Checked("channel", reason if known else "unread", {**values, "reason": reason})
