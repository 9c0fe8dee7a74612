"""Which chats a bot may write in. The order of the checks is that of the server (tdlib: Client::check_chat_access)."""

from .chats import Chat
from .parameters import Parameters
from .refusals import bad, forbidden
from .world import World


def found(world: World, given: Parameters) -> Chat:
    """The chat that is meant. Raises Refused when the bot cannot know of it."""
    chat = world.chats.get(given.identifier("chat_id"))
    if chat is None or not chat.known:
        raise bad("chat not found")
    return chat


def writable(world: World, given: Parameters) -> Chat:
    """The chat that is meant, where the bot may write. Raises Refused."""
    chat = found(world, given)
    if chat.kind == "private":
        _private(chat)
    elif chat.moved_to is not None:
        raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to.id)
    elif chat.bot == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    elif chat.bot == "left":
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    return chat


def _private(chat: Chat) -> None:
    """core.telegram.org/bots/features: a bot cannot write to somebody who did not write first."""
    if chat.deactivated:
        raise forbidden("user is deactivated")
    if chat.bot == "kicked":
        raise forbidden("bot was blocked by the user")
    if chat.bot == "left":
        raise forbidden("bot can't initiate conversation with a user")
