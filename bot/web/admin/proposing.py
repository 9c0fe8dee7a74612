"""A change that a page makes: what would change is shown first, and written once somebody has seen just that."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session
from starlette.responses import Response

from bot.flow import ahead, editing, launch, promises
from bot.flow.editing import Proposal
from bot.store import editions, people
from bot.web.admin.drawing import Clock
from bot.web.admin.naming import in_words
from bot.web.admin.visit import Visit
from config.organisation import Organisation
from config.words import Language

Change = Callable[[Organisation], Organisation]
"""Today's organisation -> the one somebody wants. May raise forms.Mistaken."""

LONGEST_NOTE = 200


@dataclass(frozen=True)
class _Wish:
    change: Change
    worked_out_on: int | None
    seen: int | None  # the edition on which somebody saw what would change
    author: str
    note: str


async def propose(visit: Visit, change: Change, back: str, note: str = "") -> Response:
    """Show what a change would do, or do it; then on to the page `back`. Raises forms.Mistaken."""
    wish = _Wish(
        change,
        visit.whole(visit.said("edition")),
        visit.whole(visit.said("seen")),
        visit.admin.name,
        visit.said("note").strip()[:LONGEST_NOTE] or note,
    )
    proposal = await visit.write(_done_or_shown, wish, visit.now)
    if proposal is None:
        return visit.to(back, "saved")
    if not proposal.changes:
        return visit.to(back, "nothing")
    fields = [(name, value) for name, value in visit.form.multi_items() if name not in ("csrf", "seen", "note", "do")]
    places = [change.place for change in (*proposal.changes, *proposal.undone)]
    names = {place: in_words(place, proposal.organisation, visit.language) for place in places}
    context = {"proposal": proposal, "fields": fields, "back": back, "note": wish.note, "names": names}
    return visit.html("proposal.html", {**context, **await visit.read(_when, proposal, visit.now, visit.language)})


def _when(session: Session, proposal: Proposal, now: datetime, language: Language) -> dict[str, object]:
    """On which day what waits for the next cycle will hold: by the name of the survey."""
    organisation = proposal.organisation
    clock = Clock(language, organisation.zone)
    waits = any(change.waits for change in proposal.changes)
    found = ahead.next_cycles(session, now) if waits else {}
    names = {survey.key: survey.name.in_(language) for survey in organisation.surveys}
    cycles = [(names.get(key, key), clock(opens)) for key, opens in found.items()]
    return {"zone": organisation.zone, "cycles": cycles, "remarks": _remarks(session, organisation, language)}


def _remarks(session: Session, organisation: Organisation, language: Language) -> list[str]:
    """What to mind of a change: who is named in it and is not in the list of people; promises of who goes."""
    known, today = people.keys(session), editions.latest(session).organisation
    before = launch.remarks(today, known, language)
    named = [remark for remark in launch.remarks(organisation, known, language) if remark not in before]
    return [*named, *promises.abandoned(session, organisation, language)]


def _done_or_shown(session: Session, wish: _Wish, now: datetime) -> Proposal | None:
    """None where it was written; else what there is to see."""
    today = editions.latest(session).organisation
    proposal = editing.propose(session, wish.change(today), wish.worked_out_on)
    if proposal.changes and wish.seen == proposal.onto:
        editing.accept(session, proposal, wish.author, wish.note, now)
        return None
    return proposal
