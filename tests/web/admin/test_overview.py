"""How it goes, in a browser: counts of everybody, and never who; a round that is withdrawn, a pilot that ends."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from bot.core.actions import decode
from bot.core.platform import Asked, Card, Tap
from bot.flow.hearing import hearing
from bot.store import editions
from bot.store.ballots import SealedBallot
from bot.store.rounds import Invitation, InvitationState, Round, RoundState
from config.deep import Deep

from .site import Site, site

EVERYBODY = ("admin", "lead", "reader", None)
PATHS: tuple[str, ...] = (
    "/overview",
    "/digests",
    "/departments",
    "/departments/ict",
    "/surveys",
    "/people",
    "/people?q=a",
    "/sessions",
)
PATHS += ("/organisation", "/history", "/history/1", "/documents", "/documents/privacy/nl")


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Site]:
    """A town that is live."""
    with site(tmp_path, live=True) as made:
        yield made


def finishes(there: Site, person: str) -> None:
    """Somebody answers that they dealt with no department: the shortest way to the end."""

    async def whole() -> None:
        hear = hearing(there.database, there.klankbord.keyring, there.clock)
        card = await hear(Asked("webchat", person))
        while card is not None and (action := _next(card)) is not None:
            card = await hear(Tap("webchat", person, action))

    there.runner.run(whole())
    with there.database.transaction(reading=True) as session:
        found = select(Invitation.state).where(Invitation.person == person)
        assert session.exec(found).one() is InvitationState.FINISHED


def _next(card: Card) -> str | None:
    found: dict[str, str] = {}
    for button in (*card.choices, *card.steps):
        action = decode(button.action)
        if action is not None:
            found.setdefault(action.verb if action.verb != "w" or "-" in action.arguments else "", button.action)
    return next((found[verb] for verb in ("begin", "w", "none", "done") if verb in found), None)


def seen(folder: Path, who: str) -> dict[tuple[str | None, str], str]:
    """What everybody with a role sees on every page, where one of the people has answered."""
    folder.mkdir()
    with site(folder, live=True) as made:
        made.opens()
        finishes(made, who)
        made.clock.goes_on(minutes=1)
        browsers = {person: made.visitor(person) for person in EVERYBODY}
        return {(person, path): _bare(browsers[person].get(path).text) for person in EVERYBODY for path in PATHS}


def _bare(page: str) -> str:
    """Without what is random on every page."""
    return re.sub(r'(name="csrf" value="|/sessions/)[0-9a-f]+', r"\1", page)


def test_no_page_tells_who_answered(tmp_path: Path) -> None:
    """Whoever of two it was, every page for every role is the same to the letter."""
    first, second = seen(tmp_path / "first", "lead"), seen(tmp_path / "second", "nobody")
    assert first.keys() == second.keys()
    for place, page in first.items():
        assert page == second[place], place


def test_how_many_are_done_is_told_in_tens(there: Site) -> None:
    """Whether nobody or three: fewer than ten."""
    there.opens()
    admin = there.visitor()
    before = _bare(admin.get("/overview").text)
    assert "loopt nu" in before
    assert "minder dan tien" in before
    for person in ("lead", "reader", "nobody"):
        finishes(there, person)
        assert _bare(admin.get("/overview").text) == before


def test_what_a_deep_cycle_takes_is_told(tmp_path: Path) -> None:
    """Before its first round and while it runs: fourteen questions about one department, instead of five about two."""
    with site(tmp_path, live=True) as made:
        admin = made.visitor()
        assert "2 afdelingen: 14 tikken" in admin.get("/overview").text

        def deepen(session: Session) -> None:
            organisation = editions.latest(session).organisation
            (survey,) = organisation.surveys
            deep = survey.model_copy(update={"deep": Deep(first=1, every=2)})
            changed = organisation.changed(surveys=(deep,))
            editions.write(session, changed, live=True, author="test", note="deep", now=made.clock())

        made.database.write_now(deepen)
        for _ in ("next", "open"):
            page = admin.get("/overview").text
            assert "Eén afdeling: 17 tikken, ongeveer 71 seconden." in page
            assert "is een langere" in page
            assert "2 afdelingen" not in page
            made.opens()


def test_a_round_is_withdrawn(there: Site) -> None:
    """Its ballots are gone uncounted; a second time there is nothing to withdraw."""
    there.opens()
    finishes(there, "nobody")
    admin = there.visitor()
    page = admin.get("/overview")
    (path,) = re.findall(r'action="/admin(/rounds/\d+/withdraw)"', page.text)
    assert "ingetrokken" in admin.post(path).text
    with there.database.transaction(reading=True) as session:
        assert session.exec(select(Round.state)).one() is RoundState.WITHDRAWN
        assert session.exec(select(func.count()).select_from(SealedBallot)).one() == 0
    assert admin.post(path).status_code == 404
    assert admin.post("/rounds/999/withdraw").status_code == 404
    assert "Trek deze ronde in" not in admin.get("/overview").text


def test_the_pilot_ends_when_nothing_is_in_the_way(tmp_path: Path) -> None:
    """The overview says what is; the button is there once all is done, and works once."""
    with site(tmp_path) as there:
        admin = there.visitor()
        complete = there.today
        admin.agrees("/organisation", admin.changes("/organisation", announced=""))
        page = admin.get("/overview")
        assert "Dit moet nog" in page.text
        assert 'action="/admin/live"' not in page.text
        assert admin.post("/live").status_code == 409
        admin.agrees("/organisation", admin.changes("/organisation", announced=str(complete.announced)))
        page = admin.get("/overview")
        assert 'action="/admin/live"' in page.text
        assert "iedereen gevraagd" in admin.post("/live").text
        assert "Het is nog proef" not in admin.get("/overview").text
        assert admin.post("/live").status_code == 409


def test_what_needs_attention_has_its_remedy(tmp_path: Path) -> None:
    """As `klankbord status` says it."""
    with site(tmp_path) as there:
        page = there.visitor().get("/overview")
        assert "Dit vraagt aandacht" in page.text
        assert "er doet niemand aan mee" in page.text
