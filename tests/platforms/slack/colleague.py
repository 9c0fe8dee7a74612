"""Somebody with Slack open: reads messages, a modal and the home screen, and taps, ticks, types and asks there.

They find everything by the words they read: exactly these, or the only ones that begin with them. What is not there yet
they wait for. Whatever they do returns how the bot acknowledged it.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from . import shapes
from .bridge import Ack, Bridge
from .methods_of_messages import shown
from .outcomes import Outcomes
from .reading import Element, as_text, elements, pictures
from .records import Blocks, Json, Message, Version, View
from .screen import Screen, Surface
from .workspace import Workspace

PATIENCE = 10.0  # seconds that somebody waits for something to appear
LOOK = 0.01

T = TypeVar("T")


class Colleague:
    """In their direct chat with the bot, until they go elsewhere."""

    def __init__(self, workspace: Workspace, bridge: Bridge, id_: str) -> None:
        self.workspace, self.bridge, self.id = workspace, bridge, id_
        self.channel = workspace.direct(id_).id  # where they are
        self.on_home = False
        self.patience = PATIENCE
        self.errors: dict[str, str] = {}  # what a modal said of what was handed in last, by block_id
        self._screen, self._outcomes = Screen(), Outcomes(workspace)

    # --- reading ---------------------------------------------------------------------------------------------------

    @property
    def modal(self) -> View | None:
        """What is open on top."""
        return self.workspace.modals.get(self.id)

    @property
    def home(self) -> View | None:
        """The home screen, once it was published."""
        return self.workspace.homes.get(self.id)

    def messages(self) -> list[Message]:
        """What stands where they are, in order. Of what only they see the newest: a client forgets the others soon."""
        there = self.workspace.at(self.channel, only_for=self.id)
        theirs = [one for one in there if one.only_for]
        return [one for one in there if one not in theirs[:-1]]

    def newest(self) -> str:
        """The newest message."""
        return self._text(self.messages()[-1])

    def sees(self) -> str:
        """All they see: the messages or the home screen, and then the modal before them."""
        view, home = self.modal, self.home if self.on_home else None
        parts = [self._text(home)] if home else [self._text(message) for message in self.messages()]
        if view is not None:
            ends = (view.content[name]["text"] for name in ("submit", "close") if name in view.content)
            parts += [view.content["title"]["text"], self._text(view), *(f"[{end}]" for end in ends)]
        return "\n".join(parts)

    async def waits_for(self, words: str) -> None:
        """Until these words are there."""
        await self.until(lambda: words in self.sees(), f"does not see {words!r}")

    async def until(self, so: Callable[[], T | None], otherwise: str) -> T:
        """Wait until something is so. Raises AssertionError with what is seen instead."""
        end = time.monotonic() + self.patience
        while not (found := so()):
            assert time.monotonic() < end, f"{self.id} {otherwise}:\n{self.sees()}"
            await asyncio.sleep(LOOK)
        return found

    @property
    def drawn(self) -> int:
        """How often something changed that they may see."""
        counts = self.workspace.drawn
        return counts[self.id] + sum(counts[name] for name in {self.channel, self.workspace.direct(self.id).id})

    def _text(self, surface: Surface) -> str:
        """A message that has blocks shows those; its text is for notifications."""
        text = as_text(surface.blocks, self._screen.values(surface))
        if isinstance(surface, View):
            return text
        return "\n".join((text or surface.text, *pictures(surface, self.workspace.files)))

    # --- going somewhere -------------------------------------------------------------------------------------------

    def goes_to(self, channel: str) -> None:
        """A channel, or "" for the direct chat with the bot."""
        self.channel, self.on_home = channel or self.workspace.direct(self.id).id, False

    async def open_home(self) -> Ack:
        """The Home tab of the app."""
        self.goes_to("")
        self.on_home = True
        return await self._opened("home")

    async def open_messages(self) -> Ack:
        """The Messages tab of the app."""
        self.goes_to("")
        return await self._opened("messages")

    def leave_home(self) -> None:
        """Back to the messages, without the bot hearing of it."""
        self.on_home = False

    # --- tapping and ticking ---------------------------------------------------------------------------------------

    async def tap(self, label: str) -> Ack:
        """A button, an option of a list, or an end of the modal. Who taps behind a modal closes it first."""
        await self.until(lambda: self._end(label) or self._found(label), f"has no {label!r} to tap")
        if end := self._end(label):
            return await (self.submit() if end == "submit" else self.close())
        found = self._found(label)
        assert found is not None
        surface, element, option = found
        if isinstance(surface, Message) and self.modal is not None:
            await self.close()
        return await (self._tapped(surface, element) if option is None else self._ticked(surface, element, option))

    async def tap_and_wait(self, label: str) -> Ack:
        """The same; then wait until something was drawn."""
        before = self.drawn
        ack = await self.tap(label)
        await self.until(lambda: self.drawn != before, f"sees nothing new after {label!r}")
        return ack

    async def _tapped(self, surface: Surface, element: Element) -> Ack:
        content = element.content
        told = {name: content[name] for name in ("text", "value", "style", "url") if name in content}
        return await self._acted(surface, element, told | {"type": "button"})

    async def _ticked(self, surface: Surface, element: Element, option: Json) -> Ack:
        """In an input block the bot hears nothing of it, unless that asks for it; then there is nothing to answer."""
        self._screen.toggle(surface, element, option)
        if not element.tells:
            return Ack(200)
        return await self._acted(surface, element, self._screen.value(surface, element))

    async def _acted(self, surface: Surface, element: Element, told: Json) -> Ack:
        return await self.bridge.interaction("interactive", self.payload(surface, element, told))

    def payload(self, surface: Surface, element: Element, told: Json) -> Json:
        """block_actions as Slack brings them; `told` is what is particular to the kind of element."""
        user, values = self.workspace.users[self.id], self._screen.as_sent(surface)
        action = {"action_id": element.action_id, "block_id": element.block_id} | told
        if isinstance(surface, View):
            return shapes.acted_in_view(self.workspace, user, action, surface, values)
        return shapes.acted_in_message(self.workspace, user, action, surface, shown(surface), values)

    # --- modals ----------------------------------------------------------------------------------------------------

    async def fill(self, text: str, label: str = "") -> None:
        """Type into an input, the first one or the one with this label. The bot does not hear of it yet."""
        surface, element = await self.until(lambda: self._input(label), "has nothing to type in")
        self._screen.value(surface, element)["value"] = text or None

    async def submit(self, text: str | None = None) -> Ack:
        """Hand in the modal, with words in its first input. Slack sends nothing while one is empty that must not be."""
        if text is not None:
            await self.fill(text)
        view = self.modal
        assert view is not None, f"{self.id} has no modal open"
        assert "submit" in view.content, f"{self.id} cannot hand in:\n{self.sees()}"
        values = self._screen.as_sent(view)
        self._complete(view, values)
        user = self.workspace.users[self.id]
        ack = await self.bridge.interaction("interactive", shapes.submitted(self.workspace, user, view, values))
        self.errors = self._outcomes.of_submission(self.id, view, ack)
        return ack

    async def type(self, text: str) -> Ack:
        """Type in the modal and hand it in."""
        return await self.submit(text)

    async def close(self) -> Ack:
        """Close the modal; the bot hears of it where it asked to."""
        view = self.modal
        assert view is not None, f"{self.id} has no modal open"
        payload = shapes.closed(self.workspace, self.workspace.users[self.id], view)
        self._outcomes.close(self.id, view)
        return (
            await self.bridge.interaction("interactive", payload) if view.content.get("notify_on_close") else Ack(200)
        )

    def _complete(self, view: View, values: Json) -> None:
        for block in view.blocks:
            if block["type"] == "input" and not block.get("optional"):
                value = values[block["block_id"]][block["element"]["action_id"]]
                filled = value.get("value") or value.get("selected_options")
                assert filled, f"{self.id} must fill in {block['label']['text']!r}"

    # --- saying ----------------------------------------------------------------------------------------------------

    async def ask(self, words_: str = "", command: str = "/klankbord") -> Ack:
        """The slash command, where they are; what it answers is seen by nobody else."""
        channel, user = self.workspace.channels[self.channel], self.workspace.users[self.id]
        form = shapes.commanded(self.workspace, user, channel, command, words_)
        ack = await self.bridge.interaction("slash_commands", form)
        self._outcomes.of_command(self.id, channel, ack)
        return ack

    async def say(self, text: str, event: str = "") -> Ack:
        """Words where they are. In the direct chat the bot hears them, if it may read there; `event` is their id."""
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        message = self.workspace.say(self.channel, Version(escaped, []), user=self.id)
        if self.channel != self.workspace.direct(self.id).id or "im:history" not in self.workspace.scopes:
            return Ack(200)
        said = {"user": self.id, "channel": self.channel, "text": escaped, "ts": message.ts, "event_ts": message.ts}
        payload = shapes.event(self.workspace, "message_im", said)
        return await self.bridge.event(payload | ({"event_id": event} if event else {}))

    async def _opened(self, tab: str) -> Ack:
        inner: Json = {"user": self.id, "channel": self.channel, "tab": tab, "event_ts": self.workspace.ts()}
        if tab == "home" and self.home is not None:
            inner["view"] = shapes.view_of(self.home)
        return await self.bridge.event(shapes.event(self.workspace, "home_opened", inner))

    # --- finding ---------------------------------------------------------------------------------------------------

    def _surfaces(self) -> Iterator[Surface]:
        """What they can reach, the nearest first."""
        if self.modal is not None:
            yield self.modal
        if self.on_home and self.home is not None:
            yield self.home
        elif not self.on_home:
            yield from reversed(self.messages())

    def _end(self, label: str) -> str:
        """Whether a label is that of the button that hands in the modal, or closes it."""
        content = self.modal.content if self.modal is not None else {}
        ends = [name for name in ("submit", "close") if name in content]
        return next((name for name in ends if content[name]["text"].startswith(label)), "")

    def _found(self, label: str) -> tuple[Surface, Element, Json | None] | None:
        for surface in self._surfaces():
            labelled = list(_labelled(surface.blocks))
            if (found := _only(labelled, label)) is not None:
                return surface, *found
        return None

    def _input(self, label: str) -> tuple[Surface, Element] | None:
        for surface in self._surfaces():
            for one in elements(surface.blocks):
                if one.kind == "plain_text_input" and one.label.startswith(label):
                    return surface, one
        return None


def words(blocks: Blocks) -> str:
    """Everything that can be read in blocks, and every label."""
    return as_text(blocks)


def _labelled(blocks: Blocks) -> Iterator[tuple[str, Element, Json | None]]:
    """Buttons, and the options of lists, by their words."""
    for one in elements(blocks):
        if one.kind == "button":
            yield one.label, one, None
        for option in one.content.get("options", ()):
            yield option["text"]["text"], one, option


def _only(some: list[tuple[str, Element, Json | None]], label: str) -> tuple[Element, Json | None] | None:
    """The one with these words, or the only one that begins with them."""
    exact = [one for one in some if one[0] == label]
    found = exact or [one for one in some if one[0].startswith(label)]
    assert len({one[0] for one in found}) < 2, f"{label!r} may be any of {[one[0] for one in found]}"
    return found[0][1:] if found else None
