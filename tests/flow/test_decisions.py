"""A digest whose answer was lost: who can see the admin channel says what became of it, once, and by either way."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.platform import Card, Moved, Outgoing, Tap
from bot.flow import decisions
from bot.simulation.run import Simulation
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.rounds import Invitation
from tests.commands.desk import Desk

from .town import Moody, round_of, rows, town

ROUND = round_of(0)
MINUTE = timedelta(minutes=1)
ADMINS = "#beheer"


class Office:
    """A town where the answer to the digest for #ict was lost."""

    def __init__(self, where: Path | str, runner: asyncio.Runner) -> None:
        self.run = runner.run
        self.town: Simulation = town(where)
        self.platform = Moody()
        self.town.platforms = {"webchat": self.platform}

    async def tell(self) -> None:
        """To the digests, and the question to the admins."""
        await self.town.begin()
        await self.town.to(ROUND.opens_at)
        await self.town.to(ROUND.closes_at)
        self.platform.loses |= {"#ict"}
        for minutes in range(2):
            await self.town.to(ROUND.digests_at + minutes * MINUTE)

    @property
    def questions(self) -> Sequence[Outgoing]:
        """What the admins were asked."""
        return [said for said in self.platform.channels if said.address == ADMINS and said.card is not None]

    @property
    def digest(self) -> OutgoingRow:
        """The one in doubt."""
        (found,) = [row for row in rows(self.town, OutgoingRow) if row.address == "#ict" and row.kind is Kind.DIGEST]
        return found

    async def tap(self, label: str, channel: str = ADMINS, by: str = "somebody") -> Card | None:
        """A button of the newest question."""
        card = self.questions[-1].card
        assert card is not None
        assert self.platform.hear is not None
        (action,) = [button.action for button in card.steps if button.label == label]
        return await self.platform.hear(Tap("webchat", by, action, channel=channel))


@pytest.fixture
def office(where: Path | str) -> Iterator[Office]:
    with asyncio.Runner() as runner:
        made = Office(where, runner)
        made.run(made.tell())
        yield made
        made.town.database.close()


def test_it_is_asked_in_the_admin_channel(office: Office) -> None:
    """Once, with what is to be looked at, two buttons, and the command for where there are none."""
    (question,) = office.questions
    (line,) = question.lines
    assert "van ICT naar #ict" in line
    assert f"klankbord digests resend {office.digest.id}" in line
    assert question.card is not None
    assert [button.label for button in question.card.steps] == ["Het staat er", "Stuur het opnieuw"]


def test_it_is_there(office: Office) -> None:
    """Then it is as if its answer had come; tapping again, or the other button, changes nothing."""

    async def walk() -> list[str]:
        taps = ["Het staat er", "Het staat er", "Stuur het opnieuw"]
        cards = [await office.tap(label) for label in taps]
        await office.town.to(office.town.now + MINUTE)
        return [" ".join(card.lines) for card in cards if card is not None and not card.steps]

    said = office.run(walk())
    assert ["Genoteerd" in one for one in said] == [True, False, False]
    assert office.digest.state is OutgoingState.SENT
    assert office.platform.duplicates == 0


def test_it_is_sent_again_once(office: Office) -> None:
    """However often the button is tapped."""

    async def walk() -> None:
        for _ in range(2):
            await office.tap("Stuur het opnieuw")
        await office.town.to(office.town.now + MINUTE)
        await office.tap("Stuur het opnieuw")
        await office.town.to(office.town.now + 2 * MINUTE)

    office.run(walk())
    assert office.digest.state is OutgoingState.SENT
    assert office.platform.duplicates == 1


def test_lost_again_is_asked_again(office: Office) -> None:
    """It is another question, with a button that works."""

    async def walk() -> None:
        office.platform.loses |= {"#ict"}
        await office.tap("Stuur het opnieuw")
        for minutes in (1, 2):
            await office.town.to(office.town.now + minutes * MINUTE)
        assert office.digest.state is OutgoingState.UNKNOWN
        assert len(office.questions) == 2
        await office.tap("Het staat er")

    office.run(walk())
    assert office.digest.state is OutgoingState.SENT


