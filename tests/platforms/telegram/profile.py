"""What a bot tells of itself: its name, its commands and what it is for."""

import json
import re
from typing import Any

from . import payloads
from .parameters import Parameters
from .refusals import slip
from .world import World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")  # core.telegram.org/bots/api#botcommand
LONGEST_COMMAND_DESCRIPTION = 256  # characters; the same page
MOST_COMMANDS = 100  # core.telegram.org/bots/api#setmycommands
LONGEST_DESCRIPTION = {"description": 512, "short_description": 120}  # characters; …/api#setmydescription
# core.telegram.org/bots/api#botcommandscope
SCOPES = frozenset({
    "default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat", "chat_administrators",
    "chat_member",
})  # fmt: skip


def get_me(world: World, given: Parameters) -> Any:
    """getMe."""
    abilities = dict.fromkeys(("can_read_all_group_messages", "supports_inline_queries", "has_main_web_app"), False)
    return payloads.user(world.bot) | {"can_join_groups": True} | abilities


def set_my_commands(world: World, given: Parameters) -> bool:
    """setMyCommands, for one scope and one language; the empty language is for who has no list of their own."""
    commands = given.json("commands")
    if not isinstance(commands, list) or len(commands) > MOST_COMMANDS:
        raise slip("expected an Array of BotCommand")
    for one in commands:
        if not COMMAND.fullmatch(one.get("command", "").removeprefix("/")):
            raise slip("BOT_COMMAND_INVALID")
        if not 1 <= len(one.get("description", "")) <= LONGEST_COMMAND_DESCRIPTION:
            raise slip("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_list(given)] = commands
    return True


def get_my_commands(world: World, given: Parameters) -> Any:
    """getMyCommands, of exactly this scope and language."""
    return world.commands.get(_list(given), [])


def delete_my_commands(world: World, given: Parameters) -> bool:
    """deleteMyCommands."""
    world.commands.pop(_list(given), None)
    return True


def set_my_description(world: World, given: Parameters) -> bool:
    """setMyDescription: what somebody reads before they write first."""
    return _describe(world, given, "description")


def set_my_short_description(world: World, given: Parameters) -> bool:
    """setMyShortDescription: what somebody reads on the bot's profile."""
    return _describe(world, given, "short_description")


def get_my_description(world: World, given: Parameters) -> Any:
    """getMyDescription."""
    return _description(world, given, "description")


def get_my_short_description(world: World, given: Parameters) -> Any:
    """getMyShortDescription."""
    return _description(world, given, "short_description")


def _describe(world: World, given: Parameters, kind: str) -> bool:
    if len(given.text(kind)) > LONGEST_DESCRIPTION[kind]:
        raise slip("BOT_DESCRIPTION_TOO_LONG")
    world.descriptions[kind, _language(given)] = given.text(kind)
    return True


def _description(world: World, given: Parameters, kind: str) -> Any:
    return {kind: world.descriptions.get((kind, _language(given)), "")}


def _list(given: Parameters) -> tuple[str, str]:
    scope = given.json("scope") or {"type": "default"}
    if scope.get("type") not in SCOPES:
        raise slip("can't parse BotCommandScope: unsupported type specified")
    return json.dumps(scope, sort_keys=True), _language(given)


def _language(given: Parameters) -> str:
    """A two-letter ISO 639-1 code, or nothing."""
    code = given.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise slip("invalid language code specified")
    return code
