"""Somebody with Slack open: looks at messages, a modal and the home screen, and taps, ticks, types, asks."""

import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .bridge import Ack, Bridge
from .samples import sample
from .workspace import TEAM, Blocks, Message, ResponseUrl, View, Workspace

Element = dict[str, Any]


@dataclass
class Colleague:
    """What is ticked is known to this screen alone, and lost when its message is drawn anew."""

    workspace: Workspace
    bridge: Bridge
    id: str
    address: str
    ticked: dict[tuple[str, str, str], list[Element]] = field(default_factory=dict)  # place, version, block: options
    on_home: bool = False

    # --- looking ---------------------------------------------------------------------------------------------------

    @property
    def channel(self) -> str:
        """The direct chat."""
        return self.workspace.direct(self.id).id

    @property
    def modal(self) -> View | None:
        """What is open on top."""
        return self.workspace.modals.get(self.id)

    def messages(self) -> list[Message]:
        """The direct chat; of what only this person sees, the newest wherever it stands."""
        kept = [one for one in self.workspace.at(self.channel) if not one.only_for]
        return kept + [one for one in self.workspace.messages if one.only_for == self.id][-1:]

    def sees(self) -> str:
        """Everything, as a person reads it."""
        parts = [words(message.blocks) or message.text for message in self.messages()]
        if self.on_home and self.id in self.workspace.homes:
            parts.append(words(self.workspace.homes[self.id].content["blocks"]))
        if self.modal is not None:
            content = self.modal.content
            parts += [content["title"]["text"], words(content["blocks"])]
            parts += [content[name]["text"] for name in ("submit", "close") if content.get(name)]
        return "\n".join(parts)

    # --- tapping ---------------------------------------------------------------------------------------------------

    async def tap(self, label: str) -> Ack:
        """Whatever has this label, or alone begins with it: in the modal, else on the newest message that has it."""
        if self.modal is not None:
            content = self.modal.content
            for name in ("submit", "close"):
                if content.get(name) and content[name]["text"].startswith(label):
                    return await self.submit() if name == "submit" else self.close()
            if (found := _labelled(content["blocks"], label)) is not None:
                return await self._act(*found, view=self.modal)
        if self.on_home and self.id in self.workspace.homes:
            view = self.workspace.homes[self.id]
            if (found := _labelled(view.content["blocks"], label)) is not None:
                return await self._act(*found, view=view)
        for message in reversed(self.messages()):
            if (found := _labelled(message.blocks, label)) is not None:
                self.close()
                return await self._act(*found, message=message)
        raise AssertionError(f"{self.id} has no {label!r} to tap:\n{self.sees()}")

    def close(self) -> Ack:
        """Close the modal."""
        self.workspace.modals.pop(self.id, None)
        return Ack(200)

    async def submit(self, text: str | None = None) -> Ack:
        """Hand in the modal."""
        view = self.modal
        assert view is not None, "no modal is open"
        payload = sample("submission_with_words" if text is not None else "submission_of_a_step")
        self._signed(payload)
        payload["view"] |= _told(view)
        inputs = [block for block in view.content["blocks"] if block["type"] == "input"]
        assert bool(inputs) == (text is not None), "words where there is an input, and only there"
        values = {
            block["block_id"]: {
                block["element"]["action_id"]: {"type": "plain_text_input", "value": text},
            }
            for block in inputs
        }
        payload["view"]["state"] = {"values": values}
        ack = await self.bridge.interaction("interactive", payload)
        action = (ack.body or {}).get("response_action") if ack.status == 200 else None
        if action == "update":
            if error := self.workspace.check_view(ack.body["view"]):
                raise AssertionError(error)
            number = self.workspace.number()
            self.workspace.modals[self.id] = View(view.id, self.id, ack.body["view"], f"{number}.hash")
        elif ack.status == 200:
            self.close()
        return ack

    async def type(self, text: str) -> Ack:
        """Type in the modal and hand it in."""
        return await self.submit(text)

    # --- asking ----------------------------------------------------------------------------------------------------

    async def ask(self, words_: str, command: str = "/klankbord") -> Ack:
        """The slash command; what it answers is seen by nobody else."""
        payload = sample("command") | {"user_id": self.id, "text": words_, "command": command}
        payload |= {"trigger_id": self.workspace.trigger(self.id), "response_url": self._url(None, self.channel)}
        ack = await self.bridge.interaction("slash_commands", payload)
        if ack.status == 200 and ack.body:
            self._whispered(ack.body)
        return ack

    async def say(self, text: str, event: str = "") -> Ack:
        """Words in the direct chat."""
        payload = sample("message_im")
        payload["event"] |= {"user": self.id, "channel": self.channel, "text": text}
        payload["event_id"] = event or f"Ev{self.workspace.number()}"
        return await self.bridge.event(payload)

    async def open_home(self) -> Ack:
        """The home screen."""
        self.on_home = True
        payload = sample("home_opened")
        payload["event"] |= {"user": self.id, "channel": self.channel}
        payload["event_id"] = f"Ev{self.workspace.number()}"
        return await self.bridge.event(payload)

    def leave_home(self) -> None:
        """Back to the messages."""
        self.on_home = False

    # --- how -------------------------------------------------------------------------------------------------------

    async def _act(self, block: Element, element: Element, option: Element | None, **where: Any) -> Ack:
        payload = self.payload(block, element, option, **where)
        return await self.bridge.interaction("interactive", payload)

    def payload(
        self,
        block: Element,
        element: Element,
        option: Element | None = None,
        message: Message | None = None,
        view: View | None = None,
    ) -> dict[str, Any]:
        """What Slack brings for a tap."""
        place = (message.ts, str(len(message.versions))) if message else (view.id, view.hash) if view else ("", "")
        payload = sample("button_in_message" if message is not None else "button_in_modal")
        self._signed(payload)
        action: Element = {"action_id": element["action_id"], "block_id": block.get("block_id") or "b1"}
        action |= {"type": element["type"], "action_ts": f"{time.time():.6f}"}
        if option is None:
            action |= {"text": element["text"], "value": element["value"]}
        else:
            chosen = self.ticked.setdefault((*place, action["block_id"]), [])
            chosen.remove(option) if option in chosen else chosen.append(option)
            action["selected_options"] = copy.deepcopy(chosen)
        payload["actions"] = [action]
        state = {"values": self._state(place, message.blocks if message else view.content["blocks"] if view else [])}
        if message is not None:
            kind = {"is_ephemeral": bool(message.only_for)}
            payload["container"] |= {"message_ts": message.ts, "channel_id": message.channel, **kind}
            payload["channel"] = {"id": message.channel, "name": "directmessage"}
            payload["message"] |= {"ts": message.ts, "text": message.text, "blocks": message.blocks}
            payload["state"], payload["response_url"] = state, self._url(message, message.channel)
        elif view is not None:
            payload["container"] = {"type": "view", "view_id": view.id}
            payload["view"] |= _told(view) | {"state": state}
        return payload

    def _state(self, place: tuple[str, str], blocks: Blocks) -> dict[str, Any]:
        """docs.slack.dev/reference/interaction-payloads/block_actions-payload: every input's value on this screen."""
        lists = [
            (block["block_id"], element)
            for block, element in _elements(blocks)
            if "options" in element and "block_id" in block
        ]
        return {
            name: {
                element["action_id"]: {
                    "type": element["type"],
                    "selected_options": self.ticked.get((*place, name), []),
                }
            }
            for name, element in lists
        }

    def _signed(self, payload: dict[str, Any]) -> None:
        payload["user"] |= {"id": self.id, "team_id": TEAM}
        payload["trigger_id"] = self.workspace.trigger(self.id)

    def _url(self, message: Message | None, channel: str) -> str:
        name = f"r{self.workspace.number()}"
        self.workspace.urls[name] = ResponseUrl(message, channel, self.id, self.workspace.clock())
        return f"{self.address}/response/{name}"

    def _whispered(self, body: dict[str, Any]) -> None:
        if error := self.workspace.check_message(body.get("text"), body.get("blocks"), None):
            raise AssertionError(error)
        message = Message(self.channel, self.workspace.ts(), body.get("text", ""), body.get("blocks", []))
        message.only_for = self.id
        self.workspace.messages.append(message)