@pytest.mark.parametrize("channel", ["", "#ict", "#beheer2", "p001"])
def test_only_in_the_admin_channel(office: Office, channel: str) -> None:
    """The same button elsewhere, or in a chat with the bot, decides nothing, whoever taps it."""
    somebody = next(iter(office.town.colleagues))
    for by in ("somebody", somebody):
        assert office.run(office.tap("Stuur het opnieuw", channel, by)) is None
    assert office.digest.state is OutgoingState.UNKNOWN


@pytest.mark.parametrize("action", ["{invitation}:show", "0:help"])
def test_no_card_of_ones_own_answers_what_others_see(office: Office, action: str) -> None:
    """A button of one person's card does nothing in a channel, where it stands only when somebody forged it."""
    (invitation, *_) = rows(office.town, Invitation)
    action = action.format(invitation=invitation.id)

    async def walk(channel: str) -> Card | None:
        assert office.platform.hear is not None
        return await office.platform.hear(Tap("webchat", invitation.person, action, channel=channel))

    assert office.run(walk("")) is not None
    assert office.run(walk(ADMINS)) is None


@pytest.mark.parametrize("action", ["0:resend:digest:99:hr", "0:resend", "0:arrived:notice", "0:arrived:a:b:c"])
def test_a_button_that_names_no_digest_does_nothing(office: Office, action: str) -> None:
    """Also when it names a message of another kind."""

    async def walk() -> Card | None:
        assert office.platform.hear is not None
        return await office.platform.hear(Tap("webchat", "x", action, channel=ADMINS))

    assert office.run(walk()) is None


def test_the_question_goes_out_without_buttons_once_it_was_answered(office: Office) -> None:
    """Somebody was quicker, with the command."""
    with office.town.database.transaction() as session:
        (notice,) = [row for row in rows(office.town, OutgoingRow) if row.kind is Kind.NOTICE]
        assert decisions.question(session, notice) is not None
        assert decisions.decide(session, office.digest.id, decisions.ARRIVED, office.town.now) == "arrived"
        assert decisions.question(session, notice) is None


def test_a_channel_that_moved_is_told_once(office: Office) -> None:
    """And only when it is one of ours."""

    async def walk() -> list[str]:
        assert office.platform.hear is not None
        for address in ("#ict", "#ict", "#elsewhere"):
            await office.platform.hear(Moved("webchat", address, to="#new"))
        return [line for row in rows(office.town, OutgoingRow) if row.kind is Kind.NOTICE for line in row.lines]

    told = [line for line in office.run(walk()) if "nieuw adres" in line]
    assert len(told) == 1
    assert "webchat:#ict" in told[0]
    assert "webchat:#new" in told[0]


# --- by command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Desk, Office]]:
    """The same town, in a folder of an admin's."""
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    with asyncio.Runner() as runner:
        office = Office(tmp_path / "data" / "klankbord.sqlite3", runner)
        office.run(office.tell())
        yield Desk(tmp_path), office
        office.town.database.close()


@pytest.mark.parametrize(("verdict", "state"), [("arrived", OutgoingState.SENT), ("resend", OutgoingState.WAITING)])
def test_the_command_decides_too(desk: tuple[Desk, Office], verdict: str, state: OutgoingState) -> None:
    """It names what is in doubt, and decides it once; in the language that is asked for."""
    command, office = desk[0].command, desk[1]
    digest = office.digest.id
    assert command("digests").out == f"{digest} · voor webchat:#ict\n"
    done = command("digests", verdict, digest)
    assert (done.code, office.digest.state) == (0, state)
    assert "ICT" in done.out
    assert "**" not in done.out
    again = command("digests", "resend", digest, "--language", "en")
    assert "Nothing was changed." in again.out
    assert office.digest.state is state
    assert command("digests", "--language", "en").out == "Of every message it is known whether it arrived.\n"


def test_the_command_knows_its_digests(desk: tuple[Desk, Office]) -> None:
    """An id that is none is said to be none."""
    done = desk[0].command("digests", "resend", "digest:99:hr")
    assert done.code == 2
    assert "digest:99:hr" in done.err
