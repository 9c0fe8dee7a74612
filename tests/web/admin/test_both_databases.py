"""The admin pages on SQLite and on PostgreSQL: what reaches into the database does so on both."""

import asyncio
from pathlib import Path

from sqlmodel import select

from bot.flow import signing_in
from bot.store.audit import AuditEntry
from bot.store.people import Person
from bot.store.signin import AdminSession

from .site import Site, fields, site

CSV = "key,name\nnew,Nina Nieuw\n"


def place(where: Path | str) -> Path | str:
    """The folder of a file, or a URL."""
    return where.parent if isinstance(where, Path) else where


def test_of_two_who_come_with_one_link_one_comes_in(where: Path | str) -> None:
    """At the same moment, as often as it is tried."""
    with site(place(where)) as there:
        for _ in range(5):
            there.runner.run(_both(there))
        with there.database.transaction(reading=True) as session:
            assert len(session.exec(select(AdminSession)).all()) == 5


async def _both(there: Site) -> None:
    with there.database.transaction() as session:
        token = signing_in.link(session, "reader", "host", there.clock.now)
    enter = [there.database.write(signing_in.enter, token, there.clock.now) for _ in range(2)]
    secrets = await asyncio.gather(*enter)
    assert sum(secret is not None for secret in secrets) == 1


def test_an_admin_does_a_days_work(where: Path | str) -> None:
    """Signs in, changes a department, imports somebody, finds them, reads the log, and leaves."""
    with site(place(where)) as there:
        admin = there.visitor()
        admin.agrees("/departments/ict", admin.changes("/departments/ict", name__nl="Automatisering"))
        admin.get("/people")
        file = {"file": ("people.csv", CSV.encode(), "text/csv")}
        seen = admin.request("POST", "/admin/people/import", data={"csrf": admin.csrf}, files=file)
        admin.post("/people/import", fields(seen))
        assert "Nina Nieuw" in admin.request("GET", "/admin/people", params={"q": "NINA"}).text
        for path in ("/overview", "/digests", "/departments", "/surveys", "/organisation", "/history", "/documents"):
            assert admin.get(path).status_code == 200
        log = admin.get("/sessions").text
        assert "sloeg editie 2 op" in log
        assert "veranderde de lijst van mensen; hoeveel: 1" in log
        admin.post("/digests/export/csv")
        admin.get("/sessions")
        assert admin.post("/leave").status_code == 200
        with there.database.transaction(reading=True) as session:
            assert session.get(Person, "new") is not None
            deeds = [str(one.deed) for one in session.exec(select(AuditEntry).order_by(AuditEntry.number))]  # type: ignore[arg-type]
        assert deeds == ["linked", "signed_in", "edition", "people", "exported", "signed_out"]


def test_who_is_removed_is_signed_out(where: Path | str) -> None:
    """With their links, by the database itself."""
    with site(place(where)) as there:
        lead, waiting = there.visitor("lead"), there.link("reader")
        with there.database.transaction() as session:
            for key in ("lead", "reader"):
                session.delete(session.get_one(Person, key))
        assert lead.get("/digests").status_code == 401
        assert there.browser().post(waiting).status_code == 404
