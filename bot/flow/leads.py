"""Who leads the department of a block, where they are reached, and when they and the channels may read."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from analysis.answers import Block
from bot.core import moments
from bot.store import editions, people
from bot.store.people import Account, Person
from bot.store.rounds import Round
from config.department import Department
from config.organisation import Organisation
from config.words import Language


@dataclass(frozen=True)
class Led:
    """A block as its lead sees it: leads and names are of the edition in force."""

    block: Block
    round_: Round  # its last
    department: Department
    organisation: Organisation

    def day(self, moment: datetime, language: Language) -> str:
        """A moment in words, in the organisation's zone."""
        return moments.in_words(moment.astimezone(self.organisation.zone), language)


def led(session: Session, block: int) -> Led | None:
    """A block with its last round; None where there is no such block, or its department is gone."""
    found = session.get(Block, block)
    organisation = editions.latest(session).organisation
    department = organisation.by_key.get(found.department) if found is not None else None
    if found is None or department is None:
        return None
    last = select(Round).where(Round.cycle == found.cycle, Round.number == found.last_round)
    round_ = session.exec(last).first()
    return Led(found, round_, department, organisation) if round_ is not None else None


def account_of(session: Session, department: Department) -> Account | None:
    """Where the lead of a department reads; None without a lead, or one who stopped or cannot be reached."""
    lead = session.get(Person, department.lead) if department.lead else None
    return people.account_of(session, lead.key) if lead is not None and not lead.stopped else None
