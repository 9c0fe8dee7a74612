"""What admins change in a browser: seen first, saved once, and never over what somebody else did unseen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from bot.store.audit import AuditEntry
from bot.store.editions import Edition
from config.roles import Roles

from .site import Site, fields, site


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Site]:
    """A town."""
    with site(tmp_path) as made:
        yield made


def editions(there: Site) -> list[tuple[str, str]]:
    """Author and note of every edition."""
    with there.database.transaction(reading=True) as session:
        return [(one.author, one.note) for one in session.exec(select(Edition).order_by(Edition.number))]  # type: ignore[arg-type]


FORMS = (
    "/departments/ict",
    "/surveys/staff/questions",
    "/surveys/staff/rhythm",
    "/organisation",
)


@pytest.mark.parametrize("path", FORMS)
def test_a_form_that_is_sent_as_it_is_changes_nothing(there: Site, path: str) -> None:
    """A browser sends every field; the page says that nothing changed."""
    admin = there.visitor()
    page = admin.changes(path)
    assert "Er is niets veranderd" in page.text
    assert len(editions(there)) == 1


CHANGES = [
    ("/departments/ict", {"name.nl": "Automatisering"}, "departments.ict.name.nl", "meteen"),
    ("/departments/ict", {"share": "65"}, "departments.ict.share", "vanaf de volgende cyclus"),
    ("/departments/ict", {"card.first.nl": "de balie"}, "ICT: Wat voorgaat (Nederlands)", "meteen"),
    ("/departments/ict", {"card.reach.nl": "toestel 1"}, "ICT: Hoe je ons bereikt (Nederlands)", "meteen"),
    ("/departments/ict", {"services.0.words": "scherm, muis"}, "ICT: Laptop en telefoon, Zoekwoorden", "meteen"),
    (
        "/surveys/staff/questions",
        {"received.ask.nl": "Hoe hielp {department} je?"},
        "surveys.staff.received.ask.nl",
        "vanaf",
    ),
    ("/surveys/staff/rhythm", {"rhythm.cohorts": "6"}, "surveys.staff.rhythm.cohorts", "vanaf de volgende cyclus"),
    ("/surveys/staff/rhythm", {"about.0": "ict", "about.1": "hr"}, "surveys.staff.about.0", "vanaf"),
    ("/organisation", {"threshold": "12"}, "threshold", "vanaf de volgende cyclus"),
    ("/organisation", {"contact.reach": "tel. 3000"}, "contact.reach", "meteen"),
    ("/organisation", {"roles.readers.1": "somebody"}, "roles.readers.1", "meteen"),
    ("/organisation", {"report.channel": "webchat:#raad"}, "report.channel", "meteen"),
]


@pytest.mark.parametrize(("path", "changed", "place", "when"), CHANGES)
def test_a_change_is_seen_with_its_moment_and_then_saved(
    there: Site, path: str, changed: dict[str, str], place: str, when: str
) -> None:
    """Not before; under the name of who did it, with the reason they gave, and in the audit log."""
    admin = there.visitor()
    before = there.today
    proposal = admin.post(path, fields(admin.get(path)) | changed)
    shown = place if ":" in place else f"<code>{place}</code>"  # what a lead changes, in words
    assert shown in proposal.text
    assert when in proposal.text
    assert there.today == before
    saved = admin.agrees(path, proposal, note="omdat het moet")
    assert "Opgeslagen als nieuwe editie" in saved.text
    assert there.today != before
    assert editions(there)[-1] == ("Anna de Boer", "omdat het moet")
    with there.database.transaction(reading=True) as session:
        assert [one.about for one in session.exec(select(AuditEntry)) if one.deed == "edition"] == ["2"]


WRONG = [
    ("/departments/ict", {"share": "0"}, "share"),
    ("/departments/ict", {"channel": "webchat:#hr"}, "channel"),
    ("/departments/ict", {"channel": "pigeon:x"}, "channel"),
    ("/departments/ict", {"services.0.key": "else"}, "services.0.key"),
    ("/departments/ict", {"services.0.words": f"muis, {'x' * 61}"}, "services.0.words.1"),
    ("/departments/ict", {"services.0.words": ", ".join(["muis"] * 41)}, "services.0.words"),
    ("/departments/ict", {"card.first.nl": "", "card.first.en": ""}, "card.first"),
    ("/surveys/staff/questions", {"received.ask.nl": "Hoe was het?"}, "received.ask"),
    ("/surveys/staff/questions", {"tick.ask.nl": "Sinds {Since}?"}, "tick.ask"),
    ("/surveys/staff/questions", {"extra.0.key": "tick"}, "extra.0.key"),
    ("/surveys/staff/questions", {"extra.0.kind": "pick_one"}, "extra.0.options"),
    ("/surveys/staff/rhythm", {"rhythm.every_weeks": "0"}, "rhythm.every_weeks"),
    ("/surveys/staff/rhythm", {"rhythm.start": "soon"}, "rhythm.start"),
    ("/organisation", {"threshold": "3"}, "threshold"),
    ("/organisation", {"timezone": "Mars/Base"}, "timezone"),
    ("/organisation", {"quiet.from": "07:00"}, "quiet.until"),
    ("/organisation", {"admin_channel": "pigeon:x"}, "admin_channel"),
    ("/organisation", {"report.channel": "pigeon:x"}, "report.channel"),
    ("/organisation", {"report.everyone": "nowhere"}, "report.everyone"),
]


@pytest.mark.parametrize(("path", "changed", "field"), WRONG)
def test_a_mistake_is_said_at_the_field_and_nothing_is_lost(
    there: Site, path: str, changed: dict[str, str], field: str
) -> None:
    """The form comes back as it was sent, with the way to each mistake at its top; nothing is saved."""
    admin = there.visitor()
    sent = fields(admin.get(path)) | changed
    page = admin.post(path, sent)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    again = fields(page)
    assert {name: again.get(name) for name in changed} == changed
    kept = {name for name in sent if name != "csrf"}
    assert {name: again.get(name) for name in kept} == {name: sent[name] for name in kept}
    assert len(editions(there)) == 1


def test_two_admins_at_once(there: Site) -> None:
    """The second sees what the first did, and decides; nothing of the first is overwritten unseen."""
    first, second = there.visitor("admin"), there.visitor(None)
    sent = fields(second.get("/departments/ict")) | {"name.nl": "Computers", "share": "60"}
    saved = first.agrees("/departments/ict", first.changes("/departments/ict", name__nl="Automatisering"))
    assert saved.status_code == 200
    proposal = second.post("/departments/ict", sent)
    assert "Iemand anders heeft intussen" in proposal.text
    assert "Anna de Boer" in proposal.text
    assert there.today.by_key["ict"].name.nl == "Automatisering"
    second.agrees("/departments/ict", proposal)
    assert there.today.by_key["ict"].name.nl == "Computers"
    assert [author for author, _ in editions(there)] == ["test", "Anna de Boer", "host"]


def test_what_was_seen_is_what_is_saved(there: Site) -> None:
    """Another edition between seeing and saving: it is shown anew, and not saved."""
    first, second = there.visitor("admin"), there.visitor(None)
    proposal = second.changes("/departments/hr", name__nl="Personeel")
    first.agrees("/departments/ict", first.changes("/departments/ict", name__nl="Automatisering"))
    again = second.agrees("/departments/hr", proposal)
    assert "Dit gaat veranderen" in again.text
    assert there.today.by_key["hr"].name.nl != "Personeel"
    second.agrees("/departments/hr", again)
    assert there.today.by_key["hr"].name.nl == "Personeel"
    assert there.today.by_key["ict"].name.nl == "Automatisering"


def test_two_forms_of_one_survey_do_not_undo_each_other(there: Site) -> None:
    """Somebody changes the rhythm while somebody else has the questions open."""
    admin, host = there.visitor("admin"), there.visitor(None)
    sent = fields(host.get("/surveys/staff/questions")) | {"received.ask.nl": "Hoe hielp {department} je?"}
    admin.agrees("/surveys/staff/rhythm", admin.changes("/surveys/staff/rhythm", rhythm__cohorts="6"))
    host.agrees("/surveys/staff/questions", host.post("/surveys/staff/questions", sent))
    (survey,) = there.today.surveys
    assert survey.rhythm.cohorts == 6
    assert survey.received.ask.nl == "Hoe hielp {department} je?"


def test_rows_come_and_go_without_a_script(there: Site) -> None:
    """An extra question more, with choices of its own, and one less; then it is saved."""
    admin, path = there.visitor(), "/surveys/staff/questions"
    before = [question.key for question in there.today.surveys[0].extra]
    page = admin.post(path, fields(admin.get(path)) | {"do": "add:extra"})
    row = f"extra.{len(before)}"
    page = admin.post(path, fields(page) | {f"{row}.kind": "pick_one", "do": "show"})
    words = {f"{row}.key": "wait", f"{row}.ask.nl": "Hoe lang wachtte je?"}
    words |= {f"{row}.options.0.key": "short", f"{row}.options.0.label.nl": "kort"}
    words |= {f"{row}.options.1.key": "long", f"{row}.options.1.label.nl": "lang"}
    page = admin.post(path, fields(page) | words | {"do": "drop:extra.1"})
    admin.agrees(path, admin.post(path, fields(page)))
    after = there.today.surveys[0].extra
    assert [question.key for question in after] == [before[0], *before[2:], "wait"]
    assert after[-1].choices("nl")[1].label == "lang"


def test_a_department_comes_and_goes(there: Site) -> None:
    """Its key stays what it was; one with a key that is taken is refused."""
    admin = there.visitor()
    new = {"key": "fleet", "name.nl": "Wagenpark", "share": "10", "channel": "webchat:#fleet"}
    for index, key in enumerate(("cars", "bikes", "fuel")):
        new |= {f"services.{index}.key": key, f"services.{index}.name.nl": key}
    page = admin.post("/departments/new", fields(admin.get("/departments/new")) | new)
    admin.agrees("/departments/new", page)
    assert there.today.by_key["fleet"].name.nl == "Wagenpark"
    taken = admin.post("/departments/new", fields(admin.get("/departments/new")) | new | {"key": "ict"})
    assert taken.status_code == 422
    assert 'href="#key"' in taken.text
    admin.get("/departments/fleet")
    admin.agrees("/departments/fleet/remove", admin.post("/departments/fleet/remove"))
    assert "fleet" not in there.today.by_key


def test_a_lead_changes_the_card_of_their_department_and_nothing_else(there: Site) -> None:
    """Whatever they send; other departments are closed to them."""
    lead = there.visitor("lead")
    page = lead.changes("/departments/ict", card__first__nl="de balie")
    lead.agrees("/departments/ict", page)
    assert there.today.by_key["ict"].card is not None
    assert there.today.by_key["ict"].card.first.nl == "de balie"
    sent = fields(lead.get("/departments/ict")) | {"share": "1", "lead": "somebody"}
    assert lead.post("/departments/ict", sent).status_code == 422
    assert lead.get("/departments/hr").status_code == 403
    assert lead.post("/departments/hr", {"card.first.nl": "x"}).status_code == 403
    assert len(editions(there)) == 2


def test_a_lead_names_who_may_promise_beside_them(there: Site) -> None:
    """And the card stays as it was; naming nobody any more takes it back."""
    lead, before = there.visitor("lead"), there.today.by_key["ict"]
    lead.agrees("/departments/ict", lead.changes("/departments/ict", deputies__0="p-desk"))
    assert there.today.by_key["ict"] == before.model_copy(update={"deputies": ("p-desk",)})
    lead.agrees("/departments/ict", lead.changes("/departments/ict", deputies__0=""))
    assert there.today.by_key["ict"] == before


def test_who_is_named_and_unknown_is_pointed_out_before_it_is_saved(there: Site) -> None:
    """In words, to a lead and to an admin; it can be saved all the same, and stays among what is good to know."""
    lead, admin = there.visitor("lead"), there.visitor()
    page = lead.changes("/departments/ict", deputies__0="p-unknown", card__first__nl="de balie")
    assert "ICT: Wie er ook beloftes mag doen" in page.text
    assert "ICT: Wat voorgaat (Nederlands)" in page.text
    assert "departments.ict.deputies" not in page.text
    assert "“p-unknown”, die er ook beloftes mag doen, staat niet in het personenbestand" in page.text
    lead.agrees("/departments/ict", page)
    assert "“p-unknown”" in admin.get("/overview").text
    assert "p-unknown" not in admin.changes("/departments/ict", share="30").text.partition("<form")[0]


def test_an_edition_is_put_back(there: Site) -> None:
    """After seeing what that changes; it is a new edition, and the history has all."""
    admin = there.visitor()
    before = there.today
    admin.agrees("/organisation", admin.changes("/organisation", name="Elders"))
    page = admin.get("/history/1")
    proposal = admin.post("/history/1/rollback", fields(page))
    assert "Elders" in proposal.text
    admin.agrees("/history/1/rollback", proposal)
    assert there.today == before
    assert [note for _, note in editions(there)][-1] == "rollback 1"
    assert "Anna de Boer" in admin.get("/history").text


def test_whoever_takes_away_their_own_role_is_out(there: Site) -> None:
    """It is shown beforehand, as everything is."""
    admin = there.visitor()
    page = admin.changes("/organisation", roles__admins__0="somebody-else")
    admin.agrees("/organisation", page)
    assert there.today.roles == Roles(admins=("somebody-else",), readers=("reader",))
    assert admin.get("/organisation").status_code == 401


def test_words_with_signs_are_shown_as_words(there: Site) -> None:
    """Nothing that an admin writes is HTML on the next admin's page."""
    admin = there.visitor()
    evil = '"><script>alert(1)</script>'
    page = admin.changes("/departments/ict", name__nl=evil)
    assert "<script>alert" not in page.text
    admin.agrees("/departments/ict", page, note=evil)
    for path in ("/departments", "/departments/ict", "/history", "/history/2", "/digests"):
        assert "<script>alert" not in admin.get(path).text


