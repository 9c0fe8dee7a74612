"""What a lead changes in a browser: card, services and deputies of their own department, and nothing beyond it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .site import Site, fields, site

PATH = "/departments/ict"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Site]:
    """A town whose ICT has a lead."""
    with site(tmp_path) as made:
        yield made


SERVICE = [
    ({"services.0.name.nl": "Draagbare computers"}, "Naam (Nederlands)", "meteen"),
    ({"services.0.expect.en": "replaced within a day"}, "Wat je mag verwachten (Engels)", "meteen"),
    ({"services.0.words": "scherm, muis"}, "Zoekwoorden", "meteen"),
]


@pytest.mark.parametrize(("changed", "place", "when"), SERVICE)
def test_a_lead_changes_a_service(there: Site, changed: dict[str, str], place: str, when: str) -> None:
    """Its name, its norm and its search words: seen in words with their moment, and then saved."""
    lead, before = there.visitor("lead"), there.today
    service = before.by_key["ict"].services[0]
    name = changed.get("services.0.name.nl", service.name.nl)
    proposal = lead.post(PATH, fields(lead.get(PATH)) | changed)
    assert f"ICT: {name}, {place}" in proposal.text
    assert f"<td>{when}</td>" in proposal.text
    assert "<code>" not in proposal.text
    assert there.today == before
    lead.agrees(PATH, proposal)
    assert there.today.by_key["ict"].services[0] != service
    assert there.today.by_key["ict"].services[1:] == before.by_key["ict"].services[1:]


def test_search_words_are_kept_one_by_one(there: Site) -> None:
    """As they were typed, with commas between."""
    lead = there.visitor("lead")
    lead.agrees(PATH, lead.changes(PATH, services__0__words="scherm,  kapotte muis;"))
    assert there.today.by_key["ict"].services[0].words == ("scherm", "kapotte muis")


def test_a_lead_adds_moves_and_drops_services(there: Site) -> None:
    """From the next cycle, which is said: what a cycle asks stays the same while it runs."""
    lead = there.visitor("lead")
    keys = [one.key for one in there.today.by_key["ict"].services]
    page = lead.post(PATH, fields(lead.get(PATH)) | {"do": "add:services"})
    new = f"services.{len(keys)}"
    page = lead.post(
        PATH, fields(page) | {f"{new}.key": "phones", f"{new}.name.nl": "Telefoons", "do": "up:services.1"}
    )
    page = lead.post(PATH, fields(page) | {"do": "drop:services.2"})
    proposal = lead.post(PATH, fields(page))
    for one in ("ICT: Telefoons", f"ICT: {keys[2]}", "ICT: Diensten"):
        assert f'<th scope="row">{one}</th>' in proposal.text
    assert proposal.text.count("vanaf de volgende cyclus") == 3
    lead.agrees(PATH, proposal)
    assert [one.key for one in there.today.by_key["ict"].services] == [keys[1], keys[0], *keys[3:], "phones"]


def test_a_mistake_in_a_service_is_said_to_a_lead_at_its_field(there: Site) -> None:
    """As it is to an admin; nothing that was typed is lost, and nothing is saved."""
    lead, before = there.visitor("lead"), there.today
    sent = fields(lead.get(PATH)) | {"services.0.words": f"muis, {'x' * 61}"}
    page = lead.post(PATH, sent)
    assert page.status_code == 422
    assert 'href="#services.0.words.1"' in page.text
    assert fields(page)["services.0.words"] == sent["services.0.words"]
    assert there.today == before


BEYOND = [
    {"name.nl": "Automatisering"},
    {"key": "hr"},
    {"channel": "webchat:#elsewhere"},
    {"lead": "somebody"},
    {"language": "en"},
    {"share": "1"},
    {"themes.speed.name.nl": "Vaart"},
    {"threshold": "7"},
    {"departments.hr.share": "1"},
]


@pytest.mark.parametrize("sent", BEYOND, ids=lambda sent: next(iter(sent)))
def test_nothing_else_of_a_department_is_for_its_lead(there: Site, sent: dict[str, str]) -> None:
    """Whatever they send along, it is refused whole, also when it comes with what they may change."""
    lead, before = there.visitor("lead"), there.today
    now = fields(lead.get(PATH))
    assert not now.keys() & sent.keys()
    mine = now | {"services.0.words": "scherm"}
    assert lead.post(PATH, mine | sent).status_code in (400, 422)
    assert lead.post(PATH, mine | sent | {"seen": "1"}).status_code in (400, 422)
    assert there.today == before


def test_services_of_another_department_are_closed_to_a_lead(there: Site) -> None:
    """To look at, to change and to take away; what they would send for their own changes nothing elsewhere."""
    lead, before = there.visitor("lead"), there.today
    mine = fields(lead.get(PATH)) | {"services.0.words": "scherm", "seen": "1"}
    assert lead.get("/departments/hr").status_code == 403
    lead.get(PATH)
    assert lead.post("/departments/hr", mine).status_code == 403
    lead.get(PATH)
    assert lead.post("/departments/ict/remove", {"seen": "1"}).status_code == 403
    lead.get(PATH)
    assert lead.post("/departments/new", mine | {"key": "mine"}).status_code == 403
    assert there.today == before


def test_who_leads_no_longer_saves_nothing_that_they_saw(there: Site) -> None:
    """Roles are those of the moment: also between seeing and saving."""
    lead, admin = there.visitor("lead"), there.visitor("admin")
    proposal = lead.changes(PATH, services__0__words="scherm")
    admin.agrees(PATH, admin.changes(PATH, lead="somebody"))
    assert lead.agrees(PATH, proposal).status_code in (401, 403)
    assert there.today.by_key["ict"].services[0].words != ("scherm",)
