"""An admin in a browser: each page's main task, for every eye and hand, against the real process and its database."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.simulation.run import prepared, run
from bot.store.ballots import Keyring
from bot.store.promises import Promise, PromiseState, Stance
from config import EXAMPLE
from config.load import read
from config.organisation import Organisation
from config.roles import Roles
from tests.commands.desk import DATABASE, Desk
from tests.commands.test_run import free_port

from .chromium import chromium, keep, needs_chromium

pytestmark = needs_chromium

ADMIN, LEAD, READER = "sim-0001", "sim-0002", "sim-0003"
PEOPLE = 260
ROUNDS = 2

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 860}

PAGES = {
    "overview": "/overview",
    "digests": "/digests?department=ict",
    "promises": "/promises",
    "departments": "/departments",
    "department": "/departments/ict",
    "department-new": "/departments/new",
    "surveys": "/surveys",
    "questions": "/surveys/staff/questions",
    "rhythm": "/surveys/staff/rhythm",
    "people": "/people?q=a",
    "organisation": "/organisation",
    "documents": "/documents",
    "privacy": "/documents/privacy/nl",
    "history": "/history",
    "edition": "/history/1",
    "sessions": "/sessions",
}


@dataclass(frozen=True)
class Installation:
    """A `klankbord run`, and the desk at which its links are made."""

    desk: Desk
    address: str
    settings: dict[str, str]

    def enters(self, page: Page, person: str = ADMIN) -> None:
        """Sign in, as somebody does who got a link."""
        done = self.desk.process("admin", "link", "--for", person, **self.settings)
        page.goto(done.out.strip())
        page.locator("button").click()
        expect(page.locator(".desk h1")).to_be_visible()

    def goes(self, page: Page, path: str) -> None:
        """Look at a page."""
        page.goto(f"{self.address}/admin{path}")
        expect(page.locator(".desk h1")).to_be_visible()


def organisation() -> Organisation:
    """The example, whose first rounds were some weeks ago, with people who have roles."""
    example = read(EXAMPLE)
    (survey,) = example.surveys
    start = date.today() - timedelta(weeks=7)  # noqa: DTZ011  a day or so makes no difference
    rhythm = survey.rhythm.model_copy(update={"start": start, "cohorts": 2})
    departments = tuple(
        one.model_copy(update={"lead": LEAD}) if one.key == "ict" else one for one in example.departments
    )
    surveys = (survey.model_copy(update={"rhythm": rhythm}),)
    values = {name: getattr(example, name) for name in Organisation.model_fields}
    roles = Roles(admins=(ADMIN,), readers=(READER,))
    return Organisation(**{**values, "surveys": surveys, "departments": departments, "roles": roles, "people": PEOPLE})


def lived(folder: Path, key: str) -> None:
    """Some rounds pass: there are digests with pictures."""
    (folder / "data").mkdir()
    simulation = prepared(organisation(), PEOPLE, 7, folder / DATABASE, key)
    asyncio.run(run(simulation, ROUNDS, lambda done, of: None))
    with simulation.database.transaction() as session:
        session.add_all(promised(date.today()))  # noqa: DTZ011  a day or so makes no difference
    simulation.database.close()


def promised(today: date) -> list[Promise]:
    """One of each kind: going on, overdue and moved, done, stopped, and what cannot be."""
    week = timedelta(weeks=1)
    told = [
        ("ict", "Elke melding krijgt binnen een werkdag antwoord van iemand die hem oplost.", PromiseState.OPEN, 2, ""),
        ("hr", "Het rooster staat twee weken van tevoren op intranet.", PromiseState.OPEN, -1, "Er was iemand ziek."),
        ("ict", "De servicedesk belt terug voordat een melding sluit.", PromiseState.DONE, -3, ""),
        ("facilitair", "Een loket in het oude stadhuis.", PromiseState.DROPPED, -2, "De ruimte is verhuurd."),
        ("hr", "De wet schrijft zes weken voor.", PromiseState.EXPLAINED, -4, ""),
    ]
    return [
        Promise(
            id=f"promise-{number}",
            department=department,
            theme="speed",
            stance=Stance.CANNOT if state is PromiseState.EXPLAINED else Stance.TAKE,
            words=words,
            owner="team",
            due=today + weeks * week,
            was_due=today + (weeks - 4) * week if reason else None,
            moved=1 if reason and state is PromiseState.OPEN else 0,
            reason=reason,
            state=state,
            made_on=today - 8 * week,
            settled_on=None if state is PromiseState.OPEN else today - week,
        )
        for number, (department, words, state, weeks, reason) in enumerate(told)
    ]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An organisation that has been at it for some weeks."""
    folder, key = tmp_path_factory.mktemp("admin"), Keyring.new_key()
    lived(folder, key)
    port = str(free_port())
    settings = {"KLANKBORD_KEYS": key, "KLANKBORD_PORT": port, "KLANKBORD_HOST": "127.0.0.1"}
    desk = Desk(folder)
    with desk.begun("run", **settings) as process:
        try:
            assert process.stdout is not None
            assert "runs at" in process.stdout.readline()
            yield Installation(desk, f"http://127.0.0.1:{port}", settings)
            process.terminate()
            assert process.wait(30) == 0
        finally:
            process.kill()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def signed_in(there: Installation, browser: Browser) -> Iterator[dict[str, BrowserContext]]:
    """A browser by day on a desk, and one in the dark on a phone."""
    made = {
        "desktop": browser.new_context(viewport=DESKTOP),  # type: ignore[arg-type]
        "phone": browser.new_context(viewport=PHONE, color_scheme="dark"),  # type: ignore[arg-type]
    }
    for context in made.values():
        page = context.new_page()
        there.enters(page)
        page.close()
    yield made
    for context in made.values():
        context.close()


