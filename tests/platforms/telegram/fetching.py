"""How the bot gets its updates: by fetching them, or by a webhook; never both."""

from typing import Any

from . import payloads
from .parameters import Parameters
from .refusals import OTHER_WAY, WEBHOOK_ACTIVE, conflict
from .updates import KINDS
from .world import World

MOST_AT_ONCE = 100  # core.telegram.org/bots/api#getupdates: "Values between 1-100 are accepted."
LONGEST_WAIT = 50  # seconds; tdlib: LONG_POLL_MAX_TIMEOUT


async def get_updates(world: World, given: Parameters) -> Any:
    """getUpdates: waits until there is one, or the time is over."""
    if world.webhook.url:
        raise conflict(WEBHOOK_ACTIVE)
    _allow(world, given, "getUpdates")
    limit = min(max(given.number("limit", MOST_AT_ONCE), 1), MOST_AT_ONCE)
    timeout = min(max(given.number("timeout"), 0), LONGEST_WAIT)
    return await world.updates.fetch(given.number("offset"), limit, timeout)


def set_webhook(world: World, given: Parameters) -> bool:
    """setWebhook; without an address it is deleteWebhook."""
    if not given.text("url"):
        return delete_webhook(world, given)
    world.webhook.set(given.text("url"), given.text("secret_token"))
    if not given.text("secret_token"):
        world.violations.append("setWebhook: without a secret_token anybody can send updates")
    _allow(world, given, "setWebhook")
    _drop(world, given)
    world.updates.send_away(OTHER_WAY)
    return True


def delete_webhook(world: World, given: Parameters) -> bool:
    """deleteWebhook."""
    world.webhook.remove()
    _drop(world, given)
    return True


def get_webhook_info(world: World, given: Parameters) -> Any:
    """getWebhookInfo."""
    allowed = {"allowed_updates": sorted(world.updates.allowed)}
    hook = world.webhook
    error = hook.errors[-1] if hook.errors else None
    return payloads.webhook_info(hook.url, len(world.updates.waiting), allowed, error)


def _drop(world: World, given: Parameters) -> None:
    if given.flag("drop_pending_updates"):
        world.updates.waiting.clear()


def _allow(world: World, given: Parameters, method: str) -> None:
    """Without allowed_updates "the previous setting will be used", whatever that was: always say what is wanted."""
    kinds = given.json("allowed_updates")
    if not kinds or not KINDS.issuperset(kinds):
        world.violations.append(f"{method}: allowed_updates should name what is wanted, not {kinds}")
    world.updates.allow(kinds)
