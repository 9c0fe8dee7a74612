"""What an acknowledgement does in Slack: a modal that closes or changes, and the answer to a command.

docs.slack.dev/surfaces/modals#response_actions and /interactivity/implementing-slash-commands#responding.
"""

from typing import Any

from .bridge import Ack
from .calling import Refused
from .methods_of_messages import content
from .methods_of_views import pushed, redrawn
from .records import Channel, Json, View
from .workspace import Workspace


class Outcomes:
    """For one person."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def of_submission(self, user: str, view: View, ack: Ack) -> dict[str, str]:
        """What becomes of a modal; returns errors by block_id. It stays as it is where nothing was acknowledged."""
        if ack.status != 200:
            return {}
        body = ack.body
        if not body:
            self.close(user, view)
            return {}
        try:
            return self._respond(user, view, body)
        except Refused as refused:
            self._wrong(f"{refused.error} {' '.join(refused.details)}")
            return {}

    def of_command(self, user: str, channel: Channel, ack: Ack) -> None:
        """What is said in the acknowledgement of a command: to one person, unless it says in_channel."""
        body: Json = {"text": ack.body} if isinstance(ack.body, str) else ack.body or {}
        if ack.status != 200 or not (body.get("text") or body.get("blocks")):
            return
        if set(body) - {"text", "blocks", "response_type"}:
            self._wrong(f"a command is answered with {sorted(body)}")
            return
        try:
            version = content(body, self._workspace)
        except Refused as refused:
            self._wrong(f"{refused.error} {' '.join(refused.details)}")
            return
        only_for = "" if body.get("response_type") == "in_channel" else user
        self._workspace.say(channel.id, version, only_for=only_for)

    def close(self, user: str, view: View) -> None:
        """Take a modal away, and what is on top of it."""
        stack = self._workspace.stacks.get(user, [])
        if view in stack:
            del stack[stack.index(view) :]
            self._workspace.drawn[user] += 1

    def _respond(self, user: str, view: View, body: Any) -> dict[str, str]:
        kind = body.get("response_action") if isinstance(body, dict) else None
        if kind == "update":
            redrawn(self._workspace, view, body["view"])
        elif kind == "push":
            pushed(self._workspace, user, body["view"])
        elif kind == "clear":
            self.close(user, self._workspace.stacks[user][0])
        elif kind == "errors":
            return self._errors(view, body["errors"])
        else:
            self._wrong(f"a submission is answered with {body!r}")
        return {}

    def _errors(self, view: View, errors: dict[str, str]) -> dict[str, str]:
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not errors or not set(errors) <= inputs:
            self._wrong(f"errors for {sorted(errors)}, which are no inputs")
        return errors

    def _wrong(self, words: str) -> None:
        self._workspace.violations.append(f"acknowledgement: {words}")
