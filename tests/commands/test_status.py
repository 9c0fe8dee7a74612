"""The screen of `klankbord status`: what stands there at a fresh, a busy and a broken installation."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from bot.cli import main
from bot.commands.status import WIDTH, Screen
from bot.core.pacing import Pace, Rate
from bot.core.platform import Refusal
from bot.core.wave_end import Hours
from bot.flow import clock, pausing
from bot.flow.attention import Matter, Value, attention
from bot.flow.backlog import Sending
from bot.flow.standing import Standing, standing
from bot.simulation.run import Simulation
from bot.store import editions, holds, pauses
from bot.store.ballots import Keyring
from bot.store.early import Early
from bot.store.outbox import OutgoingRow, OutgoingState
from bot.store.pauses import Pause
from bot.store.people import Account, Person
from bot.store.rounds import Invitation, InvitationState
from config.texts import catalogue, say
from config.words import LANGUAGES
from tests.flow.town import ORGANISATION, round_of, town

from .desk import Desk

ROUND = round_of(0)
SLOW = {"webchat": Pace(overall=Rate(1, 60))}  # a message a minute
MINUTE = timedelta(minutes=1)


@dataclass
class Installation:
    """A simulated organisation of eighty, of which twenty are asked in a round, and its screen."""

    simulation: Simulation
    paces: dict[str, Pace] = field(default_factory=dict)
    keyring: Keyring | None = None

    def to(self, moment: datetime, *, sending: bool = True) -> None:
        """Move the clock and do what is due; without `sending` everything stays in the outbox."""
        made = self.simulation
        made.now = moment
        asyncio.run(made.to(moment) if sending else clock.tick(made.duty, moment, made.rng, made.keyring))

    def change(self, how: Callable[[Session], object]) -> None:
        """Change what is in the database."""
        with self.simulation.database.transaction() as session:
            how(session)

    def standing(self) -> Standing:
        """How it stands now."""
        with self.simulation.database.transaction(reading=True) as session:
            return standing(session, self.simulation.now, self.keyring, self.paces)

    def screen(self, language: str = "en") -> str:
        """What is read then."""
        return screen(self.standing(), self.simulation.now, language)

    def matters(self) -> dict[str, Matter]:
        """What needs attention."""
        return {matter.what: matter for matter in self.standing().attention}


def screen(found: Standing, now: datetime, language: str = "en") -> str:
    """The lines without their looks, each within the width."""
    lines = [click.unstyle(line) for line in Screen(found, language, ORGANISATION.zone, now).lines()]  # type: ignore[arg-type]
    assert [line for line in lines if len(line) > WIDTH] == []
    return "\n".join(lines)


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Installation]:
    """The day before the first round, all well."""
    simulation = town(tmp_path / "klankbord.sqlite3")
    asyncio.run(simulation.begin())
    yield Installation(simulation, keyring=simulation.keyring)
    simulation.database.close()


# --- a fresh installation ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ("editie 1 · proef", "0 in totaal", "geen ronde open", "Volgende rondes", "Er is nog niemand")),
        ("en", ("edition 1 · pilot", "0 in all", "No round is open", "Next rounds", "There is nobody to ask")),
    ],
)
def test_a_fresh_installation(office: Desk, language: str, words: tuple[str, ...]) -> None:
    """What there is, what comes, and that people have to be imported; nothing but text where it is not a terminal."""
    done = office.command("status", KLANKBORD_LANGUAGE=language)
    assert (done.code, done.err) == (0, "")
    for word in words:
        assert word in done.out
    assert "klankbord people import" in done.out
    assert "\x1b" not in done.out
    assert "{" not in done.out


def test_looks_carry_no_meaning(office: Desk) -> None:
    """On a terminal headings are bold, and that is all; the words are the same."""
    styled = CliRunner().invoke(main, ["status"], color=True).output
    assert set(re.findall(r"\x1b\[[0-9;]*m", styled)) == {"\x1b[1m", "\x1b[0m"}
    assert click.unstyle(styled) == office.command("status").out


def test_a_fresh_installation_without_keys(office: Desk) -> None:
    """The bot would not start; `status` says so and does."""
    (office.folder / "klankbord.env").unlink()
    for keys in ("", "not-a-key"):
        assert "KLANKBORD_KEYS is missing or wrong" in office.command("status", KLANKBORD_KEYS=keys).out


def test_a_pilot_without_anybody_in_it(office: Desk) -> None:
    """People there are, and none of them would be asked."""
    (office.folder / "p.csv").write_text("key,name,platform,address\na,A,webchat,a\n", encoding="utf-8")
    office.command("people", "import", "p.csv", "--yes")
    assert "nobody takes part in it" in office.command("status").out


# --- a busy one --------------------------------------------------------------------------------------------------

BUSY = """\
gemeente Voorbeeld · edition 1 · live

