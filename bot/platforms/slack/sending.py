"""Messages out: to a person one card, to a channel, or a lead, a post with its details and pictures in the thread.

Every post carries an opaque id in its metadata (docs.slack.dev/messaging/message-metadata), and every picture one in
its name, so that Slack can be asked whether it has it. What goes to a channel is looked up first: after a crash, at
whatever moment, only what is missing is posted.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.platform import Attachment, Outgoing, Refusal, SendFailed
from bot.logs import Log
from bot.platforms.slack.availability import Availability
from bot.platforms.slack.blocks import card_blocks, fallback, lines_blocks
from bot.platforms.slack.channels import Channels
from bot.platforms.slack.errors import asked, of_person, read
from bot.platforms.slack.limits import ALT, MESSAGE_BLOCKS, short

EVENT = "klankbord"  # the event_type of our metadata
RECENT = 200  # messages on a page of a channel's history
PAGES = 5  # of it, in which one in doubt is looked for
SHARED = 15  # times that a picture is looked for until it stands in its thread
LOOK = 1.0  # seconds between two looks

Message = dict[str, Any]

log = Log("slack")


@dataclass
class Thread:
    """What is there of a digest below its first post."""

    parts: set[int] = field(default_factory=set)  # posts with details, by number
    files: set[str] = field(default_factory=set)  # names of pictures

    def __len__(self) -> int:
        """How many of them."""
        return len(self.parts) + len(self.files)


class Sending:
    """Sends to one workspace. `look` is how many seconds it waits between two looks for a picture."""

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        away: Collection[str],
        dnd: bool,
        clock: Callable[[], float] = time.time,
        look: float = LOOK,
    ) -> None:
        self._client, self._look = client, look
        self._channels = Channels(client, clock)
        self._availability = Availability(client, away, dnd=dnd, clock=clock)

    async def send(self, outgoing: Outgoing) -> str:
        """Returns `channel:ts`. Raises SendFailed, ReplyLost and Postponed."""
        if outgoing.invitation is None:
            return await self._to_channel(outgoing)
        return await self._to_person(outgoing)

    async def look_up(self, outgoing: Outgoing) -> str | None:
        """`channel:ts` of a message that is there whole, else None. Raises SendFailed."""
        channel, name = outgoing.address, opaque(outgoing.id)
        if outgoing.invitation is not None:
            channel = await self._chat(outgoing.address)
        found = await self._found(channel, name)
        if found is None:
            return None
        parts = _payload(found).get("parts", 0)
        if parts and len(await self._thread(channel, found["ts"], name)) < parts:
            return None
        return f"{channel}:{found['ts']}"

    # --- to a person -----------------------------------------------------------------------------------------------

    async def _to_person(self, outgoing: Outgoing) -> str:
        await self._availability.check(outgoing.address)
        try:
            if outgoing.card is None:
                return await self._whole(await self._chat(outgoing.address), outgoing)
            return await self._post(outgoing.address, _content(outgoing), {"id": opaque(outgoing.id)})
        except SendFailed as failed:
            if failed.reason == Refusal.REVOKED and await self._token_is_good():
                raise SendFailed("account_inactive", permanent=True) from None
            raise of_person(failed) from None

    async def _chat(self, user: str) -> str:
        """The direct chat with somebody."""
        return str((await read(self._client.conversations_open(users=user)))["channel"]["id"])

    async def _token_is_good(self) -> bool:
        """Slack has the same word for a token and for a person that is no more."""
        try:
            await read(self._client.auth_test())
        except SendFailed:
            return False
        return True

    # --- to a channel ----------------------------------------------------------------------------------------------

    async def _to_channel(self, outgoing: Outgoing) -> str:
        await self._channels.check(outgoing.address)
        return await self._whole(outgoing.address, outgoing)

    async def _whole(self, channel: str, outgoing: Outgoing) -> str:
        """The post, and below it its details and pictures: what of them is not there yet."""
        name = opaque(outgoing.id)
        details = _details(outgoing.details)
        found, there = await self._found(channel, name), Thread()
        if found is None:
            payload = {"id": name, "parts": len(details) + len(outgoing.attachments)}
            reference = await self._post(channel, _content(outgoing), payload)
        else:
            reference = f"{channel}:{found['ts']}"
            if _payload(found).get("parts"):
                there = await self._thread(channel, found["ts"], name)
        await self._below(reference, name, details, there)
        await self._pictures(reference, name, outgoing.attachments, there, again=found is not None)
        return reference

    async def _below(self, reference: str, name: str, details: Sequence[Message], there: Thread) -> None:
        channel, _, ts = reference.partition(":")
        for number, content in enumerate(details):
            if number not in there.parts:
                await self._post(channel, content, {"id": name, "part": number}, thread=ts)

    async def _pictures(
        self, reference: str, name: str, pictures: Sequence[Attachment], there: Thread, *, again: bool
    ) -> None:
        """Those that are not there. One that was uploaded before a crash may still be on its way: it is waited for."""
        channel, _, ts = reference.partition(":")
        wanted = {f"{EVENT}-{name}-{number}.png": picture for number, picture in enumerate(pictures)}
        if again and not wanted.keys() <= there.files:
            there = await self._on_their_way(channel, ts, name, len(wanted))
        for file, picture in wanted.items():
            if file not in there.files:
                await self._upload(channel, ts, file, picture)

    async def _on_their_way(self, channel: str, ts: str, name: str, pictures: int) -> Thread:
        there = await self._thread(channel, ts, name)
        for _ in range(SHARED):
            if len(there.files) == pictures:
                break
            await asyncio.sleep(self._look)
            there = await self._thread(channel, ts, name)
        return there

    async def _upload(self, channel: str, ts: str, file: str, picture: Attachment) -> None:
        """Slack shares a picture some time after it took it (docs.slack.dev/messaging/working-with-files)."""
        content = await picture.content()
        call = self._client.files_upload_v2(
            channel=channel,
            thread_ts=ts,
            content=content,
            filename=file,
            title=short(picture.alt, 100),
            alt_txt=short(picture.alt, ALT),
        )
        taken = (await asked(call))["files"][0]["id"]
        try:
            await self._until_shared(taken)
        except SendFailed as failed:  # Slack has it: not seeing it yet is no reason to send it again
            log.warning("picture not seen", platform="slack", reason=failed.reason)

    async def _until_shared(self, file: str) -> None:
        for _ in range(SHARED):
            if (await read(self._client.files_info(file=file)))["file"].get("shares"):
                return
            await asyncio.sleep(self._look)
        raise SendFailed("not_shared_yet", permanent=False)

    # --- posting and asking ----------------------------------------------------------------------------------------

    async def _post(self, channel: str, content: Message, payload: Message, thread: str | None = None) -> str:
        metadata = {"event_type": EVENT, "event_payload": payload}
        call = self._client.chat_postMessage(
            channel=channel, thread_ts=thread, metadata=metadata, unfurl_links=False, unfurl_media=False, **content
        )
        posted = await asked(call)
        return f"{posted['channel']}:{posted['ts']}"

    async def _found(self, channel: str, name: str) -> Message | None:
        """Our message with this id, among the newest."""
        async for message in self._newest(channel):
            if _payload(message).get("id") == name:
                return message
        return None

    async def _newest(self, channel: str) -> AsyncIterator[Message]:
        cursor = None
        for _ in range(PAGES):
            call = self._client.conversations_history(
                channel=channel, limit=RECENT, cursor=cursor, include_all_metadata=True
            )
            page = await read(call)
            for message in page["messages"]:
                yield message
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return

    async def _thread(self, channel: str, ts: str, name: str) -> Thread:
        """What is there of ours; others may have answered there too."""
        call = self._client.conversations_replies(channel=channel, ts=ts, limit=RECENT, include_all_metadata=True)
        there = Thread()
        for message in (await read(call))["messages"]:
            payload = _payload(message)
            if payload.get("id") == name and "part" in payload:
                there.parts.add(payload["part"])
            names = (str(file.get("name") or "") for file in message.get("files") or ())
            there.files |= {file for file in names if file.startswith(f"{EVENT}-{name}-")}
        return there


def opaque(name: str) -> str:
    """An id that tells nothing: ours are named after departments, and other apps can read metadata."""
    return hashlib.sha256(name.encode()).hexdigest()[:24]


def _content(outgoing: Outgoing) -> Message:
    card = outgoing.card
    if card is None:
        return {"text": fallback(outgoing.lines), "blocks": lines_blocks(outgoing.lines)}
    if card.apart:  # it holds what somebody wrote, and a message is kept
        raise SendFailed("card_apart", permanent=True)
    return {"text": fallback((*outgoing.lines, *card.lines)), "blocks": card_blocks(card, outgoing.lines)}


def _details(lines: Sequence[str]) -> list[Message]:
    """As few posts as they fit in."""
    some = (lines[start : start + MESSAGE_BLOCKS] for start in range(0, len(lines), MESSAGE_BLOCKS))
    return [{"text": fallback(few), "blocks": lines_blocks(few)} for few in some]


def _payload(message: Message) -> Message:
    metadata = message.get("metadata") or {}
    payload: Message = metadata.get("event_payload") or {}
    return payload if metadata.get("event_type") == EVENT else {}
