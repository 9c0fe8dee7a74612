"""The organisation as a whole: who is asked, who can be called, when there is silence, and who has a role here."""

from zoneinfo import available_timezones

from starlette.responses import Response

from bot.store.editions import Edition
from bot.web.admin import forms, parts
from bot.web.admin.forms import Sheet
from bot.web.admin.parts import Draw, Part
from bot.web.admin.visit import Visit
from config.organisation import Head, Organisation

OVER = "/organisation"
LEAST_NAMED = 1  # rows for admins and for readers
CONTACTS = ("contact", "confidential")


async def shown(visit: Visit) -> Response:
    """The form."""
    edition = await visit.edition()
    return _draw(visit, edition)(forms.filled(edition.organisation, Head), 200)


async def changed(visit: Visit) -> Response:
    """A change."""
    return await parts.received(visit, Part(Head, (), _put, OVER), _draw(visit, await visit.edition()))


def _put(today: Organisation, head: Head) -> Organisation:
    return today.changed(**{name: getattr(head, name) for name in Head.model_fields})


def _draw(visit: Visit, edition: Edition) -> Draw:
    def draw(sheet: Sheet, status: int) -> Response:
        context = {
            "sheet": sheet,
            "edition": visit.whole(visit.said("edition")) or edition.number,
            "zones": sorted(zone for zone in available_timezones() if "/" in zone),
            "contacts": CONTACTS,
            "least": LEAST_NAMED,
        }
        return visit.html("organisation.html", context, status)

    return draw
