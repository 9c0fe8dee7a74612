"""The messages as they were posted, for who may read them: a lead reads of one department, and of no other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.flow.organisation_digest import BOARD, EVERYONE
from bot.store import outbox
from bot.store.outbox import Kind, OutgoingRow

from .site import LED, Site, site

WORDS = {f"{BOARD}:1": "boven het midden", f"{EVERYONE}:1": "dank je wel", f"waiting:1:{LED}": "nog geen cijfer"}


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Site]:
    """A town in which a cycle was told."""
    with site(tmp_path, live=True) as made:
        with made.database.transaction() as session:
            for id_, words in WORDS.items():
                department = LED if id_.endswith(LED) else None
                row = OutgoingRow(
                    id=id_,
                    kind=Kind.DIGEST,
                    platform="webchat",
                    address="#somewhere",
                    lines=[words],
                    department=department,
                    not_before=made.clock.now,
                )
                outbox.put(session, row)
        yield made


@pytest.mark.parametrize(
    ("person", "path", "read"),
    [
        ("admin", "/digests", set(WORDS)),
        ("reader", "/digests", set(WORDS)),
        ("lead", "/digests", {f"waiting:1:{LED}"}),
        ("admin", f"/digests?department={LED}", {f"waiting:1:{LED}"}),
        ("lead", "/digests?department=", {f"waiting:1:{LED}"}),
    ],
)
def test_who_reads_which_messages(there: Site, person: str, path: str, read: set[str]) -> None:
    """Those about a whole cycle stand under the name of the organisation, and are of no pilot."""
    page = there.visitor(person).get(path)
    assert page.status_code == 200
    assert {id_ for id_, words in WORDS.items() if words in page.text} == read
    headings = page.text.count(f">{there.today.name}</h2>")
    assert headings == len(read & {f"{BOARD}:1", f"{EVERYONE}:1"})
    assert "· proef" not in page.text
