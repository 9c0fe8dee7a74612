"""`klankbord run`, killed at random moments of whole rounds, loses nothing it acknowledged and says nothing twice.

Two hundred people on two chat servers are invited, answer, are reminded; the round is closed while some of them still
tap; it is counted and told. In every phase processes are killed (SIGKILL) and started again. What has to be true
afterwards is listed in `wrong`.

    CRASH_KILLS   how many kills (13 to a round; more rounds are played until there were as many)
    CRASH_SEED    who does what, and when the kills come; printed when something is wrong
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from analysis.answers import Answer, Block, Turnout
from bot.core.timing import Window
from bot.store.ballots import RoundKey, SealedBallot
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.rounds import Round, RoundState

from .chatserver import IN_FLIGHT, AskableServer, ChatServer, MuteServer, Stage, serving
from .people import People, Row, Walk
from .town import DEALT_WITH, PEOPLE, Town, wanted

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills and signals as posix has them")

KILLS = wanted("CRASH_KILLS", 13)
PLAN = {"inviting": 7, "reminding": 2, "closing": 2, "telling": 2}  # kills in each phase of a round
LATER = timedelta(minutes=1)
MOMENT, BLINK = 1.5, 0.05  # seconds at most until a kill, from a start and from something that happened
LONG = 5  # seconds until a kill comes though less happened than it waits for
DELAY = 0.08  # seconds that a platform takes to answer, at most
SETTLED = (OutgoingState.SENT, OutgoingState.FAILED, OutgoingState.UNKNOWN)  # what a message is in the end
PATIENCE = 90  # seconds for one phase
IDLE = 1.5  # seconds without anything new after which time is moved on


@dataclass
class World:
    """Everything of one run."""

    town: Town
    askable: AskableServer
    mute: MuteServer
    stage: Stage
    people: dict[str, People]
    seed: int
    earlier: int = 0  # messages of earlier rounds on the mute server

    @property
    def servers(self) -> tuple[ChatServer, ChatServer]:
        """Both chat servers."""
        return self.askable, self.mute

    @property
    def walks(self) -> list[Walk]:
        """The ledger of the round."""
        return [walk for people in self.people.values() for walk in people.walks.values()]

    @property
    def walking(self) -> int:
        """How many people are on their way."""
        return sum(people.walking for people in self.people.values())

    def activity(self) -> int:
        """Grows with everything that happens."""
        return sum(len(server.messages) + server.edits for server in self.servers) + sum(w.taps for w in self.walks)

    def until(self, happened: Callable[[], bool]) -> None:
        """Wait; when nothing moves any more, time passes: leases run out, and what failed is tried again."""
        end, seen, since = time.monotonic() + PATIENCE, -1, time.monotonic()
        while not happened():
            assert time.monotonic() < end, f"it did not happen in time; seed {self.seed}\n{self.town.log[-3000:]}"
            if seen != (now := self.activity()):
                seen, since = now, time.monotonic()
            elif time.monotonic() - since > IDLE:
                self.town.forward()
                since = time.monotonic()
            time.sleep(0.05)

    def kill(self, times: int, most: int = 0) -> None:
        """So many kills, each after a random time, or where there is much to do after up to so many happenings."""
        rng = self.town.rng
        for _ in range(times):
            awaited, end = self.activity() + rng.randrange(most + 1), time.monotonic() + LONG
            while most and self.activity() < awaited and time.monotonic() < end:
                time.sleep(0.002)
            time.sleep(rng.choice((0, rng.uniform(0, BLINK))) if most else rng.uniform(0, MOMENT))
            self.town.kill()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, engine: str) -> str | None:
    """Of an empty PostgreSQL database; None for SQLite, which is a file."""
    if engine == "sqlite":
        return None
    url = request.getfixturevalue("empty_postgres")
    assert isinstance(url, str)
    return url


@pytest.fixture
def world(tmp_path: Path, database_url: str | None, replicas: int) -> Iterator[World]:
    """A town that waits for its first round, and its chat servers."""
    seed = wanted("CRASH_SEED", random.SystemRandom().randrange(10**6))
    rng = random.Random(seed)
    askable = AskableServer("askable", lose=0.01, delay=DELAY, repeat=0.02, rng=random.Random(seed))
    mute = MuteServer("mute", lose=0.01, delay=DELAY, rng=random.Random(seed + 1))
    people = {server.name: People(server, DEALT_WITH, f"{seed}") for server in (askable, mute)}
    with ExitStack() as stack:
        stage = stack.enter_context(serving(askable, mute))
        urls = {server.name: server.address for server in (askable, mute)}
        town = Town(tmp_path, database_url, urls, replicas, rng)
        stack.callback(town.end)
        askable.taps_to = [replica.address for replica in town.replicas]
        for one in people.values():
            stage.begin(one.live())
        yield World(town, askable, mute, stage, people, seed)


@pytest.mark.parametrize(("engine", "replicas"), [("sqlite", 1), ("postgresql", 1), ("postgresql", 3)])
def test_kills_lose_nothing_and_repeat_nothing(world: World, engine: str, replicas: int) -> None:
    """Whole rounds, until there were enough kills; after each of them everything is as if nobody had been killed."""
    town = world.town
    town.set_clock(town.times(0).opens_at - timedelta(hours=1))
    town.start()
    number = 0
    while town.kills < KILLS:
        before = town.kills
        play(world, town.times(number))
        number += 1
        found = list(wrong(world, number, town.kills - before))
        summary = f"{engine}, {replicas} replicas, seed {world.seed}: round {number}, {summed_up(world)}"
        print(summary)  # noqa: T201  a soak takes long: progress for who watches
        assert not found, "\n".join((summary, *found[:20]))
        forget(world)
    town.stop()
    assert town.log.count("Stopped. Nothing is lost.") == replicas


def summed_up(world: World) -> str:
    """How hard it was: what was under way at kills, or lost."""
    return (
        f"{world.town.kills} kills, {world.askable.redelivered} taps brought again, {world.askable.asked} messages"
        f" looked up, {came_again(world)} repeated on the mute one; of {sum(walk.taps for walk in world.walks)} taps"
        f" {sum(walk.may_count() is not None for walk in world.walks)} in doubt at the closing"
    )


def play(world: World, times: Window) -> None:
    """One round, with kills in every phase."""
    town = world.town
    town.set_clock(times.opens_at + LATER)
    world.kill(1)  # perhaps before it has opened the round
    world.kill(PLAN["inviting"] - 1, most=200)
    world.until(lambda: town.read(invited) and world.walking == 0)
    town.set_clock(times.reminds_at + LATER)
    world.kill(PLAN["reminding"], most=60)
    world.until(lambda: town.read(reminded))
    closed = times.closes_at + LATER  # some of those who were reminded still tap
    if town.rng.random() < 0.5:
        town.kill(back_at=closed)
    else:
        town.set_clock(closed)
        world.kill(1)
    world.kill(PLAN["closing"] - 1)
    world.until(lambda: not town.read(open_rounds) and world.walking == 0)
    town.set_clock(times.digests_at + LATER)
    world.kill(1)
    world.kill(PLAN["telling"] - 1, most=len(town.organisation.departments))
    world.until(lambda: town.read(told))


# --- how far it is ---------------------------------------------------------------------------------------------------


def open_rounds(session: Session) -> Sequence[Round]:
    """Those that people can answer in."""
    return session.exec(select(Round).where(Round.state == RoundState.OPEN)).all()


def unsent(session: Session) -> int:
    """Messages of which it is not known yet what becomes of them."""
    return sum(state not in SETTLED for state in session.exec(select(OutgoingRow.state)))


def invited(session: Session) -> bool:
    """Whether a round is open and everybody was asked."""
    return bool(open_rounds(session)) and unsent(session) == 0


def reminded(session: Session) -> bool:
    """Whether who has to be reminded was."""
    return all(round_.reminded for round_ in open_rounds(session)) and unsent(session) == 0


def told(session: Session) -> bool:
    """Whether every digest went out."""
    rounds = session.exec(select(Round)).all()
    return all(round_.state is RoundState.TOLD for round_ in rounds) and unsent(session) == 0


# --- what has to be true afterwards ----------------------------------------------------------------------------------


def wrong(world: World, rounds: int, kills: int) -> Iterator[str]:
    """Everything that is not as it should be after so many rounds, the last of them with so many kills."""
    yield from world.askable.violations
    yield from world.mute.violations
    if world.mute.conflicts and len(world.town.replicas) == 1:
        yield f"mute: {world.mute.conflicts} times two consumers at once"
    yield from world.town.read(lambda session: list(miscounted(session, world, rounds)))
    yield from world.town.read(lambda session: list(left_over(session, world, rounds)))
    yield from asked_wrongly(world)
    yield from repeated(world, kills)
    yield from world.town.read(lambda session: list(told_wrongly(session, world, rounds)))
    if "Traceback" in world.town.log:
        yield "a traceback in the log:" + world.town.log.partition("Traceback")[2][:2000]


def miscounted(session: Session, world: World, rounds: int) -> Iterator[str]:
    """Every accepted reply counts exactly once, and nothing else does, but for taps that were never acknowledged."""
    round_ = session.exec(select(Round).where(Round.number == rounds)).one()
    rows = session.exec(select(Answer).join(Block).where(Block.cycle == round_.cycle))
    found = Counter((row.department, row.question, row.value) for row in rows)
    sure: Counter[Row] = Counter()
    for walk in world.walks:
        sure += walk.counts()
    doubts = [wider - walk.counts() for walk in world.walks if (wider := walk.may_count()) is not None]
    if sure - found:
        yield f"accepted and not counted: {dict(sure - found)}"
    elif not explained(found - sure, doubts):
        yield f"counted and never said: {dict(found - sure)}; in doubt: {[dict(doubt) for doubt in doubts]}"
    turnout = session.exec(select(Turnout).where(Turnout.cycle == round_.cycle)).one()
    least, most = (sum(walk.responded for walk in world.walks), sum(walk.may_have_responded for walk in world.walks))
    if turnout.invited != PEOPLE or not least <= turnout.responded <= most:
        yield f"{turnout.responded} of {turnout.invited} responded instead of {least} to {most} of {PEOPLE}"


def explained(rest: Counter[Row], doubts: Sequence[Counter[Row]]) -> bool:
    """Whether what was counted too much is what some of the taps in doubt bring, each as a whole."""
    if not rest:
        return True
    row = next(iter(rest))
    return any(
        explained(rest - doubt, [*doubts[:number], *doubts[number + 1 :]])
        for number, doubt in enumerate(doubts)
        if row in doubt and not doubt - rest
    )


def left_over(session: Session, world: World, rounds: int) -> Iterator[str]:
    """Each due occurrence is exactly one round; of counted rounds no ballot and no key is left."""
    due = [world.town.times(number).due for number in range(rounds)]
    found = sorted(session.exec(select(Round.due)))
    if found != due:
        yield f"fired : due is {len(found)} : {len(due)}"
    for table in (SealedBallot, RoundKey):
        if left := len(session.exec(select(table)).all()):
            yield f"{left} left in {table.__tablename__} after counting"


def asked_wrongly(world: World) -> Iterator[str]:
    """Everybody has the card of one invitation."""
    for name, people in world.people.items():
        # What an admin decides with a button stands in a channel, which is nobody.
        chats = Counter(walk.chat for walk in people.walks.values() if not walk.chat.startswith("#"))
        if set(chats) != expected(name) or set(chats.values()) != {1}:
            yield f"{name}: {len(chats)} people have a card, {chats.total() - len(chats)} of them a second one"


def expected(platform: str) -> set[str]:
    """The chats of everybody on a platform."""
    half = ("askable", "mute").index(platform)
    return {f"chat{number:03}" for number in range(half, PEOPLE, 2)}


def repeated(world: World, kills: int) -> Iterator[str]:
    """Nothing came twice where one can ask; elsewhere what was in doubt at a kill, or whose reply was lost."""
    if twice := [cause for cause, times in world.askable.counts().items() if times > 1]:
        yield f"askable: came again: {twice}"
    most = IN_FLIGHT * kills + len(world.mute.lost)
    if came_again(world) > most:
        yield f"mute: {came_again(world)} messages came again, more than {most}"


def came_again(world: World) -> int:
    """Messages of this round that the mute server got more than once, each time but the first."""
    came = world.mute.messages[world.earlier :]
    return len(came) - len({message.cause for message in came})


def told_wrongly(session: Session, world: World, rounds: int) -> Iterator[str]:
    """Each department has one message a round, in its channel; at most one where nobody can tell whether it came."""
    rows = session.exec(
        select(OutgoingRow).where(OutgoingRow.kind == Kind.DIGEST, col(OutgoingRow.department).is_not(None))
    ).all()
    if len(rows) != rounds * len(world.town.organisation.departments):
        yield f"{len(rows)} digests of {rounds} rounds of {len(world.town.organisation.departments)} departments"
    counts = {server.name: server.counts() for server in world.servers}
    for row in rows:
        came = counts[row.platform][row.id]
        unknown = row.state is OutgoingState.UNKNOWN and row.platform == "mute" and came <= 1
        if not unknown and (row.state is not OutgoingState.SENT or came != 1):
            yield f"{row.platform}: {row.id} came {came} times and is {row.state}"


def forget(world: World) -> None:
    """Begin the next round with an empty ledger."""
    for people in world.people.values():
        people.walks.clear()
    world.mute.lost.clear()
    world.earlier = len(world.mute.messages)
