"""Whether a digest arrived whose answer was lost: who looks can tell, and says so with a button or a command.

The question stands in the admin channel, and only who can see it there may answer. An answer is absolute and given
once: whatever is tapped later changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from bot.core.actions import Action, decode
from bot.core.home import NO_ROUND
from bot.core.platform import Button, Card, Tap
from bot.flow import notices, organisation_digest
from bot.store import editions, outbox
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from config.organisation import Organisation
from config.texts import say

ARRIVED, RESEND = "arrived", "resend"
_QUESTION = "unknown"  # how the causes of these notices begin


def ask(session: Session, digest: OutgoingRow, now: datetime) -> None:
    """Of an administrator; again when it was sent again and its answer was lost again."""
    cause = f"{_QUESTION}:{digest.id}:{digest.tries}"
    values = {"department": whose(digest, editions.latest(session).organisation), "channel": digest.address}
    notices.tell(session, cause, "notice.unknown", now, **values, id=digest.id)


def whose(digest: OutgoingRow, organisation: Organisation) -> str:
    """The department that a digest is about, or the organisation; on many platforms a channel is but a number."""
    department = organisation.by_key.get(digest.id.rpartition(":")[2])
    if department is not None:
        return department.name.in_(organisation.language)
    return organisation.name if organisation_digest.is_one(digest.id) else digest.address


def question(session: Session, notice: OutgoingRow) -> Card | None:
    """The buttons below a notice that asks; None below any other, and once it was answered."""
    about, _, _ = notice.id.removeprefix(notices.named(_QUESTION) + ":").rpartition(":")
    digest = session.get(OutgoingRow, about)
    if digest is None or digest.state is not OutgoingState.UNKNOWN:
        return None
    language = editions.latest(session).organisation.language
    verbs = (ARRIVED, RESEND)
    buttons = (Button(say(f"button.{verb}", language), _action(verb, digest.id)) for verb in verbs)
    return Card(language=language, lines=(), steps=tuple(buttons))


def is_one(action: str) -> bool:
    """Whether a button is the answer to such a question."""
    decoded = decode(action)
    return decoded is not None and decoded.invitation == NO_ROUND and decoded.verb in (ARRIVED, RESEND)


def decided(session: Session, tap: Tap, now: datetime) -> Card | None:
    """What the question becomes. None where it does not stand in the admin channel, or names no digest of ours."""
    organisation = editions.latest(session).organisation
    decoded = decode(tap.action)
    if decoded is None or f"{tap.platform}:{tap.channel}" != organisation.admin_channel:
        return None
    digest = ":".join(decoded.arguments)
    became = decide(session, digest, decoded.verb, now)
    if became is None:
        return None
    department = whose(session.get_one(OutgoingRow, digest), organisation)
    line = say(f"decision.{became}", organisation.language, department=department)
    return Card(language=organisation.language, lines=(line,))


def decide(session: Session, digest: str, verdict: str, now: datetime) -> str | None:
    """What becomes of it: arrived, resent; or what it was already: there, going, refused. None where there is none."""
    found = session.exec(
        select(OutgoingRow).where(OutgoingRow.id == digest, OutgoingRow.kind == Kind.DIGEST).with_for_update()
    ).first()
    if found is None:
        return None
    if found.state is not OutgoingState.UNKNOWN:
        return _ALREADY.get(found.state, "going")
    if verdict == ARRIVED:
        outbox.mark(session, found.id, OutgoingState.SENT)
        return ARRIVED
    is_due = found.not_before <= now  # after a restore it may be about one whose hour is still to come
    outbox.put_off(session, found.id, max(now, found.not_before), tried=is_due)
    return "resent"


_ALREADY = {OutgoingState.SENT: "there", OutgoingState.FAILED: "refused"}


def open_questions(session: Session) -> Sequence[OutgoingRow]:
    """The digests of which nobody knows whether they arrived, oldest first."""
    doubtful = select(OutgoingRow).where(OutgoingRow.kind == Kind.DIGEST, OutgoingRow.state == OutgoingState.UNKNOWN)
    return session.exec(doubtful.order_by(col(OutgoingRow.not_before), col(OutgoingRow.id))).all()


def _action(verb: str, digest: str) -> str:
    return str(Action(NO_ROUND, verb, tuple(digest.split(":"))))
