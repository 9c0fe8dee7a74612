"""The one sentence that a lead put below a digest: of a block, and of no person and no time."""

from sqlmodel import Field, Session, SQLModel


class Remark(SQLModel, table=True):
    """What stands below the digest of a block, as the lead's."""

    block: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    text: str


def of(session: Session, block: int) -> str:
    """The sentence; empty where there is none."""
    found = session.get(Remark, block)
    return found.text if found is not None else ""


def keep(session: Session, block: int, text: str) -> None:
    """The sentence, in the place of an earlier one; none where it is empty."""
    found = session.get(Remark, block)
    if not text:
        if found is not None:
            session.delete(found)
        return
    found = found or Remark(block=block, text=text)
    found.text = text
    session.add(found)
