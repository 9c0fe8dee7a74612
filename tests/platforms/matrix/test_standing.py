"""Which version of a card somebody reacted to, by the homeserver's clock; what is known needs no question to it."""

import asyncio

import pytest
from pydantic import SecretStr

from bot.core.platform import Button, Card
from bot.platforms.matrix import messages
from bot.platforms.matrix.api import Api, Json
from bot.platforms.matrix.messages import Shown
from bot.platforms.matrix.settings import MatrixSettings
from bot.platforms.matrix.standing import UNREAD, Standing

ROOM, CARD = "!a:example.nl", "$1"
NOWHERE = MatrixSettings(server="http://127.0.0.1:9", token=SecretStr("t"))  # nothing listens there: nothing is asked


def asking(question: str) -> Card:
    """One of the questions of a conversation."""
    return Card(lines=(question,), choices=(Button("4 goed", f"i:a:ict:{question}:4"),))


def said(at: int, question: str, event: str, *, edits: bool = False) -> Json:
    """The card, or a new version of it."""
    content = messages.of_card(asking(question))
    content = messages.edit(CARD, content) if edits else content
    return {"type": "m.room.message", "event_id": event, "origin_server_ts": at, "content": content}


@pytest.fixture
def standing() -> Standing:
    """The first question since 1000, the second since 5000, the third since 6000."""
    made = Standing(Api(NOWHERE))
    made.seen(ROOM, said(1000, "received", CARD))
    made.seen(ROOM, said(5000, "needed", "$2", edits=True))
    made.seen(ROOM, said(6000, "service", "$3", edits=True))
    return made


@pytest.mark.parametrize(
    ("at", "question"),
    [
        *[(900, "received"), (1001, "received"), (5000, "received"), (5000 + UNREAD - 1, "received")],
        *[(5000 + UNREAD, "needed"), (6000 + UNREAD - 1, "needed"), (6000 + UNREAD, "service"), (99999, "service")],
    ],
)
def test_nobody_reads_faster_than_that(standing: Standing, at: int, question: str) -> None:
    """Right after an edit a reaction is to what stood there before."""
    shown = asyncio.run(standing.looked_at(ROOM, CARD, at))
    assert shown is not None
    assert shown.actions == {"1": f"i:a:ict:{question}:4"}


def test_what_is_on_is_what_was_heard(standing: Standing) -> None:
    """Though it is not drawn yet; and what is drawn where nothing was heard."""
    card = Shown({}, {}, options={"1": "hr", "2": "ict"}, on=("1",))
    assert standing.on(CARD, card) == ("1",)
    standing.ticked(CARD, ("1", "2"))
    assert standing.on(CARD, card) == ("1", "2")
    standing.ticked(CARD, None)
    assert standing.on(CARD, card) == ("1",)
