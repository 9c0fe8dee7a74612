"""What a team thought before it saw its figures: of a block, and of no person and no time."""

from sqlmodel import Field, Session, SQLModel


class Estimate(SQLModel, table=True):
    """One team's estimate of one block; `held_back` is empty until it is said."""

    block: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    share: str  # a class of config/selfimage.py
    held_back: str = ""


def of(session: Session, block: int) -> Estimate | None:
    """What was thought of a block, where anything was said."""
    return session.get(Estimate, block)


def keep(session: Session, block: int, share: str) -> None:
    """The estimate, in the place of an earlier one."""
    found = of(session, block) or Estimate(block=block, share=share)
    found.share = share
    session.add(found)


def keep_held_back(session: Session, block: int, held_back: str) -> None:
    """What held the team back most; nothing where no estimate was given."""
    found = of(session, block)
    if found is not None:
        found.held_back = held_back
        session.add(found)
