"""Colleagues by the ten thousand, all in one cohort, laid down in bulk; their first round is about to open.

Databases are as `run` has them: what is committed is on the disk.
"""

import random
from base64 import urlsafe_b64encode
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import Session

from bot.core.timing import window
from bot.flow import rounds
from bot.store import editions, people
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.store.people import Account, Person
from config import EXAMPLE
from config.load import read
from config.organisation import Organisation

PLATFORM = "webchat"
KEYS = Keyring([urlsafe_b64encode(bytes(32)).decode()])  # the same in every process


def _one_cohort() -> Organisation:
    example = read(EXAMPLE)
    survey = example.surveys[0]
    rhythm = survey.rhythm.model_copy(update={"cohorts": 1, "closes_on_working_day": 5})
    return example.model_copy(update={"surveys": (survey.model_copy(update={"rhythm": rhythm}),)})


ORGANISATION = _one_cohort()
SURVEY = ORGANISATION.surveys[0]
ROUND = window(SURVEY.rhythm, 0, ORGANISATION)


def crowd(where: Path | str, size: int, platform: str = PLATFORM) -> Database:
    """A new database with so many people, who have a seat, an account and no department of their own."""
    database = Database(where)
    database.migrate()
    with database.transaction() as session:
        editions.write(session, ORGANISATION, live=True, author="", note="", now=ROUND.opens_at - timedelta(days=1))
        keys = [f"p{number:06}" for number in range(size)]
        session.execute(insert(Person), [_person(key) for key in keys])
        session.execute(insert(Account), [_account(key, platform) for key in keys])
        people.seat(session, SURVEY.key, dict.fromkeys(keys, 0))
    return database


def _person(key: str) -> dict[str, object]:
    fixed = {"pilot": False, "introduced": False, "stopped": False, "timezone": ORGANISATION.timezone}
    return {"key": key, "name": f"Colleague {key}", "language": "nl", "department": "", **fixed}


def _account(key: str, platform: str) -> dict[str, object]:
    return {"platform": platform, "address": f"U{key}", "person": key, "reachable": True}


def opened(session: Session) -> None:
    """Open the round."""
    (round_,) = rounds.open_due(session, ROUND.opens_at, random.Random(1), KEYS)
    session.flush()
    assert round_.invited
