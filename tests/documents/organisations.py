"""Organisations that documents are made for: the example, a large one, a bare one, and one of every number anew."""

from datetime import date

from bot.documents.deployment import Deployment
from bot.platforms.slack.scopes import needed
from config import EXAMPLE
from config.load import read
from config.organisation import Contact, Organisation
from config.roles import Roles
from config.survey import Audience
from config.words import Words

TODAY = date(2026, 11, 25)
EXAMPLE_TOWN = read(EXAMPLE)
HERE = Deployment()
CONNECTED = Deployment(
    postgresql=True,
    host="0.0.0.0",
    port=9000,
    address="https://klankbord.example.nl",
    platforms=frozenset({"matrix", "slack", "telegram", "webchat"}),
    matrix_server="https://matrix.example.nl",
    slack_scopes=tuple(sorted(needed(dnd=True))),
)


def large() -> Organisation:
    """25 departments and two surveys, each for others."""
    first = EXAMPLE_TOWN.departments[0]
    departments = tuple(
        first.model_copy(update={"key": f"d{number}", "name": Words(nl=f"Dienst {number}"), "channel": None})
        for number in range(25)
    )
    keys = [department.key for department in departments]
    survey = EXAMPLE_TOWN.surveys[0]
    halves = tuple(
        survey.model_copy(
            update={"key": key, "about": tuple(about), "audience": Audience(departments=tuple(keys[:3])), "draw": draw}
        )
        for key, about, draw in (("one", keys[:12], 1), ("two", keys[12:], 3))
    )
    return EXAMPLE_TOWN.model_copy(update={"departments": departments, "surveys": halves, "threshold": 7})


def bare() -> Organisation:
    """Nobody was told, nobody has a role, and one department has neither channel, lead nor card."""
    department = EXAMPLE_TOWN.departments[0].model_copy(update={"channel": None, "lead": None, "card": None})
    return EXAMPLE_TOWN.model_copy(update={"departments": (department,), "announced": None, "roles": Roles()})


def own() -> Organisation:
    """Whose name and contacts are no longer the starter's."""
    return EXAMPLE_TOWN.model_copy(
        update={
            "name": "gemeente Anders",
            "contact": Contact(name="Ans", reach="tel. 1"),
            "confidential": Contact(name="Bo", reach="tel. 2"),
        }
    )


TOWNS = {"example": EXAMPLE_TOWN, "large": large(), "bare": bare(), "own": own()}
PLACES = {"bare": HERE, "connected": CONNECTED}
