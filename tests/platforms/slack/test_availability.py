"""Who is away is asked later, without a call for each person; who cannot be read is asked as if they were there."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.platform import Postponed
from bot.platforms.slack.availability import FRESH, LONGEST, WHILE
from bot.platforms.slack.settings import SlackSettings
from tests.platforms.slack.faults import Kind
from tests.platforms.slack.mail import PostOffice, post_office, question

AWAY = ("vakantie", "vrij", "on leave", ":palm_tree:", "🌴")
HOUR = 60 * 60.0


async def after(office: PostOffice, user: str = "UANNA") -> timedelta | None:
    """How much later somebody is asked; None where they got the question."""
    try:
        await office.sending.send(question(user))
    except Postponed as postponed:
        return postponed.after
    return None


@pytest.mark.parametrize(
    ("text", "emoji", "expires", "later"),
    [
        ("", "", 0, None),
        ("Vergadering", ":calendar:", HOUR, None),
        ("Op VAKANTIE!", "", 2 * HOUR, timedelta(hours=2)),
        ("", ":palm_tree:", HOUR, timedelta(hours=1)),
        ("🌴", "", HOUR, timedelta(hours=1)),
        ("On leave", "", 0, timedelta(seconds=WHILE)),
        ("vakantie", "", 30 * 24 * HOUR, LONGEST),  # looked at again each day: people come back early
        ("vakantie", "", -HOUR, None),  # it was
        ("vrijdag thuis", "", HOUR, None),  # another word
        ("vrijwilliger, coördinator", "", HOUR, None),
    ],
)
def test_a_status(text: str, emoji: str, expires: float, later: timedelta | None) -> None:
    """Whole words in text or emoji; until the status ends, where it says when."""

    async def walk() -> None:
        async with post_office(AWAY) as office:
            anna = office.workspace.users["UANNA"]
            anna.status_text, anna.status_emoji = text, emoji
            anna.status_expiration = int(office.clock[0] + expires) if expires else 0
            assert await after(office) == later
            assert len(office.posts("DANNA")) == (later is None)

    asyncio.run(walk())


def test_the_words_of_the_settings_do() -> None:
    """As they are when nobody sets them."""
    words = SlackSettings(_env_file=None).away_words
    assert {"vakantie", "verlof", "holiday", "vacation", ":palm_tree:"} <= set(words)


def test_statuses_are_read_once_a_quarter() -> None:
    """However many are asked, at once or one after another; old ones are not believed by a clock set back."""

    async def walk() -> None:
        async with post_office(AWAY, per_channel=None) as office:
            for number in range(40):
                office.workspace.user(f"U{number}", f"P{number}", status_text="vakantie" if number % 2 else "")
            found = await asyncio.gather(*(after(office, f"U{number}") for number in range(40)))
            assert [one is None for one in found] == [number % 2 == 0 for number in range(40)]
            assert office.workspace.calls["users.list"] == 1
            for later, times in ((FRESH - 1, 1), (1, 2), (-5 * FRESH, 3)):
                office.clock[0] += later
                await after(office, "U0")
                assert office.workspace.calls["users.list"] == times
            assert not office.workspace.calls["users.info"]

    asyncio.run(walk())


def test_who_came_back_is_asked() -> None:
    """The status is gone at the next look."""

    async def walk() -> None:
        async with post_office(AWAY) as office:
            office.workspace.users["UANNA"].status_text = "vakantie"
            assert await after(office) is not None
            office.workspace.users["UANNA"].status_text = ""
            office.clock[0] += FRESH
            assert await after(office) is None

    asyncio.run(walk())


@pytest.mark.parametrize(("dnd", "later"), [(True, timedelta(hours=3)), (False, None)])
def test_do_not_disturb(dnd: bool, later: timedelta | None) -> None:
    """Only where it is asked for; fifty people in one call."""

    async def walk() -> None:
        async with post_office(dnd=dnd) as office:
            for number in range(120):
                office.workspace.user(f"U{number}", f"P{number}")
            office.workspace.users["UANNA"].dnd = office.clock[0] + 3 * HOUR
            assert await after(office) == later
            assert await after(office, "U7") is None
            assert office.workspace.calls["dnd.teamInfo"] == (3 if dnd else 0)
            assert office.workspace.calls["users.list"] == (1 if dnd else 0)

    asyncio.run(walk())


@pytest.mark.parametrize(
    ("kind", "value"), [("http500", None), ("error", "missing_scope"), ("lost", None), ("error", "internal_error")]
)
@pytest.mark.parametrize("method", ["users.list", "dnd.teamInfo"])
def test_who_cannot_be_read_is_asked(method: str, kind: Kind, value: object) -> None:
    """And Slack is not asked again and again."""

    async def walk() -> None:
        async with post_office(AWAY, dnd=True) as office:
            office.workspace.fails(method, kind, value, 5)
            assert await after(office) is None
            office.workspace.user("UBRAM", "Bram")
            assert await after(office, "UBRAM") is None
            assert len(office.workspace.faults) == (3 if kind == "lost" else 4)  # aiohttp looks once more by itself

    asyncio.run(walk())


@pytest.mark.parametrize(("holiday", "snooze"), [(1, 3), (3, 1)])
def test_the_later_of_two_counts(holiday: int, snooze: int) -> None:
    """On holiday, and not to be disturbed; in hours."""

    async def walk() -> None:
        async with post_office(AWAY, dnd=True) as office:
            anna = office.workspace.users["UANNA"]
            anna.status_text, anna.status_expiration = "vakantie", int(office.clock[0] + holiday * HOUR)
            anna.dnd = office.clock[0] + snooze * HOUR
            assert await after(office) == timedelta(hours=3)

    asyncio.run(walk())


def test_what_could_be_read_holds() -> None:
    """Statuses were read, do-not-disturb could not be."""

    async def walk() -> None:
        async with post_office(AWAY, dnd=True) as office:
            office.workspace.users["UANNA"].status_text = "vakantie"
            office.workspace.fails("dnd.teamInfo", "error", "missing_scope")
            assert await after(office) == timedelta(seconds=WHILE)

    asyncio.run(walk())
