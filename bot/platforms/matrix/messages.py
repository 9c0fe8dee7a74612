"""What a message says: as words, as HTML, and as a note for ourselves of what each sign on it does.

That note lies on the homeserver beside the words, so it holds no more than they do.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.core.actions import decode
from bot.core.home import NO_ROUND
from bot.core.platform import Button, Card, Outgoing
from bot.platforms.matrix import signs
from bot.platforms.matrix.api import Json
from config.texts import say

NOTE, OURS = "nl.klankbord.card", "nl.klankbord.id"  # in the content of a message
ON, OFF = "☑", "☐"
LONGEST_DRAFT = 2_000  # characters: an edit says everything four times in 65,536 bytes (spec.matrix.org, size limits)

_STRONG = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_MORE = "Details"  # in either language


@dataclass(frozen=True)
class Shown:
    """A card as it stands in a room: what each sign does. What it does may be an answer: it never shows in a repr."""

    actions: dict[str, str] = field(repr=False)  # sign -> instruction
    labels: dict[str, str] = field(repr=False)
    about: str = NO_ROUND  # the invitation, or the place of a lead's card
    entry: str = field(default="", repr=False)  # the instruction of its place to type
    several: str = field(default="", repr=False)  # that of a choice of several
    options: dict[str, str] = field(default_factory=dict, repr=False)  # sign -> what the choice of several calls it
    on: tuple[str, ...] = field(default=(), repr=False)  # the signs of those that are ticked
    apart: bool = False
    channel: str = ""  # the address of the channel that it stands in, where it is one


def shown(card: Card, channel: str = "") -> Shown:
    """A card, as it is about to stand somewhere."""
    buttons = signs.of_card(card)
    chosen = {sign: button for sign, button in buttons.items() if button.option} if card.several else {}
    return Shown(
        actions={sign: button.action for sign, button in buttons.items()},
        labels={sign: button.label for sign, button in buttons.items()},
        about=about(card),
        entry=card.entry.action if card.entry is not None else "",
        several=card.several,
        options={sign: button.option for sign, button in chosen.items()},
        on=tuple(sign for sign, button in chosen.items() if button.ticked),
        apart=card.apart,
        channel=channel,
    )


def about(card: Card) -> str:
    """The invitation that a card is about, or NO_ROUND: the first part of its buttons' instructions."""
    entry = (card.entry.action,) if card.entry is not None else ()
    actions = (*(button.action for button in (*card.choices, *card.steps, *card.asides)), *entry)
    found = (decode(action) for action in actions)
    return next((action.invitation for action in found if action is not None), NO_ROUND)


def of_card(card: Card, above: Sequence[str] = (), *, ours: str = "", channel: str = "") -> Json:
    """The content of a message with a card, below what is said with it; `ours` is our id of it."""
    paragraphs = [*above, *_card(card)]
    return {**_content(paragraphs), NOTE: _noted(shown(card, channel)), **({OURS: ours} if ours else {})}


def of_lines(outgoing: Outgoing) -> Json:
    """A message to a channel: below its lines the details, folded where a client can."""
    content = _content(outgoing.lines)
    if outgoing.details:
        content["body"] += "\n\n" + _plain("\n".join(outgoing.details))
        details = "<br>".join(map(_marked, outgoing.details))
        content["formatted_body"] += f"<details><summary>{_MORE}</summary><p>{details}</p></details>"
    return {**content, OURS: outgoing.id}


def of_words(words: str) -> Json:
    """A line that is no card, and that no telephone need buzz for."""
    return {**_content([words]), "msgtype": "m.notice"}


def of_picture(address: str, alt: str, size: int, width: int, height: int) -> Json:
    """A picture; its body is what it says for who cannot see it (spec.matrix.org, m.image)."""
    info = {"mimetype": "image/png", "size": size, "w": width, "h": height}
    return {"msgtype": "m.image", "body": alt, "url": address, "info": info, "m.mentions": {}}