People
  80 in all · 0 unreachable · 0 stopped

Rounds under way
  staff, round 1
    20 asked · fewer than ten finished · closes Monday 14 September, 17.00
    Questions on their way: 20 to go, the last about 09.25

Next rounds
  staff, round 2 · Tuesday 15 September, 09.00
  staff, round 3 · Tuesday 29 September, 09.00
  staff, round 4 · Tuesday 13 October, 09.00

Nothing needs attention."""


def test_a_wave_under_way(busy: Installation) -> None:
    """Twenty questions at one a minute, five minutes after they were due: the whole screen."""
    busy.paces = SLOW
    busy.to(ROUND.opens_at, sending=False)
    busy.simulation.now += 5 * MINUTE
    assert busy.screen() == BUSY


def test_a_platform_without_a_limit_takes_everything_at_once(busy: Installation) -> None:
    """No moment is named that has passed before it is read."""
    busy.to(ROUND.opens_at, sending=False)
    assert "20 to go, the last within a minute" in busy.screen()
    assert "nog 20, de laatste binnen een minuut" in busy.screen("nl")


def test_a_wave_that_goes_on_tomorrow_is_told_with_its_day(busy: Installation) -> None:
    """Twenty questions at one an hour: eight and a half today, the rest in the next days."""
    busy.paces = {"webchat": Pace(overall=Rate(1, 3600))}
    busy.to(ROUND.opens_at, sending=False)
    assert "the last about Thursday 3 September, 11.00" in " ".join(busy.screen().split())


def test_a_round_that_is_due_at_this_moment_is_shown(busy: Installation) -> None:
    """Right before the clock opens it; once it is open it is no longer next."""
    busy.simulation.now = ROUND.opens_at
    assert "staff, round 1 · now: opens within a minute if the bot runs" in busy.screen()
    assert "staff, ronde 1 · nu:" in busy.screen("nl")
    busy.to(ROUND.opens_at)
    assert "now:" not in busy.screen()
    assert busy.matters() == {}


@pytest.mark.parametrize(("finished", "shown"), [(0, 0), (1, 0), (9, 0), (10, 10), (11, 10), (19, 10), (20, 20)])
def test_nobody_can_be_seen_to_answer(busy: Installation, finished: int, shown: int) -> None:
    """Who finished is told in tens, and so is who still has to be reminded: on the screen and in the object."""
    busy.to(ROUND.opens_at)

    def finish(session: Session) -> None:
        for invitation in session.exec(select(Invitation)).all()[:finished]:
            invitation.state = InvitationState.FINISHED
            session.add(invitation)

    busy.change(finish)
    (round_,) = busy.standing().open_rounds
    assert round_.finished == shown
    assert (f"at least {shown} finished" if shown else "fewer than ten finished") in busy.screen()
    busy.to(ROUND.reminds_at, sending=False)
    (round_,) = busy.standing().open_rounds
    assert [wave.messages for wave in round_.waves] == ([20 - shown] if finished < 20 else [])


# --- what needs attention ----------------------------------------------------------------------------------------


def no_keys(office: Installation) -> None:
    """KLANKBORD_KEYS was lost."""
    office.keyring = None


def cannot_open(office: Installation) -> None:
    """Another key was put in its place."""
    office.to(ROUND.opens_at)
    office.keyring = Keyring([Keyring.new_key()])


def cannot_open_early(office: Installation) -> None:
    """The same, while somebody had begun their next ballot."""
    office.change(lambda session: session.add(_begun(session, office)))
    office.keyring = Keyring([Keyring.new_key()])


def _begun(session: Session, office: Installation) -> Early:
    _, wrapped = office.simulation.keyring.new_early_key()
    person = session.exec(select(Person.key).limit(1)).one()
    survey, closes_at = ORGANISATION.surveys[0].key, ROUND.closes_at
    return Early(id="early", person=person, survey=survey, closes_at=closes_at, wrapped=wrapped, sealed=b"")


def nobody(office: Installation) -> None:
    """Everybody was removed."""
    office.change(lambda session: session.execute(delete(Person)))


def no_pilot(office: Installation) -> None:
    """It is a pilot again."""
    now = office.simulation.now
    office.change(lambda session: editions.write(session, ORGANISATION, live=False, author="", note="", now=now))


def survey_paused(office: Installation) -> None:
    """An admin wants no more rounds for a while."""
    survey = ORGANISATION.surveys[0].key
    office.change(lambda session: pausing.pause(session, survey, "", office.simulation.now, paused=True))


def not_opened(office: Installation) -> None:
    """The bot does not run when a round opens."""
    office.simulation.now = ROUND.opens_at + 4 * MINUTE


def skipped(office: Installation) -> None:
    """Nor when its reminder would go out."""
    office.simulation.now = ROUND.reminds_at


def not_counted(office: Installation) -> None:
    """Nor when it closes."""
    office.to(ROUND.opens_at)
    office.simulation.now = ROUND.closes_at + 4 * MINUTE


def behind(office: Installation) -> None:
    """Messages stay in the outbox for an hour."""
    office.to(ROUND.opens_at, sending=False)
    office.simulation.now += timedelta(hours=1)


def late(office: Installation) -> None:
    """A platform that takes one message a day: twenty do not fit in two weeks."""
    office.paces = {"webchat": Pace(overall=Rate(1, 9 * 3600))}
    office.to(ROUND.opens_at, sending=False)


def all_are(office: Installation, state: OutgoingState) -> None:
    """What became of every message."""
    office.change(lambda session: session.execute(update(OutgoingRow).values(state=state)))


def failed_questions(office: Installation) -> None:
    """No question of this round was taken."""
    office.to(ROUND.opens_at)
    all_are(office, OutgoingState.FAILED)


def held(office: Installation) -> None:
    """A department's channel was archived."""
    office.change(lambda session: holds.hold(session, "webchat:#ict", Refusal.ARCHIVED, office.simulation.now))


