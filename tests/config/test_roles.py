"""Who may do what."""

import pytest

from config import EXAMPLE
from config.load import read
from config.organisation import Organisation
from config.roles import Role, Roles, Standing, roles_of

EVERYTHING = read(EXAMPLE)
LEAD = next(department.lead or "" for department in EVERYTHING.departments if department.key == "ict")


def named(**roles: tuple[str, ...]) -> Organisation:
    """The example with these admins and readers."""
    return EVERYTHING.model_copy(update={"roles": Roles(**roles)})


@pytest.mark.parametrize(
    ("person", "roles"),
    [
        ("anna", {Role.ADMIN}),
        ("bram", {Role.READER}),
        ("both", {Role.ADMIN, Role.READER}),
        (LEAD, {Role.LEAD}),
        ("somebody", set()),
        ("", set()),
    ],
)
def test_a_person_has_the_roles_they_are_named_for(person: str, roles: set[Role]) -> None:
    """And no other."""
    organisation = named(admins=("anna", "both"), readers=("bram", "both"))
    assert roles_of(organisation, person).roles == roles


@pytest.mark.parametrize(
    ("roles", "own", "other"),
    [
        ({Role.ADMIN}, True, True),
        ({Role.READER}, True, True),
        ({Role.LEAD}, True, False),
        (set(), False, False),
    ],
)
def test_a_lead_reads_of_their_own_department_only(roles: set[Role], own: bool, other: bool) -> None:
    """Who has no role reads nothing here."""
    leads = ("ict",) if Role.LEAD in roles else ()
    standing = Standing(frozenset(roles), leads)
    assert (standing.may_read("ict"), standing.may_read("hr")) == (own, other)
