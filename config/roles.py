"""Who may do what on the admin pages: admins everything, a lead their own department, readers the digests.

Admins and readers are named in `organisation.toml` by their key in the list of people; a department names its lead.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from config.words import Model, Phrase

if TYPE_CHECKING:
    from config.organisation import Organisation


class Role(StrEnum):
    """What somebody is here for."""

    ADMIN = "admin"
    LEAD = "lead"
    READER = "reader"


class Roles(Model):
    """The keys of who has a role in the whole organisation."""

    admins: tuple[Phrase, ...] = ()
    readers: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Standing:
    """The roles of one person, and the keys of the departments they lead."""

    roles: frozenset[Role] = frozenset()
    leads: tuple[str, ...] = ()

    def may(self, *roles: Role) -> bool:
        """Whether they have one of these roles."""
        return bool(self.roles & {*roles})

    def may_read(self, department: str) -> bool:
        """Whether the digests of this department are for them."""
        return self.may(Role.ADMIN, Role.READER) or department in self.leads


HOST = Standing(frozenset({Role.ADMIN}))
"""Whoever may run the commands may do everything already."""


def roles_of(organisation: Organisation, person: str) -> Standing:
    """What the person with this key may do; nothing, where nobody named them."""
    leads = tuple(department.key for department in organisation.departments if department.lead == person)
    found = {
        Role.ADMIN: person in organisation.roles.admins,
        Role.LEAD: bool(leads),
        Role.READER: person in organisation.roles.readers,
    }
    return Standing(frozenset(role for role, has in found.items() if has), leads)
