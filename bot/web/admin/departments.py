"""The departments: what they show of themselves, what they are asked about, where their digest goes.

A lead changes the card and the services of their own department and names deputies; everything else is for admins.
"""

from starlette.responses import Response

from bot.core.expectation import expected_answers, released_share
from bot.store.editions import Edition
from bot.web.admin import forms, parts
from bot.web.admin.door import Refused
from bot.web.admin.forms import Sheet
from bot.web.admin.parts import Draw, Part
from bot.web.admin.proposing import propose
from bot.web.admin.visit import Visit
from config.department import THEMES, Department, DepartmentCard, Services
from config.organisation import MOST_DEPARTMENTS, Organisation
from config.roles import Role
from config.words import Model, Phrase

CARD = tuple(DepartmentCard.model_fields)
LEAST_SERVICES = 3
MOST_SERVICES = 8
OVER = "/departments"


class Shown(Model):
    """What a lead changes."""

    deputies: tuple[Phrase, ...] = ()
    card: DepartmentCard | None = None
    services: Services


async def overview(visit: Visit) -> Response:
    """Every department with what may be expected of it; for a lead, their own."""
    edition = await visit.edition()
    organisation = edition.organisation
    expected: dict[str, float] = {}
    for survey in organisation.surveys:
        expected |= expected_answers(organisation, survey, survey.draw)
    released = {key: released_share(number, organisation.threshold) for key, number in expected.items()}
    admin = visit.admin.standing.may(Role.ADMIN)
    shown = [one for one in organisation.departments if admin or one.key in visit.admin.standing.leads]
    return visit.html(
        "departments.html",
        {
            "departments": shown,
            "expected": expected,
            "released": released,
            "full": len(organisation.departments) >= MOST_DEPARTMENTS,
            "is_admin": admin,
            "organisation": organisation,
        },
    )


async def shown(visit: Visit) -> Response:
    """The form of one department."""
    edition = await visit.edition()
    found = _found(edition.organisation, visit.part("key"))
    if _whole(visit, found.key):
        return _draw(visit, edition, found)(forms.filled(found), 200)
    return _draw(visit, edition, found)(forms.filled(found, Shown), 200)


async def changed(visit: Visit) -> Response:
    """A change of one department."""
    edition = await visit.edition()
    found = _found(edition.organisation, visit.part("key"))
    draw, place = _draw(visit, edition, found), ("departments", found.key)
    if _whole(visit, found.key):
        part = Part(Department, place, _put, OVER, (("key", found.key),), _apart)
        return await parts.received(visit, part, draw)
    mine = Part(Shown, place, lambda today, shown: _put_shown(today, found.key, shown), OVER, tidy=_apart)
    return await parts.received(visit, mine, draw)


async def blank(visit: Visit) -> Response:
    """The form of a new department."""
    return _draw(visit, await visit.edition(), None)(Sheet({}), 200)


async def added(visit: Visit) -> Response:
    """A new department."""
    draw = _draw(visit, await visit.edition(), None)
    part = Part(Department, ("departments", visit.said("key")), _add, OVER, tidy=_apart)
    return await parts.received(visit, part, draw)


async def removed(visit: Visit) -> Response:
    """One department less."""
    key = visit.part("key")
    organisation = (await visit.edition()).organisation
    _found(organisation, key)
    if len(organisation.departments) == 1:
        raise Refused(409)
    try:
        return await propose(visit, lambda today: _without(visit, today, key), OVER, note=f"− {key}")
    except forms.Mistaken as mistaken:
        sheet = Sheet({}, forms.explained(mistaken.mistakes, visit.language))
        return visit.html("mistaken.html", {"sheet": sheet, "back": f"{OVER}/{key}"}, 422)


# --- what becomes of the organisation --------------------------------------------------------------------------


def _put(today: Organisation, department: Department) -> Organisation:
    others = [one for one in today.departments if one.key != department.key]
    return today.changed(departments=tuple(sorted([*others, department], key=lambda one: one.key)))


def _add(today: Organisation, department: Department) -> Organisation:
    if department.key in today.by_key:
        raise forms.mistake("key", "problem.key_taken", key=department.key)
    return _put(today, department)


def _put_shown(today: Organisation, key: str, shown: Shown) -> Organisation:
    changed = {name: getattr(shown, name) for name in Shown.model_fields}
    return _put(today, _found(today, key).model_copy(update=changed))


def _without(visit: Visit, today: Organisation, key: str) -> Organisation:
    left = tuple(one for one in today.departments if one.key != key)
    return forms.agreed(today.changed(departments=left), ("departments", key), visit.platforms)


# --- the form --------------------------------------------------------------------------------------------------


def _apart(sheet: Sheet) -> Sheet:
    """The search words of each service, which stand in one field with commas between, as the list that they are."""
    for index in sheet.rows("services"):
        sheet = forms.split_at_commas(sheet, f"services.{index}.words")
    return sheet


def _draw(visit: Visit, edition: Edition, department: Department | None) -> Draw:
    def draw(sheet: Sheet, status: int) -> Response:
        context = {
            "sheet": sheet,
            "department": department,
            "edition": visit.whole(visit.said("edition")) or edition.number,
            "whole": department is None or _whole(visit, department.key),
            "card": CARD,
            "themes": THEMES,
            "least": LEAST_SERVICES,
            "most": MOST_SERVICES,
        }
        return visit.html("department.html", context, status)

    return draw


def _whole(visit: Visit, key: str) -> bool:
    """Whether somebody changes everything of a department, or what it shows alone. Raises Refused(403)."""
    if visit.admin.standing.may(Role.ADMIN):
        return True
    if key not in visit.admin.standing.leads:
        raise Refused(403)
    return False


def _found(organisation: Organisation, key: str) -> Department:
    found = organisation.by_key.get(key)
    if found is None:
        raise Refused(404)
    return found
