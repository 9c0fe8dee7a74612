"""Who is in a chat, and leaving it."""

from typing import Any

from . import payloads
from .access import found, writable
from .parameters import Parameters
from .refusals import bad
from .world import World


def get_chat(world: World, given: Parameters) -> Any:
    """getChat: core.telegram.org/bots/api#chatfullinfo."""
    chat = found(world, given)
    if chat.kind != "private":
        writable(world, given)
    gifts = dict.fromkeys(
        (
            "unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels",
        ),
        chat.kind == "private",
    )  # fmt: skip
    return payloads.chat(chat) | {"accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": gifts}


def get_chat_member(world: World, given: Parameters) -> Any:
    """getChatMember: of the bot itself, or of somebody in the chat."""
    chat, who = found(world, given), given.identifier("user_id")
    if who == world.bot.id:
        return payloads.chat_member(world.bot, chat.bot)
    if chat.kind != "private":
        writable(world, given)
    member = next((one for one in chat.members if one.id == who), None)
    if member is None:
        raise bad("member not found")
    return payloads.chat_member(member, "member")


def get_chat_member_count(world: World, given: Parameters) -> int:
    """getChatMemberCount: the bot counts too."""
    chat = writable(world, given)
    return len(chat.members) + 1


def leave_chat(world: World, given: Parameters) -> bool:
    """leaveChat: a group, not a person."""
    chat = writable(world, given)
    if chat.kind == "private":
        raise bad("chat member status can't be changed in private chats")
    chat.bot = "left"
    return True
