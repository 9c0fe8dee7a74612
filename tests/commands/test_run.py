"""The running bot, in real processes: killed at bad moments, told to stop, started wrongly."""

import csv
import html
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from sqlalchemy import func
from sqlmodel import Session, SQLModel, col, select

from analysis.answers import Answer, Participation, Turnout
from bot.app import system_now
from bot.core.actions import Action, decode
from bot.core.ballot import Ballot
from bot.core.timing import Window, window
from bot.flow import rounds
from bot.store import ballots, editions
from bot.store.ballots import Keyring, RoundKey, SealedBallot
from bot.store.chats import ChatMessage
from bot.store.database import Database
from bot.store.early import Early
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.people import Person
from bot.store.rounds import Invitation, Round, RoundState

from . import shifted
from .desk import DATABASE, Desk, surroundings

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills and signals as posix has them")

PEOPLE, ANSWER, LEAVE = 40, 14, 3  # the first 14 answer, and the first three of them leave half-way
WHOLE = ANSWER - LEAVE  # answer all five questions
SETTINGS = {"KLANKBORD_LANGUAGE": "en", "KLANKBORD_HOST": "127.0.0.1"}


def until(happened: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something, but not for ever."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as bound:
        port = bound.getsockname()[1]
        assert isinstance(port, int)
        return port


def browser() -> httpx.Client:
    """For plain http: without certificates, which take long to load."""
    return httpx.Client(verify=False, timeout=20)


def answers_at(address: str) -> bool:
    """Whether somebody serves there."""
    try:
        with browser() as client:
            return client.get(f"{address}/chat").status_code == 401
    except httpx.TransportError:
        return False


# --- an organisation of forty ------------------------------------------------------------------------------------


@dataclass
class Town:
    """Forty colleagues who are all asked in one round, and the process that asks them."""

    desk: Desk
    database: Database
    times: Window
    port: int
    tokens: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Of the web chat."""
        return f"http://127.0.0.1:{self.port}"

    def set_clock(self, moment: datetime) -> None:
        """Move the time, also of a process that runs."""
        new = self.desk.folder / "clock.new"
        new.write_text(str((moment - system_now()).total_seconds()), encoding="ascii")
        new.replace(self.desk.folder / "clock")

    def start(self) -> None:
        """Start, and wait until it serves."""
        with (self.desk.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(shifted.__file__), "clock"],
                cwd=self.desk.folder,
                env=surroundings(**SETTINGS, KLANKBORD_PORT=str(self.port)),
                stdout=log,
                stderr=log,
            )
        until(lambda: answers_at(self.address))

    def kill(self) -> None:
        """As a power cut would, in the middle of whatever it does."""
        assert self.process is not None
        assert self.process.poll() is None, self.log
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """Ask it to stop, and tell how it did."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(10)

    @property
    def log(self) -> str:
        """What every process of this town wrote."""
        return (self.desk.folder / "log").read_text(encoding="utf-8")

    def how_many(self, table: type[SQLModel], *where: object) -> int:
        """The number of rows."""
        with self.database.transaction(reading=True) as session:
            counted = select(func.count()).select_from(table)
            return session.exec(counted.where(*where)).one()  # type: ignore[arg-type]

    def unsent(self) -> int:
        """How many messages still have to go out by now."""
        unsent = (OutgoingState.WAITING, OutgoingState.LEASED, OutgoingState.SENDING)
        return self.how_many(OutgoingRow, col(OutgoingRow.state).in_(unsent))

    def ballot(self, person: str) -> Ballot:
        """What lies in somebody's envelope."""
        with self.database.transaction(reading=True) as session:
            invitation = session.exec(select(Invitation).where(Invitation.person == person)).one()
            key = Keyring([self.key]).round_key(session, invitation.round)
            return ballots.unseal(key, invitation.id, session.get_one(SealedBallot, invitation.id).sealed)

    @property
    def key(self) -> str:
        """KLANKBORD_KEYS as `init` made it."""
        text = (self.desk.folder / "klankbord.env").read_text(encoding="utf-8")
        return text.partition("KLANKBORD_KEYS=")[2].strip()


def person(number: int) -> str:
    """The key of a colleague."""
    return f"p{number:02}"


@pytest.fixture(scope="module")
def prepared(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which everything is applied, live, imported and linked; one cohort, and a round of a week."""
    desk = Desk(Path(shutil.copytree(template, tmp_path_factory.mktemp("prepared"), dirs_exist_ok=True)))
    desk.change("town/surveys/staff.toml", "cohorts     = 4", "cohorts     = 1\ncloses_on_working_day = 5")
    rows = [f"{person(number)},Colleague {number},webchat,{person(number)},-" for number in range(PEOPLE)]
    rows[-1] = rows[-1].replace(",-", ",ict")
    people = "\n".join(("key,name,platform,address,department", *rows))
    (desk.folder / "people.csv").write_text(people, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(desk.folder)
        for line in (
            "apply town --yes",
            "live --yes",
            "people import people.csv --yes",
            "people links --out links.csv",
        ):
            assert desk.command(*line.split()).code == 0, line
    return desk.folder


@pytest.fixture
def town(desk: Desk, prepared: Path) -> Iterator[Town]:
    """A town that waits for its first round."""
    shutil.copytree(prepared, desk.folder, dirs_exist_ok=True)
    with (desk.folder / "links.csv").open(encoding="utf-8", newline="") as file:
        tokens = {row["key"]: row["link"].rpartition("/join/")[2] for row in csv.DictReader(file)}
    database = Database(desk.folder / DATABASE)
    with database.transaction(reading=True) as session:
        organisation = editions.latest(session).organisation
    times = window(organisation.surveys[0].rhythm, 0, organisation)
    town = Town(desk, database, times, free_port(), tokens)
    yield town
    if town.process is not None and town.process.poll() is None:
        town.process.kill()
        town.process.wait(10)
    database.close()


# --- a colleague in a browser ------------------------------------------------------------------------------------


CARD = re.compile(r'<article class="card".*?</article>', re.DOTALL)
BUTTON = re.compile(r'name="action" value="([^"]+)"(?: aria-pressed="(true|false)")?')
FIELD = re.compile(r'<input type="hidden" name="(csrf|slot)" value="([^"]+)"')


@dataclass
class Colleague:
    """Reads the card, taps, and remembers what was acknowledged."""

    key: str
    address: str
    patience: int  # how many questions until they leave
    client: httpx.Client
    page: str = ""
    said: dict[tuple[str, str], str] = field(default_factory=dict)  # acknowledged answers
    in_flight: Action | None = None  # tapped, and not acknowledged

    def enter(self, token: str) -> None:
        """With the personal link."""
        assert self.client.get(f"{self.address}/join/{token}").status_code == 303

    def look(self) -> None:
        """At the chat, as it is now."""
        answer = self.client.get(f"{self.address}/chat")
        assert answer.status_code == 200
        self.page = answer.text

    @property
    def card(self) -> list[tuple[str, str]]:
        """The buttons of the card, with the ticks."""
        cards = CARD.findall(html.unescape(self.page))
        assert len(cards) == 1, self.key
        return BUTTON.findall(cards[0])

    def walk(self) -> None:
        """Tap until the end, until it is enough, or until nobody answers any more."""
        try:
            while (action := self.choice()) is not None:
                self.tap(action)
        except httpx.TransportError:
            return

    def tap(self, action: Action) -> None:
        """One tap; only after the answer it is acknowledged."""
        fields = dict(FIELD.findall(CARD.findall(self.page)[0]))
        self.in_flight = action
        answer = self.client.post(f"{self.address}/chat/tap", data={**fields, "action": str(action)})
        assert answer.status_code == 200, answer.text
        self.page = answer.text
        self.in_flight = None
        if action.verb == "a":
            self.said[action.arguments[0], action.arguments[1]] = action.arguments[2]

    def choice(self) -> Action | None:
        """The next tap: only ICT was dealt with, and opinions differ from one colleague to the next."""
        actions = [(action, pressed) for text, pressed in self.card if (action := decode(text))]
        by_verb = {action.verb: action for action, _ in actions}
        to_tick = [action for action, pressed in actions if action.arguments[:1] == ("ict",) and pressed == "false"]
        answers = [action for action, _ in actions if action.verb == "a"]
        for verb in ("begin", "done"):
            if verb in by_verb:
                return by_verb[verb]
        if "next" in by_verb:
            return to_tick[0] if to_tick else by_verb["next"]
        if not answers or len(self.said) >= self.patience:
            return None
        return answers[(int(self.key[1:]) + len(self.said)) % len(answers)]


@contextmanager
def colleagues(town: Town) -> Iterator[list[Colleague]]:
    """Those who answer, each with a browser of their own."""
    found = [
        Colleague(person(number), town.address, 2 if number < LEAVE else 99, browser()) for number in range(ANSWER)
    ]
    yield found
    for colleague in found:
        colleague.client.close()


def walk_until(town: Town, walkers: list[Colleague], acknowledged: int | None) -> None:
    """Let everybody walk, four at a time; kill the bot when that many answers were acknowledged in all."""
    with ThreadPoolExecutor(4) as threads:
        walks = [threads.submit(one.walk) for one in walkers]
        if acknowledged is not None:
            until(lambda: sum(len(one.said) for one in walkers) >= acknowledged, 60)
            town.kill()
    for walk in walks:
        walk.result()


def go_on(town: Town, walkers: list[Colleague]) -> None:
    """Everybody is where they were: nothing acknowledged is lost, and at most the tap in flight was added."""
    for one in walkers:
        before, tapped = one.card if one.page else [], one.in_flight
        one.look()
        in_envelope = {
            (department, question): value
            for department, answers in town.ballot(one.key).answers.items()
            for question, value in answers.items()
        }
        if tapped is None:
            assert in_envelope == one.said
            assert not before or one.card == before
        elif in_envelope != one.said:
            assert tapped.verb == "a"
            one.said[tapped.arguments[0], tapped.arguments[1]] = tapped.arguments[2]
            assert in_envelope == one.said
        one.in_flight = None


# --- kills -------------------------------------------------------------------------------------------------------


def send_the_rest(town: Town, moment: datetime) -> None:
    """After a kill: start again, and when the leases ran out everything goes out that did not."""
    town.set_clock(moment)
    town.start()
    until(lambda: town.unsent() == 0)


def test_kills_lose_nothing_and_repeat_nothing(town: Town) -> None:
    """Killed while inviting, twice while people answer, while counting and while posting.

    What was acknowledged is there after every start; every message goes out once; everybody is counted once.
    """
    times, later = town.times, timedelta(minutes=3)

    # It is killed while it invites; started again, it invites everybody else.
    town.set_clock(times.opens_at + later)
    town.start()
    until(lambda: town.how_many(ChatMessage) >= 5)
    town.kill()
    send_the_rest(town, times.opens_at + 2 * later)
    assert town.how_many(Round) == 1
    assert town.how_many(Invitation) == town.how_many(ChatMessage) == PEOPLE

    # It is killed twice while people answer; they go on where they were.
    with colleagues(town) as walkers:
        for one in walkers:
            one.enter(town.tokens[one.key])
            one.look()
        for acknowledged in (12, 36):
            walk_until(town, walkers, acknowledged)
            town.start()
            go_on(town, walkers)
        walk_until(town, walkers, None)
        go_on(town, walkers)
    assert [len(one.said) for one in walkers] == [2] * LEAVE + [5] * WHOLE
    assert ["Dank je wel" in one.page for one in walkers] == [False] * LEAVE + [True] * WHOLE

    # Everybody but who finished is reminded, once.
    town.set_clock(times.reminds_at + later)
    until(lambda: town.how_many(ChatMessage) == PEOPLE + PEOPLE - WHOLE and town.unsent() == 0)

    # It is killed as soon as the round is counted: everybody once, and no envelope is left.
    town.set_clock(times.closes_at + later)
    until(lambda: town.how_many(Round, col(Round.state) == RoundState.COUNTED) == 1)
    town.kill()
    with town.database.transaction(reading=True) as session:
        assert_counted(session, walkers)

    # It is killed while it posts the messages: each department's channel gets one.
    posted = town.how_many(ChatMessage)
    town.set_clock(times.digests_at + later)
    town.start()
    until(lambda: town.how_many(ChatMessage) > posted)
    town.kill()
    send_the_rest(town, times.digests_at + 2 * later)
    with town.database.transaction(reading=True) as session:
        assert_counted(session, walkers)
        assert_told_once(session)
    reader = Colleague(person(PEOPLE - 1), town.address, 0, browser())
    with reader.client:
        reader.enter(town.tokens[reader.key])
        channel = html.unescape(reader.client.get(f"{town.address}/channel/ict").text)
        assert channel.count(f"· {ANSWER} collega's gaven antwoord.<") == 1

    assert "Traceback" not in town.log
    assert "ERROR" not in town.log
    assert town.stop() == 0


def assert_counted(session: Session, walkers: list[Colleague]) -> None:
    """Everybody who answered is counted once, and so is each of their answers; nothing is left of who said it."""
    turnout = session.exec(select(Turnout)).one()
    assert (turnout.invited, turnout.responded) == (PEOPLE, ANSWER)
    assert session.exec(select(SealedBallot)).all() == []
    assert session.exec(select(RoundKey)).all() == []
    counted = {row.question: row.people for row in session.exec(select(Participation))}
    assert counted == {"received": ANSWER, "needed": ANSWER, "service": WHOLE, "theme": WHOLE, "time": WHOLE}
    said = sorted((question, value) for one in walkers for (_, question), value in one.said.items())
    assert sorted((row.question, row.value) for row in session.exec(select(Answer))) == said


def assert_told_once(session: Session) -> None:
    """One message for each department, in its channel, once; and none of all messages failed."""
    departments = editions.latest(session).organisation.departments
    rows = session.exec(select(OutgoingRow)).all()
    assert {row.state for row in rows} == {OutgoingState.SENT}
    posts = [row for row in rows if row.kind is Kind.DIGEST and row.department]
    assert sorted(row.address for row in posts) == sorted(f"#{one.key}" for one in departments)
    assert [row.id.partition(":")[0] for row in posts if row.address == "#ict"] == ["digest"]
    assert {row.id.partition(":")[0] for row in posts if row.address != "#ict"} == {"over"}
    messages = session.exec(select(ChatMessage)).all()
    assert sorted(message.outgoing for message in messages) == sorted(row.id for row in rows)


# --- stopping and starting ---------------------------------------------------------------------------------------


@contextmanager
def running(desk: Desk, *arguments: str, port: int | None = None, **settings: str) -> Iterator["subprocess.Popen[str]"]:
    """`klankbord run` in a process of its own, that serves."""
    port = port or free_port()
    with desk.begun("run", *arguments, KLANKBORD_PORT=str(port), **settings) as process:
        try:
            until(lambda: process.poll() is not None or answers_at(f"http://127.0.0.1:{port}"))
            yield process
        finally:
            process.kill()


def stopped(process: subprocess.Popen[str], how: signal.Signals = signal.SIGTERM) -> list[str]:
    """The lines that it printed until it stopped on this signal, well and within ten seconds."""
    process.send_signal(how)
    printed, errors = process.communicate(timeout=10)
    assert process.returncode == 0, errors
    return printed.splitlines()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_told(office: Desk, how: signal.Signals) -> None:
    """On Ctrl-C and on SIGTERM, also while a browser is connected: exit code 0 within ten seconds, and a last word."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with running(office, port=port) as process, browser() as client:
        assert client.get(f"{address}/chat").status_code == 401
        lines = stopped(process, how)
    assert lines[0] == f"Klankbord runs at {address}. Stop it with Ctrl-C."
    assert lines[1].startswith("It is still a pilot")
    assert lines[-1] == "Stopped. Nothing is lost."


def test_a_port_in_use_is_refused(office: Desk) -> None:
    """Exit code 2, which port, and how to choose another."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        done = office.process("run", KLANKBORD_PORT=str(port))
    assert (done.code, done.out) == (2, "")
    assert f"Port {port} on 127.0.0.1 is already in use" in done.err
    assert "KLANKBORD_PORT" in done.err
    assert "Traceback" not in done.err


SLACK = {"KLANKBORD_SLACK_BOT_TOKEN": "xoxb-secret", "KLANKBORD_SLACK_APP_TOKEN": "xapp-secret"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"KLANKBORD_SLACK_BOT_TOKEN": "xoxp-secret"}, "KLANKBORD_SLACK_BOT_TOKEN: this is no bot token."),
        ({"KLANKBORD_SLACK_APP_TOKEN": ""}, "KLANKBORD_SLACK_APP_TOKEN: Slack cannot tell me anything."),
        ({"KLANKBORD_SLACK_DND": "perhaps"}, "KLANKBORD_SLACK_DND: this is neither true nor false."),
    ],
)
def test_a_platform_that_is_set_up_wrongly(office: Desk, settings: dict[str, str], said: str) -> None:
    """Exit code 2, which setting, and what to do; the value is not printed."""
    done = office.process("run", KLANKBORD_PORT="0", **(SLACK | settings))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(said)
    assert len(done.err.splitlines()) == 1
    assert "secret" not in done.err


class _Refuses(BaseHTTPRequestHandler):
    """Answers whatever is asked as Slack answers a token that it does not know."""

    def do_POST(self) -> None:
        answer = b'{"ok": false, "error": "invalid_auth"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_a_token_that_a_platform_refuses(office: Desk) -> None:
    """Exit code 2 and what to do, before anything is sent."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Refuses) as slack:
        Thread(target=slack.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{slack.server_port}/api/"
        done = office.process("run", KLANKBORD_PORT="0", KLANKBORD_SLACK_API_URL=url, **SLACK)
        slack.shutdown()
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("KLANKBORD_SLACK_BOT_TOKEN: Slack does not know this token (any more).")
    assert len(done.err.splitlines()) == 1
    assert "secret" not in done.err


# --- keys --------------------------------------------------------------------------------------------------------


def open_round(town: Town) -> list[bytes]:
    """Open the round of this town; returns every envelope."""
    with town.database.transaction() as session:
        rounds.open_due(session, town.times.opens_at, random.Random(1), Keyring([town.key]))
        return [one.sealed for one in session.exec(select(SealedBallot))]


def test_other_keys_are_refused_while_a_round_is_open(town: Town) -> None:
    """Exit code 2: which round, how many envelopes would be lost, and what to do; nothing is changed."""
    assert len(open_round(town)) == PEOPLE
    before = town.desk.everything()
    done = town.desk.process("run", KLANKBORD_KEYS=Keyring.new_key())
    assert (done.code, done.out) == (2, "")
    assert "Round 1 of staff cannot be opened with these KLANKBORD_KEYS; 40 sealed ballots lie there." in done.err
    assert "Put the old key back" in done.err
    assert "`klankbord run --abandon-round`" in done.err
    assert "Traceback" not in done.err
    assert town.desk.everything() == before


def test_a_new_key_before_the_old_one_is_fine(town: Town) -> None:
    """Keys can be renewed while a round is open; then even `--abandon-round` gives nothing up."""
    open_round(town)
    with running(town.desk, "--abandon-round", KLANKBORD_KEYS=f"{Keyring.new_key()},{town.key}") as process:
        assert stopped(process)[-1] == "Stopped. Nothing is lost."
    assert town.how_many(Round, col(Round.state) == RoundState.ABORTED) == 0


def test_a_round_can_be_given_up(town: Town) -> None:
    """`--abandon-round` destroys its envelopes and its key, on the disk too, counts nothing, and goes on."""
    sealed = open_round(town)
    with running(town.desk, "--abandon-round", KLANKBORD_KEYS=Keyring.new_key()) as process:
        files = [file.read_bytes() for file in (town.desk.folder / "data").iterdir()]
        assert stopped(process)[0].startswith("Klankbord runs at")
    with town.database.transaction(reading=True) as session:
        abandoned = session.exec(select(Round).order_by(col(Round.id))).first()
        assert abandoned is not None
        assert abandoned.state is RoundState.ABORTED
        assert ballots.how_many(session, abandoned.key) == 0
        assert session.get(RoundKey, abandoned.key) is None
        assert session.exec(select(Turnout)).all() == []
        assert session.exec(select(Answer)).all() == []
    assert not any(envelope[:40] in file for envelope in sealed for file in files)


def test_answers_given_early_need_their_key_too(town: Town) -> None:
    """Refused likewise, and given up with the same option."""
    with town.database.transaction() as session:
        person = session.exec(select(Person.key)).first() or ""
        _, wrapped = Keyring([town.key]).new_early_key()
        closes_at = town.times.closes_at + timedelta(weeks=8)
        session.add(Early(id="early", person=person, survey="staff", closes_at=closes_at, wrapped=wrapped, sealed=b""))
    done = town.desk.process("run", KLANKBORD_KEYS=Keyring.new_key())
    assert (done.code, done.out) == (2, "")
    assert "Ballots begun before their round cannot be opened with these KLANKBORD_KEYS." in done.err
    assert "`klankbord run --abandon-round`" in done.err
    assert town.how_many(Early) == 1
    with running(town.desk, "--abandon-round", KLANKBORD_KEYS=Keyring.new_key()) as process:
        assert stopped(process)[-1] == "Stopped. Nothing is lost."
    assert town.how_many(Early) == 0


def test_giving_up_waits_until_it_can_go_on(town: Town) -> None:
    """With its port in use `run --abandon-round` cannot go on, so it destroys nothing."""
    open_round(town)
    before = town.desk.everything()
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        done = town.desk.process("run", "--abandon-round", KLANKBORD_KEYS=Keyring.new_key(), KLANKBORD_PORT=port)
    assert done.code == 2
    assert town.desk.everything() == before


# --- between two steps -------------------------------------------------------------------------------------------


def test_stopping_finishes_what_is_under_way(town: Town) -> None:
    """Told to stop while it opens a round or invites: no error in the log, and no message is left half sent."""
    town.set_clock(town.times.opens_at)
    town.start()
    assert town.stop() == 0
    assert "Traceback" not in town.log
    assert town.how_many(OutgoingRow, col(OutgoingRow.state) == OutgoingState.SENT) == town.how_many(ChatMessage)


COUNT_AND_DIE = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from bot.flow import counting
from bot.store.ballots import Keyring
from bot.store.database import Database
with Database(Path(sys.argv[1])).transaction() as session:
    counting.count_due(session, datetime.fromisoformat(sys.argv[2]), Keyring([sys.argv[3]]))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_right_after_counting_leaves_no_envelope(town: Town) -> None:
    """Killed before the disk was cleaned: once it runs again, no sealed ballot is in any file of the database."""
    sealed = open_round(town)
    town.database.close()
    moment = town.times.closes_at
    command = [sys.executable, "-c", COUNT_AND_DIE, DATABASE, moment.isoformat(), town.key]
    killed = subprocess.run(command, cwd=town.desk.folder, env=surroundings(), check=False)
    assert killed.returncode == -signal.SIGKILL
    town.set_clock(moment)
    town.start()
    files = [file.read_bytes() for file in (town.desk.folder / "data").iterdir()]
    assert not any(envelope[:40] in file for envelope in sealed for file in files)
