"""Signing in from chat: whoever has a role asks `admin` and gets a link; to everybody else the word means nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.platform import Asked, Card
from bot.flow.hearing import hearing

from .site import ADDRESS, Site, site


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Site]:
    """A town."""
    with site(tmp_path) as made:
        yield made


def asks(there: Site, person: str, word: str = "admin", address: str = ADDRESS) -> Card:
    """The card that answers a word."""

    async def heard() -> Card | None:
        hear = hearing(there.database, there.klankbord.keyring, there.clock, address)
        return await hear(Asked("webchat", person, word))

    card = there.runner.run(heard())
    assert card is not None
    return card


def link(card: Card) -> str | None:
    """The path of the link on a card."""
    found = re.search(rf"{ADDRESS}/admin(/enter/\S+)", " ".join(card.lines))
    return found[1] if found else None


@pytest.mark.parametrize("person", ["admin", "lead", "reader"])
def test_who_has_a_role_signs_in_from_chat(there: Site, person: str) -> None:
    """With a link of their own, which works once and opens what is theirs."""
    path = link(asks(there, person))
    assert path is not None
    assert there.browser().post(path).status_code == 200
    assert there.browser().post(path).status_code == 404


def test_who_has_none_gets_what_any_unknown_word_gets(there: Site) -> None:
    """Roles are not revealed."""
    assert asks(there, "nobody") == asks(there, "nobody", "nonsense")
    assert asks(there, "nobody").lines == asks(there, "nobody", "nonsense").lines
    assert link(asks(there, "nobody")) is None


def test_only_an_admin_sees_what_admins_can_ask_for(there: Site) -> None:
    """A lead and a reader see the link alone."""
    assert asks(there, "admin").choices
    assert not asks(there, "lead").choices
    assert not asks(there, "reader").choices


def test_without_an_address_there_is_no_link(there: Site) -> None:
    """As in a simulation: no page is served there."""
    assert link(asks(there, "admin", address="")) is None
