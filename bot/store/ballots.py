"""Ballots: sealed with a random key per round, padded to one size, destroyed at counting or erasing.

The round's key is wrapped by KLANKBORD_KEYS, which never enters the database: who holds only the database, or an
own dump of it, cannot open a ballot; when the round was counted nobody can, because key and ballot are gone.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import bindparam, delete, func, update
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core.ballot import Ballot
from bot.store import early
from bot.store.rounds import Invitation
from bot.store.rounds import of_round as of_the_round

SIZE = 8192  # bytes of every ballot before sealing: three tips of 2,000 bytes and all answers fit
AT_A_TIME = 200  # ballots in memory
_NONCE = 12  # bytes, as AES-GCM has it


class WrongKeys(Exception):
    """KLANKBORD_KEYS is malformed, or cannot open what was sealed."""


class SealedBallot(SQLModel, table=True):
    """A person's answers while their round is open."""

    __tablename__ = "ballot"

    invitation: str = Field(primary_key=True, foreign_key="invitation.id", ondelete="CASCADE")
    sealed: bytes


class RoundKey(SQLModel, table=True):
    """A round's key, wrapped. Deleted together with the round's ballots."""

    round: int = Field(primary_key=True, foreign_key="round.id")
    wrapped: bytes


class Keyring:
    """KLANKBORD_KEYS: the first seals, all open."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except (ValueError, TypeError) as error:
            raise WrongKeys("malformed") from error

        self.secret = hashlib.sha256(b"klankbord inbox" + keys[0].encode()).digest()

    @staticmethod
    def new_key() -> str:
        """A fresh key for KLANKBORD_KEYS."""
        return Fernet.generate_key().decode()

    def new_round_key(self, session: Session, round_: int) -> bytes:
        """Make and store the key of a round."""
        key = AESGCM.generate_key(bit_length=256)
        session.add(RoundKey(round=round_, wrapped=self._fernet.encrypt(key)))
        return key

    def new_early_key(self) -> tuple[bytes, bytes]:
        """A key for one early ballot; and wrapped, without the moment that would tell when somebody began it."""
        key = AESGCM.generate_key(bit_length=256)
        return key, self._fernet.encrypt_at_time(key, 0)

    def round_key(self, session: Session, round_: int) -> bytes:
        """The key of an open round. Raises WrongKeys when KLANKBORD_KEYS cannot open it or it is gone."""
        stored = session.get(RoundKey, round_)
        return self.unwrapped(stored.wrapped if stored is not None else None)

    def unwrapped(self, wrapped: bytes | None) -> bytes:
        """A round's key from what is stored of it. Raises WrongKeys likewise."""
        if wrapped is None:
            raise WrongKeys("gone")
        try:
            return self._fernet.decrypt(wrapped)
        except InvalidToken as error:
            raise WrongKeys("other keys") from error


def seal(key: bytes, invitation: str, ballot: Ballot) -> bytes:
    """A ballot as bytes of one size, bound to its invitation. Raises ValueError when it is too large."""
    content = ballot.to_bytes()
    if len(content) > SIZE - 4:
        raise ValueError(f"a ballot of {len(content)} bytes does not fit {SIZE}")
    padded = len(content).to_bytes(4, "big") + content.ljust(SIZE - 4, b"\0")
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, padded, invitation.encode())


def unseal(key: bytes, invitation: str, sealed: bytes) -> Ballot:
    """The ballot. Raises WrongKeys when it was sealed with another key or for another invitation."""
    try:
        padded = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], invitation.encode())
    except InvalidTag as error:
        raise WrongKeys("damaged") from error
    return Ballot.from_bytes(padded[4 : 4 + int.from_bytes(padded[:4], "big")])


_CHANGE = (
    update(SealedBallot)
    .where(col(SealedBallot.invitation) == bindparam("of"))
    .values(sealed=bindparam("now"))
    .execution_options(synchronize_session=False)
)


def change(session: Session, invitation: str, sealed: bytes) -> None:
    """Store a ballot in the place of the one before."""
    session.connection().execute(_CHANGE, {"of": invitation, "now": sealed})


class Sealed(NamedTuple):
    """A ballot of a round."""

    invitation: str
    sealed: bytes


def of_round(session: Session, round_: int) -> Iterator[Sealed]:
    """Every ballot of a round, a few in memory at a time."""
    last = ""
    while some := some_of_round(session, round_, last):
        yield from some
        last = some[-1].invitation


def some_of_round(session: Session, round_: int, after: str) -> list[Sealed]:
    """A few ballots of a round, those that come after this invitation's."""
    found = select(Invitation.id, SealedBallot.sealed).join(
        SealedBallot, col(Invitation.id) == col(SealedBallot.invitation)
    )
    mine = found.where(Invitation.round == round_, col(Invitation.id) > after)
    return [Sealed._make(row) for row in session.exec(mine.order_by(col(Invitation.id)).limit(AT_A_TIME))]


def how_many(session: Session, round_: int) -> int:
    """How many ballots a round has."""
    mine = col(SealedBallot.invitation).in_(of_the_round(round_))
    return session.exec(select(func.count()).select_from(SealedBallot).where(mine)).one()


def destroy_round(session: Session, round_: int) -> None:
    """Destroy every ballot of a round, and its key."""
    session.execute(delete(SealedBallot).where(col(SealedBallot.invitation).in_(of_the_round(round_))))
    session.execute(delete(RoundKey).where(col(RoundKey.round) == round_))


def destroy_of(session: Session, person: str) -> None:
    """Destroy somebody's ballots uncounted, early ones too: they stop, leave or are removed."""
    early.destroy_of(session, person)
    mine = select(Invitation.id).where(Invitation.person == person)
    session.execute(delete(SealedBallot).where(col(SealedBallot.invitation).in_(mine)))
