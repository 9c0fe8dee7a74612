"""What somebody did on a screen and the bot does not know yet: what is ticked, chosen and typed, as `state.values`.

It is lost when a message is drawn anew. A view keeps what still has the same block_id and action_id:
docs.slack.dev/surfaces/modals#preserving_input.
"""

import copy

from .reading import Element, elements
from .records import Json, Message, View

STATEFUL = ("checkboxes", "multi_static_select", "plain_text_input")

Surface = Message | View


class Screen:
    """Of one person."""

    def __init__(self) -> None:
        self._did: dict[tuple[str, int], Json] = {}  # by surface, and how often that was drawn

    def values(self, surface: Surface) -> Json:
        """state.values: what every input holds, by block_id and action_id."""
        found = self._did.get(_key(surface))
        if found is None:
            earlier = self._did.get((_key(surface)[0], _key(surface)[1] - 1), {}) if isinstance(surface, View) else {}
            found = self._did[_key(surface)] = _values(surface, earlier)
        return found

    def value(self, surface: Surface, element: Element) -> Json:
        """What one input holds, to be changed."""
        value: Json = self.values(surface)[element.block_id][element.action_id]
        return value

    def toggle(self, surface: Surface, element: Element, option: Json) -> None:
        """An option that was on is off, and one that was off is on."""
        on = self.value(surface, element)["selected_options"]
        if option in on:
            on.remove(option)
        else:
            on.append(option)

    def as_sent(self, surface: Surface) -> Json:
        """A copy, as it goes along in a payload."""
        return copy.deepcopy(self.values(surface))


def _values(surface: Surface, earlier: Json) -> Json:
    values: Json = {}
    for one in elements(surface.blocks):
        if one.kind in STATEFUL:
            kept = earlier.get(one.block_id, {}).get(one.action_id)
            values.setdefault(one.block_id, {})[one.action_id] = kept or _initial(one.content)
    return values


def _initial(element: Json) -> Json:
    """What an input holds before somebody touches it."""
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": element.get("initial_value")}
    return {"type": kind, "selected_options": list(element.get("initial_options", ()))}


def _key(surface: Surface) -> tuple[str, int]:
    if isinstance(surface, View):
        return surface.id, surface.drawn
    return f"{surface.channel}/{surface.ts}", len(surface.history)