def admin_channel(office: Installation) -> None:
    """The bot was removed from the admin channel."""
    now = office.simulation.now
    office.change(lambda session: holds.hold(session, ORGANISATION.admin_channel, Refusal.REMOVED, now))


def paused(office: Installation) -> None:
    """A token was revoked."""
    now = office.simulation.now
    office.change(lambda session: pauses.pause(session, "webchat", Refusal.REVOKED, now))


def unreachable(office: Installation) -> None:
    """Somebody blocked the bot."""
    one = select(Account.address).limit(1).scalar_subquery()
    office.change(
        lambda session: session.execute(update(Account).where(col(Account.address) == one).values(reachable=False))
    )


BROKEN = [
    *(
        no_keys,
        cannot_open,
        cannot_open_early,
        nobody,
        no_pilot,
        survey_paused,
        not_opened,
        skipped,
        not_counted,
        behind,
        late,
    ),
    *(failed_questions, held, admin_channel, paused, unreachable),
]
ELSEWHERE = {"doubt_questions", "doubt_digests"}
REASONED = {"held", "admin_channel", "paused"}  # their remedies are those that the admin channel reads


@pytest.mark.parametrize("breaks", BROKEN, ids=lambda one: one.__name__)
def test_what_is_broken_is_named_with_its_remedy(busy: Installation, breaks: Callable[[Installation], None]) -> None:
    """One matter, in both languages, and nothing else; before it was broken nothing needed attention."""
    assert busy.matters() == {}
    assert "Nothing needs attention." in busy.screen()
    breaks(busy)
    assert set(busy.matters()) == {breaks.__name__}
    for language in LANGUAGES:
        words = " ".join(busy.screen(language).split())
        matter = busy.matters()[breaks.__name__]
        remedy = say(matter.remedy, language, **matter.values)
        assert remedy in words
        assert "{" not in words


