"""Delivery and Slack together: the real Sender on a real database, killed and begun anew, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.core.platform import Refusal
from bot.core.wave_end import Hours
from bot.flow.attention import Matter, attention
from bot.flow.backlog import Sending
from bot.flow.delivery import Sender
from bot.platforms.slack import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.store import outbox
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.people import Account
from tests.platforms.slack.faults import Kind as FaultKind
from tests.platforms.slack.records import BOT
from tests.platforms.slack.server import FakeSlack, fake_slack
from tests.platforms.slack.test_sending import until
from tests.platforms.slack.workspace import APP_TOKEN, BOT_TOKEN, Workspace
from tests.scenarios.town import Town, organisation, town

HR, ADMINS = "CHR", "CADMIN"
PEOPLE = {"anna": "UANNA", "bram": "W0BRAM"}
HOUR = timedelta(hours=1)


@dataclass
class Delivery:
    """A town whose colleagues and channels are on a fake Slack."""

    slack: FakeSlack
    town: Town
    sender: Sender

    @property
    def workspace(self) -> Workspace:
        """What is there."""
        return self.slack.workspace

    async def begin_anew(self) -> None:
        """Another process on the same database, which knows nothing of the first."""
        klankbord = self.town.klankbord
        platform = Slack(settings(self.slack))
        self.sender = Sender(klankbord.roles.duty("send:slack"), platform, klankbord.keyring, klankbord.now)

    async def digest(self) -> None:
        """A message for HR is due, in office hours."""
        self.town.clock.now = self.town.times.opens_at
        row = OutgoingRow(
            id="digest:1:hr",
            kind=Kind.DIGEST,
            platform="slack",
            address=HR,
            lines=["**HR** · 23 collega's gaven antwoord."],
            details=["Detail"],
            department="hr",
            not_before=self.town.clock.now,
        )
        await self.town.klankbord.database.write(outbox.put, row)

    async def passes(self, after: timedelta = timedelta()) -> None:
        """So much later, what is due is sent."""
        self.town.clock.now += after
        await self.sender.send_due()

    def rows(self, kind: Kind) -> list[OutgoingRow]:
        """The messages of a kind."""
        with self.town.klankbord.database.transaction(reading=True) as session:
            return list(session.exec(select(OutgoingRow).where(OutgoingRow.kind == kind)))

    def reachable(self) -> set[bool]:
        """Whether accounts are."""
        with self.town.klankbord.database.transaction(reading=True) as session:
            return set(session.exec(select(Account.reachable)))

    def matters(self) -> list[Matter]:
        """What `klankbord status` says of channels and platforms."""
        klankbord = self.town.klankbord
        sending = Sending({}, Hours.of(organisation("slack")))
        with klankbord.database.transaction(reading=True) as session:
            found = attention(session, klankbord.now(), klankbord.keyring, sending)
        return [one for one in found if one.what in ("held", "admin_channel", "paused")]

    def said(self, channel: str) -> int:
        """How many messages stand in a channel, without their threads."""
        return sum(not one.thread for one in self.workspace.at(channel))


def settings(slack: FakeSlack) -> SlackSettings:
    """Of nobody's environment."""
    return SlackSettings(_env_file=None, bot_token=BOT_TOKEN, app_token=APP_TOKEN, api_url=slack.api, away="")


@asynccontextmanager
async def delivery(folder: Path) -> AsyncIterator[Delivery]:
    """It runs; nothing is due yet."""
    async with fake_slack() as slack:
        for name, user in PEOPLE.items():
            slack.workspace.user(user, name.capitalize())
        for channel in (HR, ADMINS):
            slack.workspace.channel(channel, "UANNA")
        platform = Slack(settings(slack))
        channels = {"hr": HR, "admin": ADMINS}
        made = town(folder, PEOPLE, "slack", lambda _database, _now: platform, channels)
        await made.klankbord.keep_roles()
        yield Delivery(slack, made, made.klankbord.senders["slack"])
        made.klankbord.database.close()


def played(folder: Path, walk: Callable[[Delivery], Awaitable[None]]) -> None:
    """One walk."""

    async def whole() -> None:
        async with delivery(folder) as made:
            await walk(made)

    asyncio.run(whole())


@pytest.mark.parametrize("kill", [1, 2])
def test_killed_between_accept_and_mark(tmp_path: Path, kill: int) -> None:
    """A digest, after its first post and after its details: the next process finds it, and posts what is missing."""

    async def walk(made: Delivery) -> None:
        await made.digest()
        task = asyncio.create_task(made.passes())
        await until(lambda: len(made.workspace.at(HR)) == kill)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert [row.state for row in made.rows(Kind.DIGEST)] == [OutgoingState.SENDING]
        await made.begin_anew()
        await made.passes()
        await made.passes(HOUR)
        (row,) = made.rows(Kind.DIGEST)
        posts = made.workspace.at(HR)
        assert (row.state, row.reference) == (OutgoingState.SENT, f"{HR}:{posts[0].ts}")
        assert [bool(post.thread) for post in posts] == [False, True]

    played(tmp_path, walk)