@pytest.mark.parametrize("path", ["/departments/nowhere", "/surveys/nowhere/questions", "/history/99", "/history/0"])
def test_what_is_not_there_is_not_found(there: Site, path: str) -> None:
    """404 in plain words."""
    assert there.visitor().get(path).status_code == 404


def test_what_a_researcher_would_say_stands_above_the_questions(there: Site) -> None:
    """Of the questions as they are saved, in words that name the place."""
    admin, path = there.visitor(), "/surveys/staff/questions"
    assert "Goed om te bedenken" not in admin.get(path).text
    words = {"received.ask.nl": "Hoe snel en vriendelijk was {department}?"}
    admin.agrees(path, admin.post(path, fields(admin.get(path)) | words))
    page = admin.get(path)
    assert "Goed om te bedenken" in page.text
    assert "surveys.staff.received.ask.nl" in page.text


def test_a_preview_is_of_what_is_typed_and_saves_nothing(there: Site) -> None:
    """As the script asks for it; a form that is not right gets no preview."""
    admin, path = there.visitor(), "/surveys/staff/questions"
    sent = fields(admin.get(path))
    before = there.today
    page = admin.post("/surveys/staff/preview", sent | {"received.ask.nl": "Hoe bevalt {department}?"})
    assert page.status_code == 200
    assert admin.post("/surveys/staff/preview", sent | {"received.ask.nl": "Hoe was het?"}).status_code == 422
    assert there.today == before