def test_every_matter_is_tested() -> None:
    """Whoever adds one adds how it arises."""
    keys = {key.removeprefix("attention.") for key in catalogue("en") if key.startswith("attention.")}
    matters = {key for key in keys if not key.endswith("_remedy")}
    assert keys == matters | {f"{matter}_remedy" for matter in matters - REASONED}
    assert matters == {one.__name__ for one in BROKEN} | ELSEWHERE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_matter_fits_the_screen(busy: Installation, language: str) -> None:
    """With long values too: 80 columns, every place filled in, and no command broken over two lines."""
    values: dict[str, Value] = {
        "platform": "webchat",
        "survey": "een-lange-sleutel-van-een-vragenlijst",
        "number": 100_000,
        "channel": "webchat:#een-kanaal-met-een-naam",
        "since": busy.simulation.now,
        "until": busy.simulation.now,
        "reason": "a_code_of_theirs_that_we_do_not_know",
    }
    whats = sorted({one.__name__ for one in BROKEN} | ELSEWHERE)
    found = busy.standing()
    full = Standing(**{**vars(found), "attention": [Matter(what, values) for what in whats]})
    shown = screen(full, busy.simulation.now, language)
    assert "{" not in shown
    assert shown.count("! ") == shown.count("→ ") == len(whats)
    assert all(line.count("`") % 2 == 0 for line in shown.splitlines())


def test_a_platform_that_is_paused_is_not_behind(busy: Installation) -> None:
    """It is named as paused, and its wave ends later."""
    busy.to(ROUND.opens_at, sending=False)
    until = ROUND.opens_at + timedelta(hours=3)
    busy.change(lambda session: session.add(Pause(platform="webchat", since=until, until=until, times=1, reason="x")))
    sending = Sending({}, Hours.of(ORGANISATION), {"webchat": until})
    with busy.simulation.database.transaction(reading=True) as session:
        found = attention(session, ROUND.opens_at + timedelta(hours=2), busy.keyring, sending)
    assert found == [Matter("paused", {"platform": "webchat", "until": until, "reason": "x"})]


def test_who_needs_no_reminder_any_more_is_no_failure(busy: Installation) -> None:
    """Delivery drops what is no longer wanted: nobody has to look at that."""
    busy.to(ROUND.opens_at)
    all_are(busy, OutgoingState.FAILED)
    finished = update(Invitation).values(state=InvitationState.FINISHED)
    busy.change(lambda session: session.execute(finished))
    assert busy.matters() == {}


# --- for a program -----------------------------------------------------------------------------------------------


def test_the_object_holds_all_that_the_screen_shows(office: Desk) -> None:
    """`status --json`: the same, with moments in UTC."""
    done = office.command("status", "--json")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert found | {"next_rounds": [], "attention": []} == {
        **{"organisation": "gemeente Voorbeeld", "edition": 1, "live": False},
        **{"people": 0, "stopped": 0, "unreachable": 0, "open_rounds": [], "next_rounds": [], "attention": []},
        "closed_rounds": [],
    }
    assert [set(one) for one in found["next_rounds"]] == [{"survey", "number", "opens_at", "due", "deep"}] * 3
    assert all(one["opens_at"].endswith("+00:00") for one in found["next_rounds"])
    assert {"what": "nobody", "values": {}} in found["attention"]


def test_a_wave_in_the_object(busy: Installation) -> None:
    """With its kind, how many there are, and its end."""
    busy.paces = SLOW
    busy.to(ROUND.opens_at, sending=False)
    (round_,) = busy.standing().as_json()["open_rounds"]
    ends = ROUND.opens_at + 20 * MINUTE
    assert round_["waves"] == [{"kind": "invitation", "messages": 20, "ends_at": ends}]
