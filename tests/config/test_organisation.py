"""An edition written in the middle of a cycle: what holds at once, and what waits for the next cycle."""

import pytest

from config import EXAMPLE
from config.load import read
from config.organisation import Organisation
from config.words import Words

BEGAN = read(EXAMPLE)
FIRST = BEGAN.departments[0]


def edited(**changes: object) -> Organisation:
    """A later edition."""
    return BEGAN.model_copy(update=changes)


def test_names_and_channels_hold_at_once() -> None:
    """A department's new name and channel are used in the cycle under way."""
    renamed = FIRST.model_copy(update={"name": Words(nl="Nieuw", en="New"), "channel": "webchat:#new"})
    seen = edited(departments=(renamed, *BEGAN.departments[1:])).within_cycle(BEGAN)
    assert seen.by_key[FIRST.key].name.in_("nl") == "Nieuw"
    assert seen.by_key[FIRST.key].channel == "webchat:#new"


@pytest.mark.parametrize("cached", [False, True])
def test_who_is_in_a_cell_stays_for_the_cycle(cached: bool) -> None:
    """Departments, surveys and threshold are those the cycle began with, whatever was looked up before."""
    later = edited(departments=BEGAN.departments[1:], threshold=25, surveys=BEGAN.surveys[:1])
    if cached:
        assert FIRST.key not in later.by_key
    seen = later.within_cycle(BEGAN)
    assert (seen.departments, seen.threshold, seen.surveys) == (BEGAN.departments, BEGAN.threshold, BEGAN.surveys)
    assert seen.by_key[FIRST.key] == FIRST


def test_a_service_added_meanwhile_is_not_asked_yet() -> None:
    """The services of a department are frozen; their names are today's."""
    fewer = FIRST.model_copy(update={"services": FIRST.services[:-1]})
    seen = edited(departments=(fewer, *BEGAN.departments[1:])).within_cycle(BEGAN)
    assert [service.key for service in seen.departments[0].services] == [service.key for service in FIRST.services]