def test_a_test_card_goes_to_whoever_asks_for_it(there: Site) -> None:
    """And who signed in from the server, who is nobody in the list of people, is told so."""
    admin, host = there.visitor("admin"), there.visitor(None)
    admin.get("/surveys")
    assert "onderweg" in admin.post("/testcard", {"card": "tick", "platform": "webchat"}).text
    assert "is er niet" in admin.post("/testcard", {"card": "nonsense", "platform": "webchat"}).text
    assert "geen account" in admin.post("/testcard", {"card": "tick", "platform": "pigeon"}).text
    host.get("/surveys")
    assert "vanaf de server" in host.post("/testcard", {"card": "tick", "platform": "webchat"}).text


def test_a_survey_is_paused_and_goes_on(there: Site) -> None:
    """After seeing that it holds at once."""
    admin = there.visitor()
    admin.get("/surveys")
    proposal = admin.post("/surveys/staff/pause")
    assert "meteen" in proposal.text
    admin.agrees("/surveys/staff/pause", proposal)
    assert there.today.surveys[0].paused
    assert "Gepauzeerd" in admin.get("/surveys").text
    admin.agrees("/surveys/staff/resume", admin.post("/surveys/staff/resume"))
    assert not there.today.surveys[0].paused
    assert admin.post("/surveys/staff/burn").status_code == 404


