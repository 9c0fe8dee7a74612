"""Every table there is, in one place for the migrations: importing the modules registers them."""

from sqlmodel import SQLModel

from analysis import answers
from bot.store import ballots, chats, editions, holds, inbox, joining, leases, outbox, pauses, people, rounds

METADATA = SQLModel.metadata
PEOPLE = (ballots, chats, editions, holds, inbox, joining, leases, outbox, pauses, people, rounds)  # may name a person
ANSWERS = (answers,)  # may not
