"""What departments promised, in a browser: all of it for admins, their own for a lead, and nothing to a reader."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.store.promises import Promise, PromiseState, Stance

from .site import NOW, Site, site

TODAY = NOW.date()
WEEK = timedelta(weeks=1)


def promise(department: str, words: str, state: PromiseState = PromiseState.OPEN, **others: Any) -> Promise:
    """One that was made two weeks ago, to be done in a week."""
    values: dict[str, Any] = {
        "id": f"{department}-{words}",
        "department": department,
        "theme": "speed",
        "stance": Stance.TAKE,
        "words": words,
        "owner": "team",
        "due": TODAY + WEEK,
        "state": state,
        "made_on": TODAY - 2 * WEEK,
    }
    return Promise(**{**values, **others})


def fill(session: Session) -> None:
    """One of each kind."""
    settled: dict[str, Any] = {"settled_on": TODAY - WEEK}
    session.add_all(
        [
            promise("ict", "Sneller opnemen"),
            promise("ict", "Te laat antwoord", due=TODAY - WEEK, owner="de servicedesk"),
            promise("ict", "Was eerder", moved=2, was_due=TODAY - WEEK, reason="twee zieken"),
            promise("ict", "Nog een kladje", PromiseState.DRAFT),
            promise("hr", "Roosters op tijd", PromiseState.DONE, **settled),
            promise("hr", "Geen loket", PromiseState.DROPPED, reason="geen plek", **settled),
            promise("hr", "Zes weken", PromiseState.EXPLAINED, stance=Stance.CANNOT, owner="", due=None, **settled),
            promise("hr", "<b>Vet</b> **sterk**", PromiseState.OPEN, theme="else"),
        ]
    )


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Site]:
    """A town with promises of ICT and HR."""
    with site(tmp_path) as made:
        with made.database.transaction() as session:
            fill(session)
        yield made


def row(page: str, words: str) -> str:
    """What the page says of one promise."""
    rows = [part.partition("</li>")[0] for part in page.split('<li class="panel">')[1:]]
    (found,) = [one for one in rows if words in one]
    return found


def test_an_admin_reads_every_promise(there: Site) -> None:
    """With its department, who sees to it, its day, whether it is overdue, and why it was moved or stopped."""
    page = there.visitor().get("/promises").text
    going, closed = page.split("<h2>")[1:]
    assert [one.count('<li class="panel">') for one in (going, closed)] == [4, 3]
    for part in ("ICT", "het hele team", "18 augustus", "8 september", "loopt", "(Over: Snelheid.)"):
        assert part in row(going, "Sneller opnemen")
    assert 'class="bad">te laat<' in row(going, "Te laat antwoord")
    assert "de servicedesk" in row(going, "Te laat antwoord")
    assert "te laat" not in row(going, "Sneller opnemen")
    assert "2× verschoven, het laatst van 25 augustus: twee zieken." in row(going, "Was eerder")
    assert [state in row(closed, words) for state, words in (("klaar", "Roosters"), ("kan niet anders", "Zes"))] == [
        True
    ] * 2
    assert "geen plek." in row(closed, "Geen loket")
    assert "Over:" not in row(going, "Vet")
    assert "kladje" not in page


def test_a_day_of_another_year_says_its_year(there: Site) -> None:
    """Where nobody could tell which year is meant."""
    long_ago = TODAY - 30 * WEEK
    old: dict[str, Any] = {"made_on": long_ago, "settled_on": long_ago + WEEK, "due": long_ago + 2 * WEEK}
    late: dict[str, Any] = {"made_on": long_ago, "was_due": long_ago + WEEK, "moved": 1, "reason": "druk"}
    with there.database.transaction() as session:
        session.add(promise("hr", "Van toen", PromiseState.DONE, **old))
        session.add(promise("hr", "Nog steeds", **late | {"due": long_ago + 2 * WEEK}))
    page = there.visitor().get("/promises").text
    for day in ("3 februari 2026", "10 februari 2026"):
        assert day in row(page, "Van toen")
    for day in ("3 februari 2026", "10 februari 2026", "17 februari 2026"):
        assert day in row(page, "Nog steeds")
    assert "2026" not in row(page, "Sneller opnemen")


def test_the_first_to_be_due_comes_first(there: Site) -> None:
    """So what is overdue stands at the top."""
    page = there.visitor().get("/promises?department=ict").text
    assert page.index("Te laat antwoord") < page.index("Sneller opnemen")


def test_words_of_departments_are_words(there: Site) -> None:
    """Nothing in them is HTML, and nothing is strong."""
    page = there.visitor().get("/promises").text
    assert "&lt;b&gt;Vet&lt;/b&gt; sterk" in page


def test_an_admin_looks_at_one_department(there: Site) -> None:
    """One that is not there is none."""
    admin = there.visitor()
    page = admin.get("/promises?department=hr").text
    assert "Roosters op tijd" in page
    assert "Sneller opnemen" not in page
    assert "Sneller opnemen" in admin.get("/promises?department=nowhere").text


@pytest.mark.parametrize("path", ["/promises", "/promises?department=hr", "/promises?department="])
def test_a_lead_reads_those_of_their_own_department(there: Site, path: str) -> None:
    """Whatever they ask for: no other sentence, and no other name to choose from."""
    page = there.visitor("lead").get(path).text
    assert "Sneller opnemen" in page
    assert "<select" not in page
    for words in ("Roosters op tijd", "Geen loket", "Zes weken", "Vet"):
        assert words not in page


def test_a_page_without_promises_says_so(tmp_path: Path) -> None:
    """Of either kind."""
    with site(tmp_path) as made:
        page = made.visitor().get("/promises").text
        assert "Er loopt geen belofte." in page
        assert "niets afgerond" in page
