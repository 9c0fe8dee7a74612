"""Who comes in, how long, and what a page of another site can do: nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient
from sqlmodel import select

from bot.store.audit import AuditEntry
from bot.store.signin import AdminSession, SignInLink
from bot.web.admin.pages import AdminPages
from bot.web.admin.visit import House
from bot.web.server import application

from .site import Site, Visitor, fields, site

COOKIE = "klankbord-admin"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Site]:
    """A town."""
    with site(tmp_path) as made:
        yield made


def deeds(there: Site) -> list[tuple[str, str, str]]:
    """The audit log: who, what, about what."""
    with there.database.transaction(reading=True) as session:
        return [(one.author, str(one.deed), one.about) for one in session.exec(select(AuditEntry))]


def test_a_link_signs_in_once(there: Site) -> None:
    """The second time it is unknown; and both are in the audit log."""
    link = there.link("admin")
    first, second = there.browser(), there.browser()
    assert first.post(link).url.path == "/admin/overview"
    assert second.post(link).status_code == 404
    assert deeds(there)[-2:] == [("host", "linked", "Anna de Boer"), ("Anna de Boer", "signed_in", "")]


def test_a_link_that_is_only_looked_at_is_not_used_up(there: Site) -> None:
    """Chat servers and scanners fetch every link."""
    link = there.link("admin")
    scanner = there.browser()
    for _ in range(3):
        assert scanner.get(link).status_code == 200
        assert scanner.request("HEAD", f"/admin{link}").status_code == 200
    assert COOKIE not in scanner.client.cookies
    assert there.browser().post(link).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "a" * 5000, "%00", "..%2f..%2fetc%2fpasswd", "%ff"])
def test_an_unknown_link_opens_nothing(there: Site, token: str) -> None:
    """Whatever it is."""
    browser = there.browser()
    assert browser.get(f"/enter/{token}").status_code == 404
    assert browser.post(f"/enter/{token}").status_code == 404
    assert not browser.client.cookies


def test_a_link_lasts_ten_minutes(there: Site) -> None:
    """Not a second more."""
    early, late = there.link("admin"), there.link(None)
    there.clock.goes_on(minutes=9, seconds=59)
    assert there.browser().post(early).status_code == 200
    there.clock.goes_on(seconds=1)
    assert there.browser().get(late).status_code == 404
    assert there.browser().post(late).status_code == 404


def test_a_new_link_ends_the_one_before(there: Site) -> None:
    """Of the same person; somebody else's stays."""
    first, others, second = there.link("admin"), there.link("lead"), there.link("admin")
    assert there.browser().post(first).status_code == 404
    assert there.browser().post(others).status_code == 200
    assert there.browser().post(second).status_code == 200


def test_a_session_ends_after_two_hours_without_use(there: Site) -> None:
    """With use it lasts twelve hours."""
    busy, idle = there.visitor(), there.visitor(None)
    for _ in range(7):
        there.clock.goes_on(minutes=100)
        assert busy.get("/sessions").status_code == 200
    assert idle.get("/sessions").status_code == 401
    there.clock.goes_on(minutes=21)
    assert busy.get("/sessions").status_code == 401


def test_a_browser_keeps_no_secret_that_somebody_else_gave_it(there: Site) -> None:
    """Session fixation: signing in makes a secret of our own, and ends the session that was there."""
    browser = there.visitor("reader")
    before = browser.client.cookies[COOKIE]
    browser.post(there.link("admin"))
    assert browser.client.cookies[COOKIE] != before
    thief = there.browser()
    thief.client.cookies.set(COOKIE, before)
    assert thief.get("/history").status_code == 401
    planted = there.browser()
    planted.client.cookies.set(COOKIE, "chosen-by-somebody-else")
    assert planted.post(there.link("admin")).status_code == 200
    thief.client.cookies.set(COOKIE, "chosen-by-somebody-else")
    assert thief.get("/history").status_code == 401
    given = [one.value for one in planted.client.cookies.jar if one.domain]  # what we set, beside what was planted
    assert given
    assert "chosen-by-somebody-else" not in given


def test_the_cookie_is_for_the_server_alone(there: Site) -> None:
    """No script reads it and no other site sends it along."""
    response = there.browser().request("POST", f"/admin{there.link('admin')}", follow_redirects=False)
    cookie = response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie


def test_who_loses_a_role_loses_the_session(there: Site) -> None:
    """At the next request, by the edition in force then."""
    lead = there.visitor("lead")
    admin = there.visitor("admin")
    assert lead.get("").status_code == 200
    assert lead.get("/sessions").status_code == 403  # known, and not allowed; later not known
    admin.get("/sessions")
    with there.database.transaction() as session:
        from bot.store import editions

        given = there.today
        nobody = tuple(one.model_copy(update={"lead": None}) for one in given.departments)
        editions.write(
            session,
            given.model_copy(update={"departments": nobody}),
            live=False,
            author="test",
            note="",
            now=there.clock.now,
        )
    assert lead.get("/sessions").status_code == 401
    assert admin.get("/sessions").status_code == 200


def test_who_has_no_role_gets_no_link(there: Site) -> None:
    """Neither does somebody who is not there."""
    from bot.flow.signing_in import NoRole, NoSuchPerson

    with pytest.raises(NoRole):
        there.link("nobody")
    with pytest.raises(NoSuchPerson):
        there.link("nowhere")


