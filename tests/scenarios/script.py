"""Reads a scenario and plays it on a stage: any chat platform with people and channels.

colleagues: NAME NAME …          who there is; each is asked in the round
the round opens | the reminder goes out | the round closes
the leads are asked | the leads read | the digests go out
the round is withdrawn | a test card goes out     by an admin, at that moment
what was said goes out           what waits to be sent
NAME sees: WORDS                 within a few seconds; the chat as the person would look at it
NAME does not see: WORDS
NAME taps: LABEL > LABEL …       the button with this label, or the only one that begins with it
NAME taps in #CHANNEL: LABEL     below the newest message there that has such a button
NAME types: WORDS                at the prompt on the card
NAME asks: WORD                  a command or a word of its own
the others tap: LABEL > …        everybody who has not been named yet
#CHANNEL sees: WORDS             also "does not see"
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

HERE = Path(__file__).parent
SCENARIOS = sorted(HERE.glob("*.txt"))

_MOMENTS = (
    *("the round opens", "the reminder goes out", "the round closes", "the digests go out"),
    *(
        "the leads are asked",
        "the leads read",
        "the round is withdrawn",
        "a test card goes out",
        "what was said goes out",
    ),
)
_LINE = re.compile(
    r"(?P<who>[a-z]+|#[a-z]+|the others) (?P<verb>sees|does not see|taps?|types|asks)"
    r"(?: in (?P<channel>#[a-z]+))?: (?P<words>.+)"
)


class Stage(Protocol):
    """A chat platform with its people, played through its own protocol."""

    async def moment(self, name: str) -> None:
        """Move the clock to one of the moments of the round, and do what is due."""

    async def read(self, who: str) -> str:
        """Everything a person sees in their chat, or who reads a channel sees in it."""

    async def tap(self, who: str, label: str) -> None:
        """Tap a button on the newest card."""

    async def tap_in(self, who: str, channel: str, label: str) -> None:
        """Tap a button below the newest message in a channel that has one."""

    async def type(self, who: str, text: str) -> None:
        """Answer the prompt on the newest card."""

    async def ask(self, who: str, word: str) -> None:
        """Send a word or a command."""


@dataclass(frozen=True)
class Line:
    """One line of a scenario."""

    place: str  # file and line, for a failure
    who: str
    verb: str
    words: str
    channel: str = ""


@dataclass(frozen=True)
class Script:
    """A scenario."""

    colleagues: tuple[str, ...]
    lines: tuple[Line, ...]


def read(path: Path) -> Script:
    """A scenario from its file. Raises ValueError for a line that means nothing."""
    colleagues: tuple[str, ...] = ()
    lines = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        place, found = f"{path.name}:{number}", _LINE.fullmatch(text)
        if text.startswith("colleagues: "):
            colleagues = tuple(text.split()[1:])
        elif text in _MOMENTS:
            lines.append(Line(place, "", "moment", text))
        elif found:
            lines.append(Line(place, found["who"], found["verb"], found["words"], found["channel"] or ""))
        elif text and not text.startswith("# "):
            raise ValueError(f"{place}: {text}")
    return Script(colleagues, tuple(lines))


async def play(script: Script, stage: Stage) -> None:
    """Play it from beginning to end; the first thing that is not so fails, and names its line."""
    named = {line.who for line in script.lines if line.verb in ("taps", "types", "asks")}
    verbs: dict[str, Callable[[str, str], Awaitable[None]]] = {"taps": _taps(stage), "tap": _taps(stage)}
    verbs |= {"types": stage.type, "asks": stage.ask}
    for line in script.lines:
        if line.verb == "moment":
            await stage.moment(line.words)
        elif line.verb in ("sees", "does not see"):
            seen = await stage.read(line.who)
            assert (line.words in seen) == (line.verb == "sees"), f"{line.place}: {line.who} sees:\n{seen}"
        elif line.channel:
            await stage.tap_in(line.who, line.channel, line.words)
        else:
            for who in _who(line, script, named):
                await verbs[line.verb](who, line.words)


def _who(line: Line, script: Script, named: set[str]) -> Iterator[str]:
    if line.who != "the others":
        yield line.who
    else:
        yield from (who for who in script.colleagues if who not in named)


def _taps(stage: Stage) -> Callable[[str, str], Awaitable[None]]:
    async def taps(who: str, labels: str) -> None:
        for label in labels.split(" > "):
            await stage.tap(who, label)

    return taps
