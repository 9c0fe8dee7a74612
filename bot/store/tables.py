"""Every table there is, in one place for the migrations: importing the modules registers them."""

from sqlmodel import SQLModel

from analysis import answers
from bot.store import (
    audit,
    ballots,
    chats,
    early,
    editions,
    freshness,
    holds,
    inbox,
    joining,
    leases,
    outbox,
    pauses,
    people,
    promises,
    remarks,
    rounds,
    selfimage,
    signin,
)

METADATA = SQLModel.metadata
# The first may name a person, the second may not.
PEOPLE = (
    *(audit, ballots, chats, early, editions, freshness, holds, inbox, joining, leases),
    *(outbox, pauses, people, promises, rounds, signin),
)
ANSWERS = (answers, remarks, selfimage)
