"""What there is to look at: each card of the example once, of the departments one; and a digest."""

from collections.abc import Iterator, Sequence
from textwrap import shorten
from typing import Any

from bot.core.gallery import Picture, gallery
from bot.core.platform import Card
from bot.platforms.slack.blocks import card_blocks, lines_blocks
from bot.platforms.slack.views import home, modal
from config.words import LANGUAGES, Language
from tests.core.chat import EXAMPLE, Chat, setting_of
from tests.flow.test_golden import GOLDEN as DIGESTS
from tests.platforms.slack.reading import as_text

DEPARTMENT = "hr"
LONGEST = 500  # characters of a line in golden/: a tip is longer, and says no more
Drawn = dict[str, Any]


def pictures(language: Language) -> list[Picture]:
    """One of each card."""
    found: list[Picture] = []
    for picture in gallery(EXAMPLE, "slack"):
        about = picture.department in ("", DEPARTMENT) and picture.card.language == language
        if about and picture.card not in [one.card for one in found]:
            found.append(picture)
    return found


def card(name: str, language: Language = "nl", nth: int = 0) -> Card:
    """The card of this name; where there are more, the nth."""
    return [picture.card for picture in pictures(language) if picture.name == name][nth]


def drawn(shown: Card) -> Drawn:
    """As it is shown: a message, or a modal."""
    return modal(shown, "") if shown.apart else {"type": "message", "blocks": card_blocks(shown)}


def answered() -> Card:
    """What somebody sees who answered about HR and asks for it."""
    chat = Chat(setting_of(extra=EXAMPLE.surveys[0].extra[1]))
    chat.chooses("hr")
    chat.taps("Verder", "4 goed", "5 uitstekend", "Verlof", "Snelheid", "Zoals verwacht", "Tip voor HR")
    chat.types("Zeg meteen wanneer mijn verlof wordt goedgekeurd.")
    chat.taps("Versturen", "Mijn antwoorden")
    return chat.card


def home_screen() -> Drawn:
    """In the middle of a round: what bot/platforms/slack/showing.py puts below each other."""
    return home([card("ask", nth=0), card("why"), card("habits", nth=3), card("departments")])


def digest() -> tuple[list[Drawn], list[Drawn]]:
    """A message to a department, and what is in its thread."""
    lines = (DIGESTS / "twenty-three.nl.txt").read_text(encoding="utf-8").splitlines()
    end = lines.index("")
    return lines_blocks(lines[:end]), lines_blocks(lines[end + 1 :])


def as_lines(language: Language) -> Iterator[str]:
    """Every card as text, as it is kept in golden/."""
    for picture in pictures(language):
        shown = drawn(picture.card)
        yield f"═══ {' · '.join(filter(None, (picture.name, picture.department, shown['type'])))}"
        if shown["type"] == "modal":
            ends: Sequence[str] = [shown[name]["text"] for name in ("close", "submit") if name in shown]
            yield f"〔 {shown['title']['text']} 〕 {' '.join(f'({end})' for end in ends)}"
        yield from (shorten(line, LONGEST, placeholder="…") for line in as_text(shown["blocks"]).splitlines())
        yield ""


GOLDENS: dict[str, Language] = {f"cards.{language}.txt": language for language in LANGUAGES}
