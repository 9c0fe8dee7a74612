"""What may not be found, and where it is looked for. Shared here: an organisation with unmistakable names and words."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from bot.core.platform import Asked, Card, Hear, Tap, Typed
from config import EXAMPLE
from config.load import read
from config.organisation import Organisation
from config.questions import Option, PickOne
from config.words import Words

DEPARTMENT, SERVICE = "xylofoonhuis", "kwartelsoort"
QUESTION, VALUE = "zeppelinvraag", "zeppelinwaarde"
NAMES = {DEPARTMENT: "Xylofonie", SERVICE: "Kwarteling", VALUE: "Zeppelinerig"}  # as people see them
PLATFORM = "webchat"


def organisation(cohorts: int = 1) -> Organisation:
    """The example with two departments that everybody uses and everybody judges, and one extra question."""
    example = read(EXAMPLE)
    property_, survey = example.by_key["vastgoed"], example.surveys[0]
    first, *others = property_.services
    odd = property_.model_copy(
        update={
            "key": DEPARTMENT,
            "name": _words(DEPARTMENT),
            "services": (first.model_copy(update={"key": SERVICE, "name": _words(SERVICE)}), *others),
            "channel": f"{PLATFORM}:#{DEPARTMENT}",
            "share": 1.0,
        }
    )
    ict = example.by_key["ict"].model_copy(update={"share": 1.0})
    other = Option(key="other", label=Words(nl="Anders", en="Other"))
    extra = PickOne(
        key=QUESTION,
        ask=Words(nl="Hoe was {department}?", en="How was {department}?"),
        options=(Option(key=VALUE, label=_words(VALUE)), other),
    )
    rhythm = survey.rhythm.model_copy(update={"cohorts": cohorts})
    asked = survey.model_copy(update={"extra": (extra,), "rhythm": rhythm})
    made = example.model_copy(update={"departments": (ict, odd), "surveys": (asked,), "response": 1.0})
    return Organisation.model_validate_json(made.model_dump_json(by_alias=True, exclude_none=True))


def _words(key: str) -> Words:
    return Words(nl=NAMES[key], en=NAMES[key])


ORGANISATION = organisation()

ANSWERS = (NAMES[DEPARTMENT], "Verder", "2 matig", "4 goed", NAMES[SERVICE], "Snelheid", NAMES[VALUE])
"""What somebody taps who judges the odd department, from the departments to the end of the questions."""


class Phone:
    """Somebody who taps on the card that they see, through the same `hear` as every platform."""

    def __init__(self, hear: Hear, address: str) -> None:
        self.hear, self.address = hear, address
        self.card = Card(())

    async def open(self) -> None:
        """Look at the open card."""
        await self.ask("")

    async def ask(self, word: str) -> None:
        """Send a word of one's own, with what comes after it."""
        said, _, rest = word.partition(" ")
        self._shown(await self.hear(Asked(PLATFORM, self.address, said, rest)))

    async def tap(self, *labels: str) -> None:
        """Tap these, one after another."""
        for label in labels:
            buttons = (*self.card.choices, *self.card.steps, *self.card.asides)
            found = [button.action for button in buttons if button.label.startswith(label)]
            assert len(found) == 1, f"{label!r} is {len(found)} of {[button.label for button in buttons]}"
            self._shown(await self.hear(Tap(PLATFORM, self.address, found[0])))

    async def write(self, text: str) -> None:
        """Answer the prompt on the card."""
        assert self.card.entry is not None, self.card.lines
        self._shown(await self.hear(Typed(PLATFORM, self.address, self.card.entry.action, text)))

    def _shown(self, card: Card | None) -> None:
        assert card is not None
        self.card = card


# --- where to look -------------------------------------------------------------------------------------------------

Row = Mapping[str, object]


def everything(path: Path) -> dict[str, list[Row]]:
    """Every row of every table in a database file, whatever the tables are."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        tables = [row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: [dict(row) for row in connection.execute(f'SELECT * FROM "{table}"')] for table in tables}


def on_disk(path: Path) -> bytes:
    """The database file and all that lies beside it: write-ahead log, its index, a journal."""
    files = sorted(path.parent.glob(f"{path.name}*"))
    assert path in files
    return b"\0".join(file.read_bytes() for file in files)