def test_a_session_that_is_revoked_ends(there: Site) -> None:
    """And who did it stands in the log."""
    admin, reader = there.visitor("admin"), there.visitor("reader")
    with there.database.transaction(reading=True) as session:
        (theirs,) = [one.id for one in session.exec(select(AdminSession)) if one.person == "reader"]
    admin.get("/sessions")
    assert admin.post(f"/sessions/{theirs}/revoke").status_code == 200
    assert reader.get("").status_code == 401
    assert deeds(there)[-1] == ("Anna de Boer", "revoked", "Rik Maas")


def test_leaving_ends_the_session(there: Site) -> None:
    """Also for a copy of the cookie."""
    admin = there.visitor("admin")
    copy = there.browser()
    copy.client.cookies.update(admin.client.cookies)
    admin.get("/sessions")
    assert admin.post("/leave").status_code == 200
    assert admin.get("/sessions").status_code == 401
    assert copy.get("/sessions").status_code == 401


def test_no_secret_is_kept(there: Site) -> None:
    """Links and sessions are hashes; what is in the database lets nobody in."""
    link = there.link("lead")
    admin = there.visitor("admin")
    with there.database.transaction(reading=True) as session:
        kept = [one.token for one in session.exec(select(SignInLink))]
        kept += [one.secret for one in session.exec(select(AdminSession))]
    assert link.rpartition("/")[2] not in kept
    assert admin.client.cookies[COOKIE] not in kept
    for secret in kept:
        thief = there.browser()
        thief.client.cookies.set(COOKIE, secret)
        assert thief.get("/sessions").status_code == 401
        assert thief.post(f"/enter/{secret}").status_code == 404


# --- forms of others -------------------------------------------------------------------------------------------


def post(visitor: Visitor, headers: dict[str, str], csrf: str) -> int:
    """A form that would end every session of mine."""
    return visitor.request("POST", "/admin/leave", data={"csrf": csrf}, headers=headers).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://testserver.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_sends_nothing(there: Site, headers: dict[str, str]) -> None:
    """Even with a token that is right."""
    admin = there.visitor("admin")
    csrf = fields(admin.get("/sessions"))["csrf"]
    assert post(admin, headers, csrf) == 403
    assert admin.get("/sessions").status_code == 200


@pytest.mark.parametrize("csrf", ["", "0" * 64, "é"])
def test_a_form_without_our_token_does_nothing(there: Site, csrf: str) -> None:
    """And neither does one with the token of somebody else's session."""
    admin, reader = there.visitor("admin"), there.visitor("reader")
    theirs = fields(reader.get(""))
    assert post(admin, {}, csrf) == 403
    assert post(admin, {}, theirs.get("csrf", "")) == 403
    assert admin.get("/sessions").status_code == 200


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"csrf=1", "text/plain", 400),
        (b'{"csrf": 1}', "application/json", 400),
        (b"csrf=" + b"x" * (2 * 1024 * 1024), "application/x-www-form-urlencoded", 413),
        (b"&".join(b"f%d=1" % n for n in range(5000)), "application/x-www-form-urlencoded", 400),
        (b"no boundary", "multipart/form-data", 400),
        (b"broken", "multipart/form-data; boundary=x", 400),
    ],
)
def test_what_is_no_form_of_ours_is_refused(there: Site, content: bytes, kind: str, status: int) -> None:
    """Without a trace, and without an end of the session."""
    admin = there.visitor("admin")
    assert admin.request("POST", "/admin/leave", content=content, headers={"Content-Type": kind}).status_code == status
    assert admin.get("/sessions").status_code == 200


def test_nobody_is_led_to_another_site(there: Site) -> None:
    """No redirect goes where an address, a form or a host says."""
    admin = there.visitor("admin")
    for path in ("/admin?next=//evil.example", "/admin//evil.example", "/admin/enter/x?next=https://evil.example"):
        response = admin.request("GET", path, follow_redirects=False)
        assert "evil" not in response.headers.get("location", "")
    response = admin.request("GET", "/admin", headers={"X-Forwarded-Host": "evil.example"}, follow_redirects=False)
    assert response.headers["location"] == "/admin/overview"


def test_what_was_done_is_said_only_in_our_words(there: Site) -> None:
    """An address that somebody was sent puts no words on the page."""
    admin = there.visitor("admin")
    assert "opgeslagen" in admin.get("/history?done=saved").text.casefold()
    for done in ("<script>alert(1)</script>", "call 0900-1234", "write", "saved%0d%0aX: y"):
        page = admin.get(f"/history?done={done}")
        assert 'role="status"' not in page.text
        assert "X" not in page.headers


@pytest.mark.parametrize(
    "path",
    ["../routes.py", "..%2froutes.py", "%2e%2e/templates/page.html", "....//door.py", "/etc/passwd", "admin.css%00.py"],
)
def test_only_our_style_and_script_are_served(there: Site, path: str) -> None:
    """Nothing beside the folder."""
    response = there.browser().request("GET", f"/static/admin/{path}")
    assert response.status_code in (404, 405)
    assert "import" not in response.text


def test_over_https_the_cookie_is_for_this_host_and_for_https_alone(there: Site) -> None:
    """The browser itself refuses it otherwise."""
    pages = AdminPages(
        there.database, there.klankbord.keyring, there.klankbord.platforms, there.clock, House(), secure=True
    )
    client = AsyncClient(transport=ASGITransport(application([pages])), base_url="https://testserver")
    response = there.runner.run(client.post(f"/admin{there.link('admin')}"))
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-klankbord-admin=")
    assert "Secure" in cookie
    assert "Path=/;" in cookie
    assert "Domain" not in cookie
