"""Whatever an organisation, its people and its admins are called, their words are words on every page."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.store.people import Person
from config import EXAMPLE
from config.load import read
from config.organisation import Organisation

from .site import Site, fields, roles, site

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
PATHS: tuple[str, ...] = (
    "/overview",
    "/digests",
    "/departments",
    "/departments/ict",
    "/departments/new",
    "/surveys",
    "/organisation",
)
PATHS += ("/surveys/staff/questions", "/surveys/staff/rhythm", "/people", "/people?q=alert", "/history", "/history/1")
PATHS += ("/history/2", "/sessions", "/documents", "/overview?done=<script>alert(1)</script>")
PATHS += tuple(f"/documents/{name}/{tongue}" for name in ("privacy", "intranet", "it") for tongue in ("nl", "en"))


def hostile(content: Any) -> Any:
    """Every text for people, with something behind it."""
    if isinstance(content, dict):
        return {k: f"{v}{EVIL}" if k in ("nl", "en", "reach") else hostile(v) for k, v in content.items()}
    return [hostile(one) for one in content] if isinstance(content, list) else content


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A town whose every word is one of those."""
    content = hostile(read(EXAMPLE).model_dump(mode="json", by_alias=True, exclude_none=True))
    content |= {"name": f"Voorbeeld{EVIL}", "contact": {"name": EVIL, "reach": EVIL}}
    given = roles(Organisation.model_validate_json(json.dumps(content)))
    with site(tmp_path_factory.mktemp("town"), given) as made:
        with made.database.transaction() as session:
            for person in ("admin", "lead"):
                session.get_one(Person, person).name = f"Anna{EVIL}"
        yield made


def test_no_word_is_html(there: Site) -> None:
    """On no page, for no admin; the words are there, as words."""
    admin = there.visitor("admin")
    admin.agrees("/organisation", admin.changes("/organisation", name=f"Elders{EVIL}"), note=EVIL)
    for path in PATHS:
        page = admin.get(path).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
    assert "&lt;script&gt;" in admin.get("/departments").text
    assert EVIL in fields(admin.get("/departments/ict"))["name.nl"]


def test_a_file_with_such_names_is_shown_as_words(there: Site) -> None:
    """Also where a row cannot be used."""
    admin = there.visitor(None)
    admin.get("/people")
    content = f'key,name\ngood,"{EVIL.replace(chr(34), chr(34) * 2)}"\n<script>alert(1)</script>,x\n'
    file = {"file": ("<script>alert(1)</script>.csv", content.encode(), "text/csv")}
    page = admin.request("POST", "/admin/people/import", data={"csrf": admin.csrf}, files=file)
    assert page.status_code == 422
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text


@pytest.mark.parametrize(
    "more", [b"name=a&name=b", b"name=%ED%A0%80", b"name=%FF%FE", b"name=" + b"%0A" * 9, b"n\xc3\xa9=1", b"=&=&a"]
)
def test_a_form_with_broken_letters_or_a_field_twice_is_answered(there: Site, more: bytes) -> None:
    """As a form of ours that is wrong, or as none; nothing is saved."""
    admin, before = there.visitor("admin"), there.today
    admin.get("/organisation")
    content = b"csrf=" + admin.csrf.encode() + b"&" + more
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert admin.request("POST", "/admin/organisation", content=content, headers=kind).status_code in (400, 422)
    assert there.today == before
