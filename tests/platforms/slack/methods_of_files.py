"""files.*: an address to upload to, the upload, and the sharing that comes some time later.

docs.slack.dev/messaging/working-with-files: files.getUploadURLExternal, POST to that address, and
files.completeUploadExternal, which answers before the file stands in the channel.
"""

import asyncio

from .calling import Call, Method, Refused, a_list, whole, words
from .records import BOT, Channel, File, Json, Version
from .workspace import Workspace

ALT = 1000  # characters


def _address(call: Call) -> Json:
    if call["length"] < 1 or len(call.get("alt_txt") or "") > ALT:
        raise Refused("invalid_arguments", "[ERROR] invalid value: length or alt_txt", broken=True)
    name = f"F{call.workspace.number():08}"
    call.workspace.files[name] = File(name, call["filename"], call["length"], call.get("alt_txt") or "")
    return {"upload_url": f"{call.workspace.address}/upload/v1/{name}", "file_id": name}


def uploaded(workspace: Workspace, name: str, content: bytes) -> bool:
    """Whether an upload is what was announced."""
    file = workspace.files.get(name)
    if file is None or file.length != len(content):
        workspace.violations.append(f"upload: {len(content)} bytes to {name} were not announced")
        return False
    file.content = content
    return True


def _complete(call: Call) -> Json:
    files = [_with_title(call, one) for one in call["files"]]
    if not files:
        raise Refused("invalid_arguments", "[ERROR] files must not be empty", broken=True)
    if call.get("channel_id"):
        channel = _where(call)
        call.workspace.later(
            _share(call.workspace, files, channel, call.get("thread_ts") or "", call.get("initial_comment") or "")
        )
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


def _with_title(call: Call, one: Json) -> File:
    file = call.workspace.files.get(one.get("id", ""))
    if file is None or file.content is None:
        raise Refused("file_not_found", broken=True)
    file.title = one.get("title") or file.name
    return file


def _where(call: Call) -> Channel:
    channel = call.channel("channel_id")
    if channel.archived:
        raise Refused("is_archived")
    if BOT not in channel.members:
        raise Refused("not_in_channel")
    return channel


async def _share(workspace: Workspace, files: list[File], channel: Channel, thread: str, comment: str) -> None:
    """One message with all of them, once Slack has got round to it."""
    await asyncio.sleep(workspace.shares_after)
    message = workspace.say(channel.id, Version(comment, []), thread=thread, files=[file.id for file in files])
    for file in files:
        file.shares.setdefault(channel.id, []).append({"ts": message.ts} | ({"thread_ts": thread} if thread else {}))


def _info(call: Call) -> Json:
    """docs.slack.dev/reference/objects/file-object: `shares` is empty until it is shared."""
    file = call.workspace.files.get(call["file"])
    if file is None:
        raise Refused("file_not_found")
    where: dict[str, Json] = {"public": {}, "private": {}}
    for name, shares in file.shares.items():
        where["private" if call.workspace.channels[name].private else "public"][name] = shares
    return {
        "file": {
            "id": file.id,
            "name": file.name,
            "title": file.title,
            "size": file.length,
            "alt_txt": file.alt,
            "shares": {kind: found for kind, found in where.items() if found},
        }
    }


METHODS = {
    "files.getUploadURLExternal": Method(
        _address, 4, "files:write", {"filename": words, "length": whole}, {"alt_txt": words, "snippet_type": words}
    ),
    "files.completeUploadExternal": Method(
        _complete,
        4,
        "files:write",
        {"files": a_list},
        {"channel_id": words, "thread_ts": words, "initial_comment": words, "channels": words},
    ),
    "files.info": Method(_info, 4, "files:read", {"file": words}, {}),
}
