"""The people, in a browser: a file is seen first and then carried out; nothing tells who answered."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Response
from sqlmodel import select

from bot.store import people
from bot.store.audit import AuditEntry
from bot.store.people import Account, Person

from .site import PEOPLE, Site, Visitor, fields, site


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Site]:
    """A town."""
    with site(tmp_path) as made:
        yield made


def keys(there: Site) -> set[str]:
    """Who there is."""
    with there.database.transaction(reading=True) as session:
        return set(people.keys(session))


def sends(admin: Visitor, content: str | bytes, name: str = "people.csv", **ticked: str) -> Response:
    """Choose a file and look what it would do."""
    admin.get("/people")
    file = {"file": (name, content if isinstance(content, bytes) else content.encode(), "text/csv")}
    return admin.request("POST", "/admin/people/import", data={"csrf": admin.csrf, **ticked}, files=file)


def agrees(admin: Visitor, page: Response) -> Response:
    """Have what was shown done."""
    return admin.post("/people/import", fields(page))


GOOD = "key,name,email,pilot\nnew,Nina Nieuw,nina@example.nl,yes\nlead,Lea de Vos,,\n"


def test_a_file_is_seen_and_then_carried_out(there: Site) -> None:
    """Not before; and how many people it touched is in the audit log."""
    admin = there.visitor()
    page = sends(admin, GOOD)
    assert page.status_code == 200
    assert "Nina Nieuw" in page.text
    assert "new" not in keys(there)
    assert "bijgewerkt" in agrees(admin, page).text
    assert keys(there) == {*PEOPLE, "new"}
    with there.database.transaction(reading=True) as session:
        assert session.get_one(Person, "lead").name == "Lea de Vos"
        assert session.get_one(Person, "new").pilot
        assert [one.about for one in session.exec(select(AuditEntry)) if one.deed == "people"] == ["2"]


BAD = [
    ("key,name\na b,Anna\n", "regel 2, key"),
    ("key,name,language\nx,Xi,fr\n", "regel 2, language"),
    ("nonsense\n1\n", "key"),
    ('key,name\nx,"open\n', "regel"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "key"),
    ("key,name,platform,address\nx,Xi,webchat,admin\n", "regel 2, address"),
]


@pytest.mark.parametrize(("content", "place"), BAD)
def test_a_file_with_mistakes_is_told_with_their_places(there: Site, content: str | bytes, place: str) -> None:
    """And nothing is done."""
    admin = there.visitor()
    page = sends(admin, content)
    assert page.status_code == 422
    assert place in page.text
    assert "seen" not in fields(page)
    assert keys(there) == set(PEOPLE)


def test_bad_rows_are_left_out_when_somebody_says_so(there: Site) -> None:
    """But then nobody is removed."""
    content = "key,name\ngood,Goed\nbad row,Slecht\n"
    admin = there.visitor()
    page = sends(admin, content, skip_bad="yes")
    agrees(admin, page)
    assert keys(there) == {*PEOPLE, "good"}
    refused = sends(admin, content, skip_bad="yes", remove_absent="yes")
    assert refused.status_code == 422
    assert keys(there) == {*PEOPLE, "good"}


def test_who_is_not_in_the_file_goes_when_somebody_says_so(there: Site) -> None:
    """With their accounts; who removes their own admin is out."""
    admin = there.visitor(None)
    page = sends(admin, "key,name\nadmin,Anna de Boer\n", remove_absent="yes")
    assert "Noor Smit" in page.text
    agrees(admin, page)
    assert keys(there) == {"admin"}
    with there.database.transaction(reading=True) as session:
        assert {one.person for one in session.exec(select(Account))} == {"admin"}


def test_only_what_was_seen_is_done(there: Site) -> None:
    """Somebody else changed the list meanwhile: it is shown anew."""
    first, second = there.visitor("admin"), there.visitor(None)
    page = sends(second, GOOD)
    agrees(first, sends(first, "key,name\nnew,Iemand Anders\n"))
    again = agrees(second, page)
    assert "Intussen is er iets veranderd" in again.text
    with there.database.transaction(reading=True) as session:
        assert session.get_one(Person, "new").name == "Iemand Anders"
    agrees(second, again)
    with there.database.transaction(reading=True) as session:
        assert session.get_one(Person, "new").name == "Nina Nieuw"


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\windows\\x.csv", "\x00.csv", "a" * 5000])
def test_the_name_of_a_file_is_nothing_to_us(there: Site, name: str, tmp_path: Path) -> None:
    """Nothing is written anywhere."""
    before = set(tmp_path.rglob("*"))
    page = sends(there.visitor(), GOOD, name=name.replace("\x00", "%00"))
    assert page.status_code in (200, 400)  # a browser sends no such name
    assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("anna", {"Anna"}),
        ("LEA", {"Lea"}),
        ("reader", {"Rik"}),
        ("%", set()),
        ("_", set()),
        ("\\", set()),
        ("' OR 1", set()),
    ],
)
def test_somebody_is_found_by_name_or_key(there: Site, words: str, found: set[str]) -> None:
    """Letters as they are: no sign means anything else."""
    page = there.visitor(None).request("GET", "/admin/people", params={"q": words})
    assert {name for name in ("Anna", "Lea", "Rik", "Noor") if name in page.text} == found


def test_the_page_says_how_many_and_who_cannot_be_reached(there: Site) -> None:
    """By name, because an address has to be mended; who stopped is a number only."""
    with there.database.transaction() as session:
        session.get_one(Account, ("webchat", "nobody")).reachable = False
        session.get_one(Person, "lead").stopped = True
    page = there.visitor(None).get("/people")
    assert "Noor Smit" in page.text
    assert "Lea Vos" not in page.text
