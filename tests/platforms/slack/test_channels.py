"""A channel gets messages only where no stranger reads them; what is the matter is said in shared words."""

import asyncio
from collections.abc import Callable

import pytest

from bot.core.platform import Refusal, SendFailed
from bot.platforms.slack.channels import GOOD_FOR, GUESTS_FOR, Channels
from tests.platforms.slack.mail import HR, PostOffice, digest, post_office
from tests.platforms.slack.records import BOT


def a_guest(office: PostOffice) -> None:
    """Somebody who only visits is in it."""
    office.workspace.user("UGUEST", "Guest", guest=True)
    office.workspace.channels[HR].members.add("UGUEST")


def changed(**attributes: bool) -> Callable[[PostOffice], None]:
    """The channel is otherwise."""

    def change(office: PostOffice) -> None:
        for name, value in attributes.items():
            setattr(office.workspace.channels[HR], name, value)

    return change


PROBLEMS: dict[Refusal, list[Callable[[PostOffice], None]]] = {
    Refusal.ARCHIVED: [changed(archived=True)],
    Refusal.PUBLIC: [changed(private=False)],
    Refusal.GUESTS: [a_guest, changed(shared=True)],
    Refusal.UNKNOWN: [
        lambda office: office.workspace.channels[HR].members.discard(BOT),  # we do not see what we are not in
        lambda office: office.workspace.channels.clear(),
    ],
    Refusal.NOT_ALLOWED: [changed(read_only=True)],
    Refusal.SCOPE: [lambda office: office.workspace.scopes.difference_update(("groups:read", "channels:read"))],
}


@pytest.mark.parametrize(("reason", "breaks"), [(r, b) for r, many in PROBLEMS.items() for b in many])
def test_what_is_the_matter(reason: Refusal, breaks: Callable[[PostOffice], None]) -> None:
    """Nothing is posted; it is this channel's matter alone; and when it is mended the digest comes."""

    async def walk() -> None:
        async with post_office() as office:
            channel = office.workspace.channels[HR]
            before, scopes = {**vars(channel), "members": set(channel.members)}, set(office.workspace.scopes)
            breaks(office)
            for _ in range(2):
                with pytest.raises(SendFailed) as failed:
                    await office.sending.send(digest())
                error = failed.value
                assert (error.reason, error.permanent, error.everywhere) == (reason, True, False)
            assert office.workspace.messages == []
            if reason is Refusal.SCOPE:
                office.workspace.forgive("missing_scope")
            vars(channel).update(before)
            office.workspace.channels[HR], office.workspace.scopes = channel, scopes
            await office.sending.send(digest())
            assert office.digest_in() == (1, 1, 1)

    asyncio.run(walk())


def test_guests_are_found_in_a_large_workspace() -> None:
    """On whatever page they stand, in the list of people and in the channel; too fast is waited for."""

    async def walk() -> None:
        async with post_office() as office:
            for number in range(2_500):
                office.workspace.user(f"U{number:04}", f"P{number}", guest=number == 2_400)
                if number % 2 == 0:
                    office.workspace.channels[HR].members.add(f"U{number:04}")
            office.workspace.fails("users.list", "ratelimited", 1)
            assert await Channels(office.client).problem(HR) is Refusal.GUESTS
            office.workspace.channels[HR].members.discard("U2400")
            assert await Channels(office.client).problem(HR) is None

    asyncio.run(walk())


def test_who_is_a_guest_is_read_once_an_hour() -> None:
    """For all channels together, also when several are looked at at once."""

    async def walk() -> None:
        async with post_office() as office:
            for number in range(4):
                office.workspace.channel(f"C{number}", "UANNA")
            channels = Channels(office.client, lambda: office.clock[0])
            await asyncio.gather(*(channels.check(f"C{number}") for number in range(4)))
            assert office.workspace.calls["users.list"] == 1
            for later, times in ((GUESTS_FOR - 1, 1), (GOOD_FOR, 2), (-5 * GUESTS_FOR, 3)):  # a clock set back
                office.clock[0] += later
                await channels.check("C0")
                assert office.workspace.calls["users.list"] == times

    asyncio.run(walk())
