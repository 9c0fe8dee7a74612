"""Whatever is sent to any address of the admin pages, by whomever: no error of ours, and nothing changes unseen."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import func, select

from bot.store.audit import AuditEntry
from bot.store.editions import Edition
from bot.store.people import Person
from bot.web.admin.routes import PAGES

from .site import PEOPLE, Site, Visitor, fields, site

NASTY = [
    *("..", "%2e%2e%2f", "%00", "%ff", "a%2Fb", "null", "-1", "0", "9" * 30, "1e9", "1_000", " ", "%0d%0aX-Evil:%201"),
    *("ict", "staff", "questions", "é", "%E2%80%AE", "x" * 3000, "{{7*7}}", "';--", "<script>", "privacy", "nl"),
]
PARTS = st.sampled_from(NASTY) | st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8)
PLACES = [
    *(
        "name.nl",
        "key",
        "share",
        "services.0.key",
        "services.99.key",
        "rhythm.at",
        "rhythm.start",
        "threshold",
        "roles.admins.0",
    ),
    *(
        "extra.0.options.0.key",
        "extra.0.kind",
        "tick.options",
        "about.0",
        "note",
        "seen",
        "edition",
        "do",
        "text",
        "card",
        "q",
    ),
    *("a" * 200, "..", "name", "name.nl.x", "services", "", "[]", "themes.speed.influence.by", "skip_bad", "platform"),
]
VALUES = [
    *(
        "",
        "x",
        "0",
        "-1",
        "1e400",
        "NaN",
        "9" * 40,
        "\u202e",
        "\x07",
        "é" * 500,
        "add:services",
        "drop:extra.0",
        "up:x",
    ),
    *("key,name\nq,Q\n", "2026-13-45", "25:99", "<b>", "=1+1", "\ud7ff", "yes", "webchat:#hr", "\r\nX: 1"),
]
FORMS = st.lists(st.tuples(st.sampled_from(PLACES) | st.text(max_size=12), st.sampled_from(VALUES)), max_size=8)
ROUTES = [(method, page.path) for page in PAGES for method in ("GET", "POST")] + [
    (method, path) for path in ("/enter/{token}", "", "/leave", "/nowhere", "/../etc") for method in ("GET", "POST")
]
WHO = ("admin", "lead", "reader", "nobody")
QUIET = settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A town."""
    with site(tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture(scope="module")
def browsers(there: Site) -> dict[str, Visitor]:
    """Of everybody with a role, and of nobody."""
    return {who: there.visitor(who) if who != "nobody" else there.browser() for who in WHO}


def counts(there: Site) -> tuple[int, ...]:
    """How many editions and people there are, and how much stands in the audit log but exports and sign-ins."""
    with there.database.transaction(reading=True) as session:
        deeds = select(func.count()).select_from(AuditEntry).where(AuditEntry.deed.in_(["edition", "people", "live"]))  # type: ignore[attr-defined]
        tables = [session.exec(select(func.count()).select_from(table)).one() for table in (Edition, Person)]
        return (*tables, session.exec(deeds).one())


def token(browser: Visitor) -> str:
    """What a page of this browser's session would send along; one that is signed out has none."""
    return fields(browser.get("")).get("csrf", "")


@QUIET
@given(
    route=st.sampled_from(ROUTES),
    who=st.sampled_from(WHO),
    parts=st.lists(PARTS, min_size=3, max_size=3),
    form=FORMS,
    query=FORMS,
    good=st.booleans(),
)
def test_nothing_that_is_sent_breaks_anything(
    there: Site,
    browsers: dict[str, Visitor],
    route: tuple[str, str],
    who: str,
    parts: list[str],
    form: list[tuple[str, str]],
    query: list[tuple[str, str]],
    good: bool,
) -> None:
    """No 500; the headers are there; without what somebody saw before nothing is saved."""
    method, path = route
    if path in ("/leave", "/sessions/{id}/revoke", "/live"):
        return  # two end the session that is tried here, and one does with a right token what its button says
    before = counts(there)
    filled = iter(parts)
    address = "/admin" + re.sub(r"\{[^}]+\}", lambda _: next(filled, "x"), path)
    browser = browsers[who]
    sent: dict[str, Any] = {"params": query[:3]}
    if method == "POST":
        sent["data"] = dict([*form, ("csrf", token(browser) if good else "wrong")])
    response = browser.request(method, address, **sent)
    assert response.status_code < 500
    assert response.status_code in (200, 204, 400, 401, 403, 404, 405, 409, 413, 422), response.status_code
    if response.status_code == 200 and "html" in response.headers["content-type"]:
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "X-Evil" not in response.headers
    after = counts(there)
    assert after == before or "seen" in {name for name, _ in form}


@QUIET
@given(
    content=st.binary(max_size=200), kind=st.sampled_from(["multipart/form-data; boundary=x", "multipart/form-data"])
)
def test_a_broken_form_is_refused(there: Site, browsers: dict[str, Visitor], content: bytes, kind: str) -> None:
    """400 or 403, and nobody comes or goes."""
    parts = [content, b"--x\r\n" + content, b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + content]
    for body in parts:
        response = browsers["admin"].request(
            "POST", "/admin/people/import", content=body, headers={"Content-Type": kind}
        )
        assert response.status_code in (400, 403)
    assert counts(there)[1] == len(PEOPLE)


@QUIET
@given(
    changed=st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(VALUES)), max_size=4),
    where=st.sampled_from(
        ["/departments/ict", "/departments/new", "/surveys/staff/questions", "/surveys/staff/rhythm", "/organisation"]
    ),
)
def test_a_form_of_ours_with_nonsense_in_it_comes_back(
    there: Site, browsers: dict[str, Visitor], changed: list[tuple[str, str]], where: str
) -> None:
    """With what is wrong, or as a proposal; nothing is saved that nobody saw."""
    admin = browsers["admin"]
    sent = fields(admin.get(where)) | {name: value for name, value in changed if name not in ("seen", "csrf")}
    before = counts(there)
    assert admin.post(where, sent).status_code in (200, 400, 422)
    assert counts(there) == before
