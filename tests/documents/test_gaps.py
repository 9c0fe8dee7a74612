"""What is missing in the configuration is named, with its remedy."""

from bot.documents.gaps import gaps

from .organisations import CONNECTED, EXAMPLE_TOWN, HERE, bare, own


def test_the_starter_is_not_an_organisation_yet() -> None:
    """Its name and people are those of the example, and it has no address."""
    found = [gap.what for gap in gaps(EXAMPLE_TOWN, HERE, "en")]
    assert found == ["example_name", "example_contact", "example_confidential", "address"]


def test_a_complete_organisation_lacks_nothing() -> None:
    """With an address of its own."""
    assert gaps(own(), CONNECTED, "nl") == ()


def test_what_a_department_lacks_is_named_with_the_department() -> None:
    """And what the organisation lacks without."""
    found = {gap.what: gap for gap in gaps(bare(), CONNECTED, "nl")}
    assert {"announced", "admins", "lead", "channel", "card"} <= set(found)
    assert "Catering" in found["card"].said("nl")
