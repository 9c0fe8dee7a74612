"""`klankbord apply` of a changed folder: what changes and from when, and whether that is what really happens.

What decides who is counted together waits for the next cycle; all else holds at once.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlmodel import Session

from bot.store import editions
from bot.store.database import Database
from config.organisation import Organisation

from .desk import DATABASE, Desk

LINE = re.compile(r"^(?P<what>\S+): (?P<before>.*) → (?P<after>.*) \((?P<when>at once|from the next cycle)\)$")
ICT, SURVEY = "departments/ict.toml", "surveys/staff.toml"


@contextmanager
def reading(desk: Desk) -> Iterator[Session]:
    """The database, to read."""
    database = Database(desk.folder / DATABASE)
    with database.transaction(reading=True) as session:
        yield session
    database.close()


def told(output: str) -> dict[str, tuple[str, str, str]]:
    """What changes: before, after and when."""
    found = [match for line in output.splitlines() if (match := LINE.match(line))]
    return {match["what"]: (match["before"], match["after"], match["when"]) for match in found}


@dataclass(frozen=True)
class Edit:
    """One change in one file, the place that is told, and what it is about in the organisation."""

    file: str
    old: str
    new: str
    place: str
    seen: Callable[[Organisation], object]


AT_ONCE = [
    Edit("organisation.toml", "gemeente Voorbeeld", "gemeente Elders", "name", lambda o: o.name),
    Edit("organisation.toml", "Sanne Verhoeven", "Bas Smit", "contact.name", lambda o: o.contact.name),
    Edit("organisation.toml", "announced = 2026-08-18", "announced = 2026-08-19", "announced", lambda o: o.announced),
    Edit("organisation.toml", "17:30:00", "17:00:00", "quiet.from", lambda o: o.quiet.from_),
    Edit(ICT, '"webchat:#ict"', '"webchat:#it"', "departments.ict.channel", lambda o: o.by_key["ict"].channel),
    Edit(ICT, '"p-lead-ict"', '"p-lead-2"', "departments.ict.lead", lambda o: o.by_key["ict"].lead),
    Edit(SURVEY, "draw = 2", "draw = 2\npaused = true", "surveys.staff.paused", lambda o: o.surveys[0].paused),
    Edit(
        ICT,
        "nieuwe laptops en",
        "oude laptops en",
        "departments.ict.card.working_on.nl",
        lambda o: o.by_key["ict"].card,
    ),
    Edit(
        ICT,
        'nl = "Storingen"',
        'nl = "Kapot"',
        "departments.ict.services.fault.name.nl",
        lambda o: o.by_key["ict"].service_name("fault", "nl"),
    ),
    Edit(
        ICT,
        "Apparaten en programma's die werken",
        "Alles doet het",
        "departments.ict.themes.systems.name.nl",
        lambda o: o.by_key["ict"].theme_name("systems", "nl"),
    ),
]

NEXT_CYCLE = [
    Edit("organisation.toml", "threshold = 10", "threshold = 12", "threshold", lambda o: o.threshold),
    Edit(SURVEY, "cohorts     = 4", "cohorts     = 2", "surveys.staff.rhythm.cohorts", lambda o: o.surveys[0].rhythm),
    Edit(SURVEY, "draw = 2", "draw = 3", "surveys.staff.draw", lambda o: o.surveys[0].draw),
    Edit(
        SURVEY,
        "Hoe goed heeft {department} je geholpen?",
        "Hoe hielp {department} je?",
        "surveys.staff.received.ask.nl",
        lambda o: o.surveys[0].received,
    ),
    Edit(
        SURVEY,
        '{ nl = "matig",      en = "moderate" }',
        '{ nl = "zozo", en = "moderate" }',
        "surveys.staff.received.labels.1.nl",
        lambda o: o.surveys[0].received,
    ),
    Edit(
        SURVEY,
        'kind = "expected"',
        'kind = "better_same_worse"',
        "surveys.staff.extra.expected.kind",
        lambda o: o.surveys[0].extra[1].kind,
    ),
    Edit(ICT, "share   = 0.70", "share   = 0.60", "departments.ict.share", lambda o: o.by_key["ict"].share),
    Edit(
        ICT,
        'key    = "meeting"',
        'key    = "video"',
        "departments.ict.services.meeting",
        lambda o: [service.key for service in o.by_key["ict"].services],
    ),
]


def ids(edits: list[Edit]) -> list[str]:
    """The places, as names of the tests."""
    return [edit.place for edit in edits]


def test_applying_twice_changes_nothing(office: Desk) -> None:
    """The second time it says so, and no edition is written; nor for a comment."""
    before = office.everything()
    done = office.command("apply", "town", "--yes")
    assert (done.code, done.out) == (0, "Nothing changes: edition 1 is the same.\n")
    assert office.everything() == before
    office.change("town/organisation.toml", "# The organisation", "# Our organisation")
    assert office.command("apply", "town", "--yes").out == done.out


def test_the_first_time_shows_no_changes(desk: Desk) -> None:
    """There is nothing to compare with: the edition, and that it is a pilot."""
    desk.command("init", "town")
    done = desk.command("apply", "town", "--yes")
    assert told(done.out) == {}
    assert "Edition 1 has been recorded." in done.out
    assert "It is still a pilot" in done.out


@pytest.mark.parametrize("edit", AT_ONCE, ids=ids(AT_ONCE))
def test_this_holds_at_once(office: Desk, edit: Edit) -> None:
    """It is told with the old and the new value, and a cycle under way sees the new one."""
    office.change(f"town/{edit.file}", edit.old, edit.new)
    done = office.command("apply", "town", "--yes")
    assert done.code == 0
    assert list(told(done.out)) == [edit.place]
    assert told(done.out)[edit.place][2] == "at once"
    assert "Edition 2 has been recorded." in done.out
    with reading(office) as session:
        within, began = editions.within_cycle(session, 1), session.get_one(editions.Edition, 1).organisation
        assert edit.seen(within) == edit.seen(editions.latest(session).organisation) != edit.seen(began)


@pytest.mark.parametrize("edit", NEXT_CYCLE, ids=ids(NEXT_CYCLE))
def test_this_waits_for_the_next_cycle(office: Desk, edit: Edit) -> None:
    """It is told with the old and the new value, and a cycle under way does not see it; the next one does."""
    office.change(f"town/{edit.file}", edit.old, edit.new)
    done = office.command("apply", "town", "--yes")
    assert done.code == 0
    assert told(done.out)[edit.place][2] == "from the next cycle"
    assert {when for _, _, when in told(done.out).values()} == {"from the next cycle"}
    with reading(office) as session:
        within, began = editions.within_cycle(session, 1), session.get_one(editions.Edition, 1).organisation
        assert edit.seen(within) == edit.seen(began) != edit.seen(editions.latest(session).organisation)


def test_before_and_after_are_shown(office: Desk) -> None:
    """The values themselves, with a dash where there was none or is none any more."""
    office.change("town/organisation.toml", "threshold = 10", "threshold = 12")
    office.change(f"town/{ICT}", 'channel = "webchat:#ict"\n', "")
    changes = told(office.command("apply", "town", "--yes").out)
    assert changes["threshold"] == ("10", "12", "from the next cycle")
    assert changes["departments.ict.channel"] == ("webchat:#ict", "—", "at once")


def test_a_department_that_goes_is_one_line(office: Desk) -> None:
    """It stays in the cycle under way, so its answers can still be told; then it is gone."""
    (office.folder / "town/departments/ict.toml").unlink()
    changes = told(office.command("apply", "town", "--yes").out)
    assert changes == {"departments.ict": ("✓", "—", "from the next cycle")}
    with reading(office) as session:
        assert "ict" in editions.within_cycle(session, 1).by_key
        assert "ict" not in editions.latest(session).organisation.by_key


def test_a_department_that_comes_is_one_line(office: Desk) -> None:
    """Nobody in the cycle under way is asked about it."""
    text = (office.folder / "town/departments/ict.toml").read_text(encoding="utf-8")
    text = text.replace('= "ICT"', '= "Archief"').replace("webchat:#ict", "webchat:#archief")
    (office.folder / "town/departments/archief.toml").write_text(text, encoding="utf-8")
    changes = told(office.command("apply", "town", "--yes").out)
    assert changes == {"departments.archief": ("—", "✓", "from the next cycle")}
    with reading(office) as session:
        assert "archief" not in editions.within_cycle(session, 1).by_key
        assert "archief" in editions.latest(session).organisation.by_key


def test_each_change_has_its_own_moment(office: Desk) -> None:
    """A name and a question in one go: two lines, two moments, one edition."""
    office.change(f"town/{ICT}", '= "ICT"', '= "Automatisering"')
    office.change(f"town/{SURVEY}", "Wat miste je het meest?", "Wat miste je?")
    done = office.command("apply", "town", "--yes")
    assert {what: when for what, (_, _, when) in told(done.out).items()} == {
        "departments.ict.name.nl": "at once",
        "departments.ict.name.en": "at once",
        "surveys.staff.missed.ask.nl": "from the next cycle",
    }
    assert "Edition 2 has been recorded." in done.out
    assert "edition 2" in office.command("status").out


def test_in_dutch(office: Desk) -> None:
    """The same in the other language."""
    office.change("town/organisation.toml", "threshold = 10", "threshold = 12")
    office.change("town/organisation.toml", "gemeente Voorbeeld", "gemeente Elders")
    done = office.command("apply", "town", "--yes", "--language", "nl")
    assert "threshold: 10 → 12 (vanaf de volgende cyclus)" in done.out
    assert "name: gemeente Voorbeeld → gemeente Elders (meteen)" in done.out
    assert "Editie 2 is vastgelegd." in done.out


@pytest.mark.parametrize(("threshold", "said"), [("6", "at least 7"), ("0", "at least 7"), ("101", "at most 100")])
def test_a_threshold_outside_its_limits_is_refused(office: Desk, threshold: str, said: str) -> None:
    """Not even an admin can make a figure about fewer than ten people."""
    office.change("town/organisation.toml", "threshold = 10", f"threshold = {threshold}")
    before = office.everything()
    done = office.command("apply", "town", "--yes")
    assert (done.code, done.out) == (2, "")
    assert "organisation.toml:10: threshold" in done.err
    assert said in done.err
    assert office.everything() == before


def test_who_and_why_are_kept(office: Desk) -> None:
    """An edition knows who made it, why, and whether it is live; the one before it is still there, unchanged."""
    office.command("live", "--yes")
    with reading(office) as session:
        first = session.get_one(editions.Edition, 1)
    office.change("town/organisation.toml", "gemeente Voorbeeld", "gemeente Elders")
    done = office.command("apply", "town", "--yes", "--note", "merged with the neighbours")
    assert "pilot" not in done.out
    with reading(office) as session:
        edition = editions.latest(session)
        assert (edition.number, edition.live, edition.note) == (3, True, "merged with the neighbours")
        assert edition.author
        assert session.get_one(editions.Edition, 1) == first


@pytest.mark.parametrize(
    ("file", "first", "second", "place"),
    [
        (SURVEY, '[[extra]]\nkey  = "expected"', '[[extra]]\nkey  = "halfyear"', "surveys.staff.extra"),
        (ICT, '[[services]]\nkey    = "login"', '[[services]]\nkey    = "fault"', "departments.ict.services"),
    ],
)
def test_another_order_is_a_change(office: Desk, file: str, first: str, second: str, place: str) -> None:
    """The order of extra questions decides which cycle asks which; that of services is the order of the buttons."""
    path = office.folder / "town" / file
    text = path.read_text(encoding="utf-8")
    begin, middle = text.index(first), text.index(second)
    end = text.index("\n[[", middle + 2) + 1
    path.write_text(text[:begin] + text[middle:end] + text[begin:middle] + text[end:], encoding="utf-8")
    done = office.command("apply", "town", "--yes")
    assert {what: when for what, (_, _, when) in told(done.out).items()} == {place: "from the next cycle"}
    assert "Edition 2 has been recorded." in done.out
