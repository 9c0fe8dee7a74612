"""views.*: modals, opened with a trigger_id and stacked three deep at most, and home screens.

docs.slack.dev/reference/methods/views.open and /surfaces/modals.
"""

import json

from . import kit
from .block_kit import HOME, MODAL, wrong_view
from .calling import Call, Method, Refused, an_object, words
from .records import Json, View, with_ids
from .shapes import view_of
from .workspace import Workspace

DEEPEST = 3  # modals on top of each other
LARGEST = 250_000  # bytes of a view


def checked(content: Json, kind: str, workspace: Workspace) -> Json:
    """A view that Slack takes, with ids where it had none. Raises Refused."""
    if wrong := wrong_view(content):
        raise Refused("invalid_arguments", *wrong, broken=True)
    if content["type"] != kind:
        raise Refused("invalid_arguments", f"[ERROR] must be a {kind} [json-pointer:/view/type]", broken=True)
    if len(json.dumps(content)) > LARGEST:
        raise Refused("view_too_large", broken=True)
    workspace.frown(kit.view, content)
    return content | {"blocks": with_ids(content["blocks"], workspace.numbers)}


def pushed(workspace: Workspace, user: str, content: Json) -> View:
    """A modal on top of those that somebody has open. Raises Refused."""
    stack = workspace.stacks.setdefault(user, [])
    if len(stack) >= DEEPEST:
        raise Refused("push_limit_reached", broken=True)
    name = f"V{workspace.number():08}"
    root, previous = (stack[0].id, stack[-1].id) if stack else (name, "")
    workspace.drawn[user] += 1
    stack.append(View(name, user, checked(content, MODAL, workspace), _hash(workspace), root, previous))
    return stack[-1]


def redrawn(workspace: Workspace, view: View, content: Json) -> None:
    """The same view with something else on it. Raises Refused."""
    view.content, view.hash = checked(content, view.content["type"], workspace), _hash(workspace)
    view.drawn += 1
    workspace.drawn[view.user] += 1


def _hash(workspace: Workspace) -> str:
    return f"{workspace.ts()}.Xyz"


# --- methods -------------------------------------------------------------------------------------------------------


def _open(call: Call) -> Json:
    checked(call["view"], MODAL, call.workspace)
    user, wrong = call.workspace.handed_out.spend(call["trigger_id"])
    if wrong:
        raise Refused(wrong)
    return {"view": view_of(pushed(call.workspace, user, call["view"]))}


def _update(call: Call) -> Json:
    """`hash` guards against drawing over something newer."""
    view = _found(call)
    if call.get("hash") not in (None, view.hash):
        raise Refused("hash_conflict")
    redrawn(call.workspace, view, call["view"])
    return {"view": view_of(view)}


def _found(call: Call) -> View:
    name, outside = call.get("view_id"), call.get("external_id")
    if (name is None) == (outside is None):
        raise Refused("invalid_arguments", "[ERROR] either view_id or external_id is needed", broken=True)
    for view in call.workspace.views():
        if view.id == name or (outside and view.content.get("external_id") == outside):
            return view
    raise Refused("not_found")


def _publish(call: Call) -> Json:
    workspace, user = call.workspace, call["user_id"]
    if user not in workspace.users:
        raise Refused("invalid_arguments", "[ERROR] failed to match the user [json-pointer:/user_id]", broken=True)
    home = workspace.homes.get(user)
    if home is None:
        home = View(f"V{workspace.number():08}", user, checked(call["view"], HOME, workspace), _hash(workspace))
        workspace.homes[user] = home
        workspace.drawn[user] += 1
    elif call.get("hash") not in (None, home.hash):
        raise Refused("hash_conflict")
    else:
        redrawn(workspace, home, call["view"])
    return {"view": view_of(home)}


METHODS = {
    "views.open": Method(_open, 4, "", {"trigger_id": words, "view": an_object}, {}),
    "views.push": Method(_open, 4, "", {"trigger_id": words, "view": an_object}, {}),
    "views.update": Method(
        _update, 4, "", {"view": an_object}, {"view_id": words, "external_id": words, "hash": words}
    ),
    "views.publish": Method(_publish, 4, "", {"user_id": words, "view": an_object}, {"hash": words}),
}