@pytest.mark.parametrize("name", ["privacy", "intranet", "leads", "council", "it"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_papers_are_of_the_configuration_in_force(there: Site, name: str, language: str) -> None:
    """Read on a page, or taken along as a file of its own."""
    admin = there.visitor()
    assert there.today.contact.name in admin.get(f"/documents/{name}/{language}").text
    file = admin.get(f"/documents/{name}/{language}/file")
    assert file.headers["content-disposition"] == f'attachment; filename="klankbord-{name}-{language}.html"'
    assert file.text.startswith("<!doctype html>")


@pytest.mark.parametrize("path", ["/documents/secrets/nl", "/documents/privacy/fr", "/documents/..%2fprivacy/nl"])
def test_no_other_paper_is_found(there: Site, path: str) -> None:
    """Whatever the address says."""
    assert there.visitor().get(path).status_code == 404


def test_a_department_that_a_survey_names_does_not_go(there: Site) -> None:
    """Why is said; nothing is saved."""
    admin, path = there.visitor(), "/surveys/staff/rhythm"
    sent = fields(admin.get(path)) | {"about.0": "ict", "about.1": "hr"}
    admin.agrees(path, admin.post(path, sent))
    admin.get("/departments/ict")
    page = admin.post("/departments/ict/remove")
    assert page.status_code == 422
    assert "Dat kan zo niet" in page.text
    assert "ict" in there.today.by_key


@pytest.mark.parametrize(("name", "value", "told"), [("threshold", "12", True), ("contact.reach", "tel. 1", False)])
def test_the_day_from_which_a_change_holds_is_told(there: Site, name: str, value: str, told: bool) -> None:
    """Of what waits for the next cycle: when that begins; of what holds at once nothing need be told."""
    admin, path = there.visitor(), "/organisation"
    page = admin.post(path, fields(admin.get(path)) | {name: value})
    assert ("De volgende cyclus van Stafafdelingen begint dinsdag 1 september, 09.00 uur." in page.text) is told
