"""users.*, usergroups.*, dnd.* and auth.*: who there is. docs.slack.dev/reference/methods/users.list."""

from .calling import Call, Method, Refused, page, truth, whole, words
from .records import APP, BOT, BOT_ID, ENTERPRISE, TEAM, Json, User

AT_ONCE = 50  # users of dnd.teamInfo: docs.slack.dev/reference/methods/dnd.teamInfo


def _test(call: Call) -> Json:
    grid = call.workspace.enterprise
    found: Json = {
        "url": "https://voorbeeld.slack.com/",
        "team": "Voorbeeld",
        "user": "klankbord",
        "team_id": TEAM,
        "user_id": BOT,
        "bot_id": BOT_ID,
        "is_enterprise_install": grid,
    }
    return found | ({"enterprise_id": ENTERPRISE} if grid else {})


def _list(call: Call) -> Json:
    some, cursor = page(call, list(call.workspace.users.values()), 999)
    members = [_described(call, user) for user in some]
    return {
        "members": members,
        "cache_ts": int(call.workspace.now()),
        "response_metadata": {"next_cursor": cursor},
    }


def _info(call: Call) -> Json:
    user = call.workspace.users.get(call["user"])
    if user is None:
        raise Refused("user_not_found")
    return {"user": _described(call, user)}


def _described(call: Call, user: User) -> Json:
    """docs.slack.dev/reference/objects/user-object. Who is deactivated has no zone, nor roles."""
    profile: Json = {
        "real_name": user.name,
        "display_name": user.name,
        "first_name": user.name.split()[0] if user.name else "",
        "status_text": user.status_text,
        "status_emoji": user.status_emoji,
        "status_expiration": user.status_expiration,
        "team": TEAM,
    }
    if "users:read.email" in call.workspace.scopes and user.email:
        profile["email"] = user.email
    found: Json = {
        "id": user.id,
        "team_id": TEAM,
        "name": user.name.casefold(),
        "deleted": user.deleted,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1_764_000_000,
    }
    if not user.deleted:
        found |= {
            "real_name": user.name,
            "tz": user.tz,
            "tz_label": user.tz,
            "tz_offset": 3600,
            "is_admin": False,
            "is_owner": False,
            "is_restricted": user.guest or user.of_one_channel,
            "is_ultra_restricted": user.of_one_channel,
            "is_email_confirmed": True,
        }
    if call.get("include_locale") and not user.deleted:
        found["locale"] = user.locale
    return found


def _group(call: Call) -> Json:
    if call["usergroup"] not in call.workspace.groups:
        raise Refused("no_such_subteam")
    return {"users": call.workspace.groups[call["usergroup"]]}


def _snoozing(call: Call) -> Json:
    users = call["users"].split(",")
    if len(users) > AT_ONCE:
        raise Refused("too_many_users", broken=True)
    known, now = call.workspace.users, call.workspace.now()
    return {"users": {name: _snooze(known[name], now) for name in users if name in known}}


def _snooze(user: User, now: float) -> Json:
    if user.dnd <= now:
        return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
    return {"dnd_enabled": True, "next_dnd_start_ts": int(now) - 60, "next_dnd_end_ts": int(user.dnd)}


def _connect(call: Call) -> Json:
    """docs.slack.dev/reference/methods/apps.connections.open: an address that is good for one connection."""
    ticket = f"{call.workspace.number():08x}"
    call.workspace.tickets.add(ticket)
    return {"url": f"{call.workspace.address.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={APP}"}


METHODS = {
    "auth.test": Method(_test, 4, "", {}, {}),
    "users.list": Method(_list, 2, "users:read", {}, {"limit": whole, "cursor": words, "include_locale": truth}),
    "users.info": Method(_info, 4, "users:read", {"user": words}, {"include_locale": truth}),
    "usergroups.users.list": Method(_group, 2, "usergroups:read", {"usergroup": words}, {"include_disabled": truth}),
    "dnd.teamInfo": Method(_snoozing, 2, "dnd:read", {"users": words}, {}),
    "apps.connections.open": Method(_connect, 1, "connections:write", {}, {}, by_app=True),
}