def words(blocks: Blocks) -> str:
    """Everything that can be read in blocks, and every label."""
    return "\n".join(line for block in blocks for line in _lines(block))


def _lines(block: Element) -> Iterator[str]:
    if block["type"] == "rich_text":
        for section in block["elements"]:
            yield "".join(run["text"] for run in section["elements"])
        return
    for name in ("text", "label"):
        if isinstance(block.get(name), dict):
            yield block[name]["text"]
    for element in (*block.get("elements", ()), *(block[n] for n in ("accessory", "element") if n in block)):
        yield from _labels(element)


def _labels(element: Element) -> Iterator[str]:
    if element["type"] in ("plain_text", "mrkdwn"):
        yield element["text"]
    elif "options" in element:
        yield from (option["text"]["text"] for option in element["options"])
    elif "initial_value" in element:
        yield element["initial_value"]
    elif "text" in element:
        yield element["text"]["text"]


def _elements(blocks: Blocks) -> Iterator[tuple[Element, Element]]:
    for block in blocks:
        for element in (*block.get("elements", ()), *(block[n] for n in ("accessory", "element") if n in block)):
            if "action_id" in element:
                yield block, element


def _labelled(blocks: Blocks, label: str) -> tuple[Element, Element, Element | None] | None:
    """The button, or the option of a list, with this label; else the only one that begins with it."""
    found: list[tuple[str, Element, Element, Element | None]] = []
    for block, element in _elements(blocks):
        if element["type"] == "button":
            found.append((element["text"]["text"], block, element, None))
        found += [(option["text"]["text"], block, element, option) for option in element.get("options", ())]
    exact = [one for one in found if one[0] == label] or [one for one in found if one[0].startswith(label)]
    return exact[0][1:] if exact else None


def _told(view: View) -> dict[str, Any]:
    told = {name: view.content.get(name) for name in ("type", "callback_id", "private_metadata", "blocks", "title")}
    return {**told, "id": view.id, "hash": view.hash}
