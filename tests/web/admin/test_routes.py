"""Every address of the admin pages, and who may use it: a table, so that a new page has to say."""

import re
from collections.abc import Iterator

import pytest

from bot.web.admin.routes import PAGES
from config.roles import Role

from .site import Site, Visitor, site

ROLES: dict[str | None, frozenset[Role]] = {
    None: frozenset({Role.ADMIN}),
    "admin": frozenset({Role.ADMIN}),
    "lead": frozenset({Role.LEAD}),
    "reader": frozenset({Role.READER}),
}

TABLE = {
    ("GET", "/overview"): "admin",
    ("POST", "/live"): "admin",
    ("POST", "/rounds/{round}/withdraw"): "admin",
    ("POST", "/surveys/{key}/preview"): "admin",
    ("POST", "/surveys/{key}/{what}"): "admin",
    ("POST", "/testcard"): "admin",
    ("GET", "/documents"): "admin",
    ("GET", "/documents/{name}/{language}"): "admin",
    ("GET", "/documents/{name}/{language}/file"): "admin",
    ("GET", "/people"): "admin",
    ("POST", "/people/import"): "admin",
    ("GET", "/digests"): "admin lead reader",
    ("GET", "/digests/picture/{block}"): "admin lead reader",
    ("POST", "/digests/export/{kind}"): "admin lead reader",
    ("GET", "/promises"): "admin lead",
    ("GET", "/departments"): "admin lead",
    ("GET", "/departments/new"): "admin",
    ("POST", "/departments/new"): "admin",
    ("GET", "/departments/{key}"): "admin lead",
    ("POST", "/departments/{key}"): "admin lead",
    ("POST", "/departments/{key}/remove"): "admin",
    ("GET", "/surveys"): "admin",
    ("GET", "/surveys/{key}/questions"): "admin",
    ("POST", "/surveys/{key}/questions"): "admin",
    ("GET", "/surveys/{key}/rhythm"): "admin",
    ("POST", "/surveys/{key}/rhythm"): "admin",
    ("GET", "/organisation"): "admin",
    ("POST", "/organisation"): "admin",
    ("GET", "/history"): "admin",
    ("GET", "/history/{number:int}"): "admin",
    ("POST", "/history/{number:int}/rollback"): "admin",
    ("GET", "/sessions"): "admin",
    ("POST", "/sessions/{id}/revoke"): "admin",
}

MISSING = {"/digests/picture/{block}": 404}  # nothing is published yet

PARTS = {
    "name": "privacy",
    "language": "nl",
    "key": "ict",
    "round": "1",
    "what": "pause",
    "block": "1",
    "kind": "csv",
    "number:int": "1",
    "id": "0123456789abcdef",
}


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A town."""
    with site(tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture(scope="module")
def visitors(there: Site) -> dict[str | None, Visitor]:
    """A browser of everybody."""
    return {person: there.visitor(person) for person in ROLES}


def test_every_route_is_in_the_table() -> None:
    """With its roles."""
    found = {
        (method, page.path): " ".join(sorted(page.roles))
        for page in PAGES
        for method, answer in (("GET", page.get), ("POST", page.post))
        if answer is not None
    }
    assert found == TABLE


def address(path: str) -> str:
    """With something in each place."""
    path = path.replace("/surveys/{key}", "/surveys/staff")
    return re.sub(r"\{([^}]+)\}", lambda part: PARTS[part[1]], path)


@pytest.mark.parametrize("person", ROLES, ids=str)
@pytest.mark.parametrize(("method", "path"), TABLE)
def test_a_role_opens_its_pages_and_no_other(
    visitors: dict[str | None, Visitor], person: str | None, method: str, path: str
) -> None:
    """403 for the others, whatever they send."""
    visitor = visitors[person]
    response = visitor.get(address(path)) if method == "GET" else visitor.post(address(path), {"csrf": "wrong"})
    may = bool(ROLES[person] & {Role(role) for role in TABLE[method, path].split()})
    if method == "GET":
        assert response.status_code == ((MISSING.get(path, 200)) if may else 403)
    else:
        assert response.status_code == 403


@pytest.mark.parametrize(("method", "path"), TABLE)
def test_who_is_not_signed_in_sees_nothing(there: Site, method: str, path: str) -> None:
    """401, and no word of what would be there."""
    response = there.browser().request(method, f"/admin{address(path)}", data={"csrf": ""})
    assert response.status_code == 401
    assert "Anna" not in response.text


def test_every_page_carries_its_headers(visitors: dict[str | None, Visitor], there: Site) -> None:
    """No script of others, no frame, no copy in a cache, no address told to others."""
    pages = [visitors["admin"].get(address(path)) for method, path in TABLE if method == "GET"]
    for page in [*pages, there.browser().get("/history")]:
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["x-content-type-options"] == "nosniff"


def test_a_lead_or_reader_finds_their_first_page(visitors: dict[str | None, Visitor]) -> None:
    """/admin leads everybody to something they may see."""
    for visitor in visitors.values():
        assert visitor.get("").status_code == 200


def test_an_address_that_is_no_page_says_so_in_words(there: Site) -> None:
    """To whoever asks, in the language of their browser."""
    page = there.browser().request("GET", "/admin/nowhere/at/all", headers={"Accept-Language": "en"})
    assert page.status_code == 404
    assert "This is not here" in page.text