def edit(of: str, content: Json) -> Json:
    """The content of an edit: a message says this from now on (spec.matrix.org, event replacements)."""
    again = {key: value for key, value in content.items() if key != OURS}
    relation = {"rel_type": "m.replace", "event_id": of}
    fallback = {key: content[key] for key in ("msgtype", "format", "m.mentions")}
    words = {"body": f"* {content['body']}", "formatted_body": f"* {content['formatted_body']}"}
    return {**fallback, **words, "m.new_content": again, "m.relates_to": relation}


def read(event: Json) -> tuple[str, Shown | None] | None:
    """Which message this event is, or changes, and the card that stands there from then on; None for anything else.

    Only of an event that the bot itself sent: nobody else's note is to be believed.
    """
    content = event.get("content")
    if event.get("type") != "m.room.message" or not isinstance(content, dict) or not content:
        return None
    relation = content.get("m.relates_to") or {}
    if relation.get("rel_type") == "m.replace":
        return str(relation["event_id"]), _read(content.get("m.new_content") or {})
    return str(event["event_id"]), _read(content)


def _read(content: Json) -> Shown | None:
    """None for a note of another version of ours, too."""
    note = content.get(NOTE)
    try:
        return Shown(**{**note, "on": tuple(note["on"])}) if isinstance(note, dict) else None
    except (TypeError, KeyError):
        return None


def _noted(one: Shown) -> Json:
    return {**vars(one), "on": list(one.on)}


# --- words -----------------------------------------------------------------------------------------------------------


def _content(paragraphs: Sequence[str]) -> Json:
    return {
        "msgtype": "m.text",
        "body": "\n\n".join(map(_plain, paragraphs)),
        "format": "org.matrix.custom.html",
        "formatted_body": "".join(f"<p>{_marked(one)}</p>" for one in paragraphs),
        "m.mentions": {},  # nobody: an edit makes no telephone buzz
    }


def _card(card: Card) -> Iterator[str]:
    """Its paragraphs; words between `**` are strong."""
    if card.heading:
        yield f"**{card.heading}**"
    if card.hint:
        yield card.hint
    yield from card.lines
    if card.entry is not None:
        yield f"**{card.entry.label}**"
    if card.entry is not None and card.entry.draft:
        yield say("matrix.draft", card.language)
        yield f"“{_beginning(card.entry.draft.replace('**', ''))}”"
    yield from _choices(card)
    yield from (say(key, card.language) for key in _how(card))


def _beginning(draft: str) -> str:
    """As much of what somebody typed as can be said back to them."""
    return draft if len(draft) <= LONGEST_DRAFT else f"{draft[: LONGEST_DRAFT - 1]}…"


def _choices(card: Card) -> Iterator[str]:
    buttons = signs.of_card(card)
    numbered = [_line(sign, buttons[sign], card) for sign in buttons if sign.isdecimal()]
    lettered = [_line(sign, buttons[sign], card) for sign in buttons if not sign.isdecimal()]
    if numbered:
        yield "\n".join(numbered)
    if lettered:
        yield " · ".join(lettered)


def _line(sign: str, button: Button, card: Card) -> str:
    tick = f"{ON if button.ticked else OFF} " if card.several and button.option else ""
    return f"{tick}**{sign}** {signs.label(sign, button).replace('**', '')}"


def _how(card: Card) -> Iterator[str]:
    if card.entry is not None:
        yield "matrix.type_here"
    elif card.several:
        yield "matrix.tap_several"
    elif card.choices or card.steps or card.asides:
        yield "matrix.tap"


def _marked(words: str) -> str:
    escaped = html.escape(words, quote=False).replace("\n", "<br>")
    return _STRONG.sub(r"<strong>\1</strong>", escaped)


def _plain(words: str) -> str:
    return _STRONG.sub(r"\1", words)
