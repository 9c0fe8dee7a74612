"""Which texts a chat platform would cut short, each with its file, line and key: for `check --platform`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten, wrap

from bot.commands.overview import WIDTH
from bot.commands.platform import kind_or_exit
from bot.core.fitting import Cut, cuts
from bot.core.platform import Fits
from config.organisation import Organisation
from config.positions import positions
from config.texts import say
from config.words import Language

SHOWN = 50  # characters of a text that is too long


@dataclass(frozen=True)
class Tried:
    """What came of trying every card on one platform."""

    folder: Path
    platform: str
    language: Language
    cut: list[Cut]

    def lines(self) -> Iterator[str]:
        """For people, below the screen of `check`."""
        yield ""
        yield say("misfit.some" if self.cut else "misfit.none", self.language, platform=self.platform.capitalize())
        for one in self.cut:
            said = f"{one.source.file}:{self._line(one)}: {_key(one)}: {self._said(one)}"
            yield from wrap(said, WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)

    def document(self) -> dict[str, object]:
        """For programs, within the object of `check`."""
        return {"platform": self.platform, "misfits": [self._document(one) for one in self.cut]}

    def _document(self, one: Cut) -> dict[str, object]:
        return {
            "file": one.source.file,
            "line": self._line(one),
            "key": _key(one),
            "shown": one.shown,
            "most": one.most,
            "room": max(one.room, 0),
            "said": self._said(one),
        }

    def _said(self, one: Cut) -> str:
        what = "too_long" if one.room > 0 else "crowded"
        shown = shorten(one.shown, SHOWN, placeholder="…")
        shown = shown if len(shown) > 1 else f"{one.shown[: SHOWN - 1]}…"  # one word without a space
        values = {"shown": shown, "most": one.most, "room": one.room, "length": len(one.source.words)}
        return say(f"misfit.{what}", self.language, **values)

    def _line(self, one: Cut) -> int:
        """Of the nearest table or key around it: a text that is the same in both languages has no key for each."""
        lines = positions((self.folder / one.source.file).read_text(encoding="utf-8-sig"))
        place = one.source.place
        return next(lines[place[:length]] for length in range(len(place), -1, -1) if place[:length] in lines)


def tried(folder: Path, organisation: Organisation, platform: str, language: Language) -> Tried:
    """Every card that the configuration in this folder can lead to, on this platform, without its token."""
    kind = kind_or_exit(platform, language)
    fits = issubclass(kind, Fits)
    return Tried(folder, platform, language, cuts(organisation, platform, kind.misfits) if fits else [])


def _key(one: Cut) -> str:
    return ".".join(map(str, one.source.place))