@pytest.mark.parametrize("device", ["desktop", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(
    there: Installation, signed_in: dict[str, BrowserContext], name: str, device: str
) -> None:
    """axe-core finds nothing, by day and in the dark; nothing is wider than a phone; the page says where it is."""
    page = signed_in[device].new_page()
    there.goes(page, PAGES[name])
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    assert page.locator("h1").count() == 1
    assert page.locator(".tabs [aria-current]").count() == 1
    keep(page, f"admin-{name}-{device}", whole=True)
    page.close()


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_what_is_wrong_and_what_would_change_is_for_everybody(
    there: Installation, signed_in: dict[str, BrowserContext], device: str
) -> None:
    """The two pages that a form leads to, and the plain one."""
    page = signed_in[device].new_page()
    there.goes(page, "/departments/ict")
    page.get_by_label("Welk deel van de mensen").fill("150")
    page.get_by_role("button", name="Bekijk wat er verandert").click()
    expect(page.get_by_role("alert")).to_contain_text("Dit klopt nog niet")
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_label("Welk deel van de mensen")).to_be_focused()
    assert Axe().run(page).violations_count == 0
    keep(page, f"admin-mistake-{device}")
    page.get_by_label("Welk deel van de mensen").fill("66")
    page.get_by_role("button", name="Bekijk wat er verandert").click()
    expect(page.locator("h1")).to_have_text("Dit gaat veranderen")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    keep(page, f"admin-proposal-{device}")
    page.goto(f"{there.address}/admin/enter/unknown")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.close()


def test_a_department_is_changed_with_the_keyboard_alone(there: Installation, browser: Browser) -> None:
    """Enter in a field sends the form; the change is read, its reason typed, and saved."""
    page = browser.new_page()
    there.enters(page)
    there.goes(page, "/departments/hr")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de pagina")).to_be_focused()
    page.get_by_label("Kanaal").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("webchat:#personeel")
    page.keyboard.press("Enter")
    expect(page.locator("table")).to_contain_text("webchat:#personeel")
    page.get_by_label("Waarom?").focus()
    page.keyboard.type("nieuwe naam")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Opgeslagen als nieuwe editie.")
    expect(page.get_by_role("row", name="HR")).to_contain_text("webchat:#personeel")
    page.close()


def test_a_question_is_added_without_javascript(there: Installation, browser: Browser) -> None:
    """Rows, kinds and choices come with each press of a button; nothing that was typed is lost."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    there.enters(page)
    there.goes(page, "/surveys/staff/questions")
    rows = page.get_by_role("group", name="Extra vraag", exact=False)
    before = rows.count()
    page.get_by_role("button", name="Nog een extra vraag").click()
    row = page.get_by_role("group", name=f"Extra vraag {before + 1}", exact=True)
    row.get_by_label("Sleutel").fill("again")
    row.get_by_label("Vraag, in het Nederlands").fill("Zou je terugkomen?")
    row.get_by_label("Soort vraag").select_option("pick_one")
    row.get_by_role("button", name="Toon wat daarbij hoort").click()
    for number, (key, label) in enumerate((("yes", "Ja"), ("no", "Nee")), 1):
        choice = page.get_by_role("group", name=f"Keuze {number}", exact=True).last
        choice.get_by_label("Keuze, in het Nederlands").fill(label)
        choice.get_by_label("Sleutel").fill(key)
    page.get_by_role("button", name="Bekijk wat er verandert").last.click()
    expect(page.locator("table")).to_contain_text("surveys.staff.extra.again")
    expect(page.locator("table")).to_contain_text("vanaf de volgende cyclus")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("status")).to_have_text("Opgeslagen als nieuwe editie.")
    context.close()


def test_people_come_from_a_file(there: Installation, browser: Browser, tmp_path: Path) -> None:
    """Chosen, seen, done; and found by name afterwards."""
    file = tmp_path / "mensen.csv"
    file.write_text("key;name;pilot\nnieuw-1;Nadia Nieuw;ja\n", encoding="utf-8")
    page = browser.new_page()
    there.enters(page)
    there.goes(page, "/people")
    page.get_by_label("Bestand", exact=True).set_input_files(file)
    page.get_by_role("button", name="Bekijk wat er verandert").click()
    expect(page.locator(".desk")).to_contain_text("Nadia Nieuw")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    keep(page, "admin-import")
    page.get_by_role("button", name="Voer dit uit").click()
    expect(page.get_by_role("status")).to_contain_text("bijgewerkt")
    page.get_by_label("Naam, sleutel of e-mailadres").fill("nadia")
    page.get_by_role("button", name="Zoek").click()
    expect(page.get_by_role("row", name="Nadia Nieuw")).to_contain_text("nog geen")
    page.close()


def test_a_lead_reads_their_own_digest_and_takes_the_figures_along(there: Installation, browser: Browser) -> None:
    """With its picture; of no other department; as a workbook that opens."""
    page = browser.new_page()
    there.enters(page, LEAD)
    there.goes(page, "/digests")
    titles = set(page.locator("article h2").all_inner_texts())
    assert titles == {"ICT"}
    page.locator("article summary").first.click()
    picture = page.locator("article img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    with page.expect_download() as download:
        page.get_by_role("button", name="Voor Excel (XLSX)").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"PK")
    assert page.locator(".tabs a").all_inner_texts() == ["Digests", "Beloftes", "Afdelingen"]
    page.close()


def test_a_lead_changes_the_words_by_which_they_are_found(there: Installation, browser: Browser) -> None:
    """And what to expect, of a service of their own department; seen first, in words, and then saved."""
    page = browser.new_page()
    there.enters(page, LEAD)
    there.goes(page, "/departments/ict")
    service = page.get_by_role("group", name="Dienst 1", exact=True)
    service.get_by_label("Zoekwoorden").fill("kapotte laptop, scherm")
    service.get_by_label("Wat je mag verwachten, in het Nederlands").fill("binnen een werkdag")
    page.get_by_role("button", name="Bekijk wat er verandert").last.click()
    expect(page.locator("table")).to_contain_text("Wat je mag verwachten (Nederlands)")
    expect(page.locator("table")).to_contain_text("Zoekwoorden")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    keep(page, "admin-lead-proposal")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("status")).to_have_text("Opgeslagen als nieuwe editie.")
    there.goes(page, "/departments/ict")
    expect(service.get_by_label("Zoekwoorden")).to_have_value("kapotte laptop, scherm")
    page.close()


def test_a_lead_reads_what_their_department_promised(there: Installation, browser: Browser) -> None:
    """Their own alone; what is overdue and what came of it."""
    page = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    there.enters(page, LEAD)
    there.goes(page, "/promises")
    assert page.locator(".panels > li").count() == 2
    expect(page.locator(".desk")).to_contain_text("De servicedesk belt terug")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    keep(page, "admin-lead-promises", whole=True)
    page.close()


def test_a_reader_reads(there: Installation, browser: Browser) -> None:
    """All digests, and nothing else."""
    page = browser.new_page()
    there.enters(page, READER)
    there.goes(page, "/digests")
    assert page.locator(".tabs a").all_inner_texts() == ["Digests"]
    assert len(set(page.locator("article h2").all_inner_texts())) > 3
    page.close()


def test_an_earlier_edition_comes_back(there: Installation, browser: Browser) -> None:
    """From the history, after seeing what that changes."""
    page = browser.new_page()
    there.enters(page)
    there.goes(page, "/organisation")
    page.get_by_label("Hoe te bereiken").first.fill("tel. 9999")
    page.get_by_role("button", name="Bekijk wat er verandert").last.click()
    page.get_by_role("button", name="Opslaan").click()
    there.goes(page, "/history")
    page.locator("tbody tr").nth(1).get_by_role("link").click()
    page.get_by_role("button", name="Zet deze editie terug").click()
    expect(page.locator("table")).to_contain_text("tel. 2210")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("status")).to_have_text("Opgeslagen als nieuwe editie.")
    page.close()


def test_who_is_signed_out_by_somebody_else_is_out(there: Installation, browser: Browser) -> None:
    """At their next click."""
    admin, reader = browser.new_context(), browser.new_context(locale="nl-NL")
    theirs, mine = reader.new_page(), admin.new_page()
    there.enters(theirs, READER)
    there.enters(mine)
    there.goes(mine, "/sessions")
    row = mine.locator(".rows li").filter(has_not_text="dat ben jij").first
    row.get_by_role("button").click()
    expect(mine.get_by_role("status")).to_have_text("Uitgelogd.")
    theirs.reload()
    expect(theirs.locator("body")).to_contain_text("niet ingelogd")
    admin.close()
    reader.close()


def test_no_secret_is_in_what_the_process_printed(there: Installation) -> None:
    """Links are shown to who made them, and to nobody else."""
    link = there.desk.process("admin", "link", "--for", ADMIN, **there.settings).out.strip()
    token = link.rpartition("/")[2]
    assert token
    for path in there.desk.folder.rglob("*"):
        if path.is_file():
            assert token.encode() not in path.read_bytes()
