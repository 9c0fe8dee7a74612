"""Messages out: to a person one post, to a channel a post with its details and pictures in the thread.

Every post carries an opaque id in its metadata (docs.slack.dev/messaging/message-metadata), so that Slack can be asked
whether it has it. What is sent to a channel is looked up first: after a crash only what is missing is posted.
"""

import asyncio
import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.platform import Attachment, Outgoing, SendFailed
from bot.platforms.slack.availability import Availability
from bot.platforms.slack.blocks import card_blocks, fallback, lines_blocks
from bot.platforms.slack.channels import Channels
from bot.platforms.slack.errors import asked
from bot.platforms.slack.limits import ALT, short

EVENT = "klankbord"  # the event_type of our metadata
RECENT = 100  # messages that are looked through for one in doubt
SHARED = 30  # times that a file is looked at until it stands in its thread
LOOK = 0.5  # seconds between two looks

Message = dict[str, Any]


class Sending:
    """Sends to one workspace."""

    def __init__(self, client: AsyncWebClient, *, away: Collection[str], dnd: bool) -> None:
        self._client = client
        self._channels = Channels(client)
        self._availability = Availability(client, away, dnd=dnd)

    async def send(self, outgoing: Outgoing) -> str:
        """Returns `channel:ts`. Raises SendFailed, ReplyLost and Postponed."""
        if outgoing.invitation is None:
            return await self._to_channel(outgoing)
        await self._availability.check(outgoing.address)
        return _reference(await self._post(outgoing.address, _content(outgoing), {"id": opaque(outgoing.id)}))

    async def look_up(self, outgoing: Outgoing) -> str | None:
        """`channel:ts` of a message that is there whole, else None. Raises SendFailed and ReplyLost."""
        channel = outgoing.address
        if outgoing.invitation is not None:
            channel = (await asked(self._client.conversations_open(users=outgoing.address)))["channel"]["id"]
        found = await self._found(channel, opaque(outgoing.id))
        if found is None:
            return None
        parts = _payload(found).get("parts", 0)
        if parts and len(await self._thread(channel, found["ts"])) < parts:
            return None
        return f"{channel}:{found['ts']}"

    # --- to a channel ----------------------------------------------------------------------------------------------

    async def _to_channel(self, outgoing: Outgoing) -> str:
        await self._channels.check(outgoing.address)
        name, details = opaque(outgoing.id), _details(outgoing.details)
        found = await self._found(outgoing.address, name)
        if found is None:
            payload = {"id": name, "parts": len(details) + len(outgoing.attachments)}
            posted = await self._post(outgoing.address, _content(outgoing), payload)
            channel, ts, there = posted["channel"], posted["ts"], []
        else:
            channel, ts = outgoing.address, found["ts"]
            there = await self._thread(channel, ts)
        await self._rest(channel, ts, details, outgoing.attachments, there)
        return f"{channel}:{ts}"

    async def _rest(
        self, channel: str, ts: str, details: Sequence[Message], pictures: Sequence[Attachment], there: list[Message]
    ) -> None:
        """What is not in the thread yet: the details in order, then the pictures."""
        files = sum(1 for message in there if message.get("files"))
        for number, content in list(enumerate(details))[len(there) - files :]:
            await self._post(channel, content, {"part": number}, thread=ts)
        for picture in list(pictures)[files:]:
            await self._upload(channel, ts, picture)

    async def _upload(self, channel: str, ts: str, picture: Attachment) -> None:
        """Slack shares a file some time after it took it (docs.slack.dev/messaging/working-with-files)."""
        content = await picture.content()
        call = self._client.files_upload_v2(
            channel=channel,
            thread_ts=ts,
            content=content,
            filename="klankbord.png",
            title=short(picture.alt, 100),
            alt_txt=short(picture.alt, ALT),
        )
        file = (await asked(call))["files"][0]["id"]
        for _ in range(SHARED):
            if (await asked(self._client.files_info(file=file)))["file"].get("shares"):
                return
            await asyncio.sleep(LOOK)

    # --- asking ----------------------------------------------------------------------------------------------------

    async def _found(self, channel: str, name: str) -> Message | None:
        """Our message with this id, among the newest."""
        call = self._client.conversations_history(channel=channel, limit=RECENT, include_all_metadata=True)
        messages: list[Message] = (await asked(call))["messages"]
        return next((message for message in messages if _payload(message).get("id") == name), None)

    async def _thread(self, channel: str, ts: str) -> list[Message]:
        """What is ours in a thread: posts with our metadata, and files."""
        call = self._client.conversations_replies(channel=channel, ts=ts, limit=RECENT, include_all_metadata=True)
        replies: list[Message] = (await asked(call))["messages"]
        ours = (one for one in replies if one["ts"] != ts)
        return [one for one in ours if "part" in _payload(one) or (one.get("files") and one.get("bot_id"))]

    async def _post(self, channel: str, content: Message, payload: Message, thread: str | None = None) -> Message:
        metadata = {"event_type": EVENT, "event_payload": payload}
        call = self._client.chat_postMessage(
            channel=channel, thread_ts=thread, metadata=metadata, unfurl_links=False, unfurl_media=False, **content
        )
        posted = await asked(call)
        return {"channel": posted["channel"], "ts": posted["ts"]}


def opaque(name: str) -> str:
    """An id that tells nothing: ours are named after departments, and other apps can read metadata."""
    return hashlib.sha256(name.encode()).hexdigest()[:24]


def _reference(posted: Message) -> str:
    return f"{posted['channel']}:{posted['ts']}"


def _content(outgoing: Outgoing) -> Message:
    card = outgoing.card
    if card is None:
        return {"text": fallback(outgoing.lines), "blocks": lines_blocks(outgoing.lines)}
    if card.apart:  # it holds what somebody wrote, and a message is kept
        raise SendFailed("card_apart", permanent=True)
    return {"text": fallback((*outgoing.lines, *card.lines)), "blocks": card_blocks(card, outgoing.lines)}


def _details(lines: Sequence[str]) -> list[Message]:
    """One post, where there are any."""
    return [{"text": fallback(lines), "blocks": lines_blocks(lines)}] if lines else []


def _payload(message: Message) -> Message:
    metadata = message.get("metadata") or {}
    payload: Message = metadata.get("event_payload") or {}
    return payload if metadata.get("event_type") == EVENT else {}
