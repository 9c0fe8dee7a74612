"""What can be put in the way of the next calls of a method; "response_url" and "upload" are methods here."""

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["lost", "slow", "ratelimited", "http500", "error"]
"""`lost`: it has its effect, and the connection breaks; `slow`: it has its effect, and is answered some seconds later.
The others have no effect: 429 with Retry-After in seconds, an answer that is not Slack's own, one of Slack's codes."""


@dataclass
class Fault:
    """One thing that goes wrong, so many times; `value` is the seconds or the code; "" is whatever channel."""

    kind: Kind
    value: Any = None
    times: int = 1
    channel: str = ""

    @property
    def has_effect(self) -> bool:
        """Whether the call is heard all the same."""
        return self.kind in ("lost", "slow")


@dataclass
class Faults:
    """By method, in the order in which they come."""

    _waiting: dict[str, list[Fault]] = field(default_factory=dict)

    def put(self, method: str, fault: Fault) -> None:
        """After what is in the way already."""
        self._waiting.setdefault(method, []).append(fault)

    def __len__(self) -> int:
        """How much is in the way still."""
        return sum(fault.times for waiting in self._waiting.values() for fault in waiting)

    def take(self, method: str, channel: str = "") -> Fault | None:
        """What goes wrong with this call."""
        waiting = self._waiting.get(method, [])
        found = next((fault for fault in waiting if fault.channel in ("", channel)), None)
        if found is None:
            return None
        found.times -= 1
        if not found.times:
            waiting.remove(found)
        return found