def test_questions_killed_between_accept_and_mark(tmp_path: Path) -> None:
    """Also to an Enterprise user: each has the question once."""

    async def walk(made: Delivery) -> None:
        made.town.clock.now = made.town.times.opens_at
        await made.town.klankbord.tick()
        task = asyncio.create_task(made.passes())
        await until(lambda: bool(made.workspace.messages))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await made.begin_anew()
        for _ in range(2):
            await made.passes(timedelta(minutes=1))
        assert {row.state for row in made.rows(Kind.INVITATION)} == {OutgoingState.SENT}
        assert (made.said("DANNA"), made.said("D0BRAM")) == (1, 1)

    played(tmp_path, walk)


@pytest.mark.parametrize("kind", ["lost", "http500", "ratelimited"])
def test_an_answer_that_does_not_come(tmp_path: Path, kind: FaultKind) -> None:
    """Looked up and not repeated; or sent later, where Slack said so."""

    async def walk(made: Delivery) -> None:
        await made.digest()
        made.workspace.fails("chat.postMessage", kind)
        await made.passes()
        await asyncio.sleep(1)  # Retry-After is of the real clock
        await made.passes(HOUR)
        assert [row.state for row in made.rows(Kind.DIGEST)] == [OutgoingState.SENT]
        assert (made.said(HR), made.said(ADMINS)) == (1, 0)

    played(tmp_path, walk)


CHANGES: dict[Refusal, Callable[[Workspace], None]] = {
    Refusal.ARCHIVED: lambda space: setattr(space.channels[HR], "archived", True),
    Refusal.PUBLIC: lambda space: setattr(space.channels[HR], "private", False),
    Refusal.GUESTS: lambda space: space.channels[HR].members.add(space.user("UG", "Guest", guest=True).id),
    Refusal.UNKNOWN: lambda space: space.channels[HR].members.discard(BOT),
}


@pytest.mark.parametrize("reason", CHANGES)
def test_a_channel_that_cannot_have_it_and_back(tmp_path: Path, reason: Refusal) -> None:
    """The administrators read it once, with the remedy; the digest waits, and comes when the channel is mended."""

    async def walk(made: Delivery) -> None:
        channel = made.workspace.channels[HR]
        before = {**vars(channel), "members": set(channel.members)}
        CHANGES[reason](made.workspace)
        await made.digest()
        for _ in range(3):
            await made.passes(HOUR)
        assert (made.said(HR), made.said(ADMINS)) == (0, 1)
        assert [matter.remedy for matter in made.matters()] == [f"notice.held_{reason}"]
        vars(channel).update(before)
        await made.passes(HOUR)
        assert (made.said(HR), made.said(ADMINS)) == (1, 1)
        assert made.matters() == []

    played(tmp_path, walk)


@pytest.mark.parametrize("how", ["revoked", "scope"])
def test_a_token_that_does_not_do_any_more(tmp_path: Path, how: str) -> None:
    """Slack is left alone, nobody is unreachable, no try is lost; with a good token everything goes out, once."""

    async def walk(made: Delivery) -> None:
        token, scopes = made.workspace.token, set(made.workspace.scopes)
        made.workspace.token = "xoxb-another" if how == "revoked" else token
        made.workspace.scopes -= set() if how == "revoked" else {"chat:write"}
        made.town.clock.now = made.town.times.opens_at
        await made.town.klankbord.tick()
        for _ in range(4):
            await made.passes(timedelta(minutes=2))
        assert made.reachable() == {True}
        assert {row.tries for row in made.rows(Kind.INVITATION)} == {0}
        assert [matter.remedy for matter in made.matters()] == [f"notice.paused_{how}"]
        made.workspace.token, made.workspace.scopes = token, scopes
        if how == "scope":
            made.workspace.forgive("missing_scope")
        for _ in range(3):
            await made.passes(timedelta(minutes=16))
        assert (made.said("DANNA"), made.said("D0BRAM"), made.said(ADMINS)) == (1, 1, 1)
        assert made.matters() == []

    played(tmp_path, walk)


def test_who_left_is_not_asked_again(tmp_path: Path) -> None:
    """That is about one person: the other has the question, and the administrators are told."""

    async def walk(made: Delivery) -> None:
        made.workspace.users["UANNA"].deleted = True
        made.town.clock.now = made.town.times.opens_at
        await made.town.klankbord.tick()
        for _ in range(2):
            await made.passes(timedelta(minutes=1))
        assert made.reachable() == {True, False}
        assert (made.said("D0BRAM"), made.said(ADMINS)) == (1, 1)
        assert made.matters() == []

    played(tmp_path, walk)
