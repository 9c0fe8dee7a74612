"""Who there is: users.list, without whoever is no colleague that can be asked.

docs.slack.dev/reference/methods/users.list and /reference/objects/user-object. One call for every 200 people; never
one for each.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.platform import Listed, Refusal, SendFailed
from bot.platforms.slack.errors import asked
from bot.platforms.slack.paging import pages, patiently
from config.words import LANGUAGES

PAGE = 200  # Slack's advice; it takes 999
GROUP = "S"  # begins the id of a user group

_OTHERS = ("deleted", "is_bot", "is_workflow_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
_SLACKBOT = "USLACKBOT"  # which says of itself that it is no bot

User = Mapping[str, Any]


async def listed(client: AsyncWebClient, only: str) -> AsyncIterator[list[Listed]]:
    """Everybody who can be asked, a page at a time; or the members of one channel or user group among them.

    Waits where Slack says so. Raises SendFailed and ReplyLost.
    """
    us = await patiently(lambda: asked(client.auth_test()))
    team, enterprise = str(us.get("team_id") or ""), str(us.get("enterprise_id") or "")
    members = await _members(client, only) if only else None
    async for page in pages(lambda at: client.users_list(limit=PAGE, cursor=at, include_locale=True)):
        everybody = [user for user in page.get("members") or () if askable(user, team, enterprise)]
        yield [one(user) for user in everybody if members is None or user["id"] in members]


async def _members(client: AsyncWebClient, only: str) -> set[str]:
    if only.startswith(GROUP):
        return await _in_group(client, only)
    members: set[str] = set()
    async for page in pages(lambda at: client.conversations_members(channel=only, limit=PAGE, cursor=at)):
        members.update(page.get("members") or ())
    return members


async def _in_group(client: AsyncWebClient, group: str) -> set[str]:
    """This one comes without pages."""
    try:
        found = await patiently(lambda: asked(client.usergroups_users_list(usergroup=group)))
    except SendFailed as failed:
        if failed.reason in ("no_such_subteam", "subteam_not_found"):
            raise SendFailed(Refusal.UNKNOWN, permanent=True) from None
        raise
    return set(found.get("users") or ())


def askable(user: User, team: str, enterprise: str) -> bool:
    """Whether this is a colleague with an account of their own: no bot, no guest, nobody who left or is yet to come."""
    if user["id"] == _SLACKBOT or user.get("is_invited_user") or any(user.get(name) for name in _OTHERS):
        return False
    return _ours(user, team, enterprise)


def _ours(user: User, team: str, enterprise: str) -> bool:
    """In an enterprise a colleague's own workspace may be another one."""
    if not team or user.get("team_id") in (None, "", team):
        return True
    theirs = (user.get("enterprise_user") or {}).get("enterprise_id")
    return bool(enterprise) and enterprise in (theirs, user.get("team_id"))


def one(user: User) -> Listed:
    """What Slack tells of somebody."""
    profile = user.get("profile") or {}
    names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    return Listed(
        address=str(user["id"]),
        name=next((str(name) for name in names if name), ""),
        email=str(profile.get("email") or ""),
        language=_language(str(user.get("locale") or "")),
        timezone=str(user.get("tz") or ""),
    )


def _language(locale: str) -> str:
    """`nl-NL` -> `nl`; empty for a language that is not spoken here."""
    spoken = locale.replace("_", "-").partition("-")[0].casefold()
    return next((known for known in LANGUAGES if known == spoken), "")
