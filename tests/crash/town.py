"""Two hundred colleagues, half of them on each chat server, and the processes of `klankbord run` that ask them."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import httpx
from sqlmodel import Session

from bot.app import system_now
from bot.core.timing import Window, window
from bot.store import editions
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.store.people import Account, Person
from config import EXAMPLE
from config.load import read
from config.organisation import Organisation
from tests.commands.desk import surroundings

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
PLATFORMS = ("askable", "mute")
PEOPLE = 200
DEALT_WITH = ("facilitair", "hr", "ict", "inkoop")  # each by enough people for a digest with figures
AFTER_A_KILL = timedelta(minutes=3)  # what the dead one had claimed or held can be taken over then
START = 30  # seconds at most, on a busy machine


def organisation() -> Organisation:
    """The example; every other channel is on the other platform, all are one cohort, and a round takes a week."""
    example = read(EXAMPLE)
    survey = example.surveys[0]
    rhythm = survey.rhythm.model_copy(update={"cohorts": 1, "closes_on_working_day": 5})
    departments = tuple(
        department.model_copy(update={"channel": f"{PLATFORMS[number % 2]}:#{department.key}"})
        for number, department in enumerate(example.departments)
    )
    return example.model_copy(
        update={
            "departments": departments,
            "surveys": (survey.model_copy(update={"rhythm": rhythm}),),
            "admin_channel": "askable:#beheer",
            "test_channel": "askable:#proef",
        }
    )


def settle(session: Session, organisation: Organisation, now: datetime) -> None:
    """The edition, live, and everybody with an account on one of the platforms."""
    editions.write(session, organisation, live=True, author="test", note="", now=now)
    for number in range(PEOPLE):
        key, name = f"p{number:03}", f"Colleague {number}"
        session.add(Person(key=key, name=name, language="nl", timezone=organisation.timezone, department=""))
    session.flush()
    for number in range(PEOPLE):
        session.add(Account(platform=PLATFORMS[number % 2], address=f"chat{number:03}", person=f"p{number:03}"))


class Nursery:
    """Starts replicas that have everything imported already."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.folder, self.log = folder, folder / "log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.replica", "nursery"],
                cwd=folder,
                env=surroundings(**settings),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def start(self, port: int) -> int:
        """A new process; returns its id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{port} {self.log.name}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline() or 0)

    def close(self) -> None:
        """No more of them."""
        self._process.communicate(timeout=10)


@dataclass
class Replica:
    """One `klankbord run`, on a port of its own."""

    nursery: Nursery
    port: int = field(default_factory=lambda: free_port())
    process: int = 0

    @property
    def address(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    def begin(self) -> None:
        """Start it, and do not wait."""
        self.process = self.nursery.start(self.port)

    def alive(self) -> bool:
        """Whether it runs."""
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return False
        return True

    def serves(self) -> bool:
        """Whether it can be reached."""
        try:
            httpx.get(f"{self.address}/", verify=False, timeout=START)
        except httpx.TransportError:
            return False
        return True

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """As a power cut would, in the middle of whatever it does; or as it is asked to."""
        os.kill(self.process, how)
        end = time.monotonic() + START
        while self.alive():
            assert time.monotonic() < end, f"it does not stop on {how.name}"
            time.sleep(0.005)


class Town:
    """The database, the clock and the replicas."""

    def __init__(
        self, folder: Path, database_url: str | None, urls: dict[str, str], replicas: int, rng: random.Random
    ) -> None:
        self.folder, self.rng = folder, rng
        self.organisation = organisation()
        self.kills = 0
        (folder / "data").mkdir(exist_ok=True)  # it may be a disk of its own
        self.database = Database(database_url or folder / "data" / "klankbord.sqlite3")
        self.database.migrate()
        with self.database.transaction() as session:
            settle(session, self.organisation, self.times(0).opens_at - timedelta(days=1))
        settings = {
            "KLANKBORD_KEYS": Keyring.new_key(),
            "KLANKBORD_DATA": str(folder / "data"),
            "KLANKBORD_HOST": "127.0.0.1",
            "KLANKBORD_LANGUAGE": "en",
            "CRASH_CLOCK": str(folder / "clock"),
            "PYTHONPATH": str(ROOT),
            **({"KLANKBORD_DATABASE_URL": database_url} if database_url else {}),
            **{f"KLANKBORD_{name.upper()}_URL": url for name, url in urls.items()},
        }
        self._nursery = Nursery(folder, settings)
        self.replicas = [Replica(self._nursery) for _ in range(replicas)]
        self._ahead = timedelta()

    def times(self, number: int) -> Window:
        """When a round (from 0) opens, reminds, closes and is told."""
        return window(self.organisation.surveys[0].rhythm, number, self.organisation)

    def set_clock(self, moment: datetime) -> None:
        """Move the time, also of processes that run."""
        self._move(moment - system_now())

    def forward(self, by: timedelta = AFTER_A_KILL) -> None:
        """Let time pass."""
        self._move(self._ahead + by)

    def _move(self, ahead: timedelta) -> None:
        self._ahead = ahead
        new = self.folder / "clock.new"
        new.write_text(str(ahead.total_seconds()), encoding="ascii")
        new.replace(self.folder / "clock")

    def start(self) -> None:
        """Every replica, and wait until all of them serve."""
        for replica in self.replicas:
            replica.begin()
        self.wait()

    def kill(self, back_at: datetime | None = None) -> None:
        """One of them, or at times all; they are started again at that moment, or when their claims have run out."""
        dead = self.rng.choice([self.replicas, *([one] for one in self.replicas)])
        assert all(one.alive() for one in dead), f"it ended by itself\n{self.log[-2000:]}"
        for one in dead:
            one.end()
        self.kills += 1
        if back_at is None:
            self.forward()
        else:
            self.set_clock(back_at)
        for one in dead:
            one.begin()

    def stop(self) -> None:
        """Ask all of them to stop."""
        self.wait()
        for replica in self.replicas:
            replica.end(signal.SIGTERM)

    def wait(self) -> None:
        """Until every replica serves."""
        end = time.monotonic() + START
        while not all(replica.serves() for replica in self.replicas):
            assert time.monotonic() < end, self.log[-2000:]
            time.sleep(0.02)

    def read(self, f: Callable[[Session], T]) -> T:
        """Look into the database, beside whoever writes."""
        with self.database.transaction(reading=True) as session:
            return f(session)

    @property
    def log(self) -> str:
        """What every process of this town wrote."""
        return (self.folder / "log").read_text(encoding="utf-8")

    def end(self) -> None:
        """Nothing of it is left running."""
        for replica in self.replicas:
            if replica.process and replica.alive():
                replica.end()
        self._nursery.close()
        self.database.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as bound:
        port = bound.getsockname()[1]
        assert isinstance(port, int)
        return port


def wanted(name: str, otherwise: int) -> int:
    """A number from the environment."""
    return int(os.environ.get(name, otherwise))
