"""A form for one part of the organisation: rearranged, or a change that is proposed. Nothing is lost on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Generic

from starlette.responses import Response

from bot.web.admin import forms
from bot.web.admin.door import Refused
from bot.web.admin.forms import Kind, Malformed, Mistaken, Sheet
from bot.web.admin.proposing import propose
from bot.web.admin.visit import Visit
from config.organisation import Organisation
from config.refusals import Place

Draw = Callable[[Sheet, int], Response]
"""Sheet, status → the page with the form."""


@dataclass(frozen=True)
class Part(Generic[Kind]):
    """Which model a form describes, where it stands in the organisation, and what the form does not ask."""

    kind: type[Kind]
    place: Place
    put: Callable[[Organisation, Kind], Organisation]
    back: str  # the page to go to afterwards
    known: tuple[tuple[str, object], ...] = ()
    tidy: Callable[[Sheet], Sheet] = field(default=lambda sheet: sheet)  # leaves out what does not go together


async def received(visit: Visit, part: Part[Kind], draw: Draw) -> Response:
    """What somebody sent: a row more or less, or a change to see and to save, or what is wrong, at each field."""
    try:
        sheet = part.tidy(forms.sent(visit.form.multi_items()))
        if visit.said("do"):
            return draw(forms.rearranged(sheet, visit.said("do")), 200)
    except Malformed:
        raise Refused(400) from None
    try:
        item = forms.read(part.kind, sheet, **dict(part.known))
        return await propose(visit, lambda today: _agreed(visit, part, today, item), part.back)
    except Mistaken as mistaken:
        return draw(replace(sheet, mistakes=forms.explained(mistaken.mistakes, visit.language)), 422)


def _agreed(visit: Visit, part: Part[Kind], today: Organisation, item: Kind) -> Organisation:
    return forms.agreed(part.put(today, item), part.place, visit.platforms)
