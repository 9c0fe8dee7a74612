"""The PostgreSQL of the tests itself: it starts, is empty, comes back after a crash, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text

from tests.postgres import Mode, NotStarted, Server, server

ROOT = Path(__file__).parents[2]

KILLED = """
import os, signal
from tests.postgres import server
with server() as postgres:
    print(postgres.pid, postgres.folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """A server that these tests may end: the one of the session is also others'."""
    with server() as started:
        yield started


def processes(parent: int) -> list[int]:
    """A process and what descends from it, of those that are not over."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return [int(pid) for pid, its, state in rows if str(parent) in (pid, its) and not state.startswith("Z")]


def within(seconds: float, true: Callable[[], bool]) -> bool:
    """Whether something becomes true in time."""
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.05)
    return true()


def test_a_fresh_database_is_empty_and_no_other(own: Server) -> None:
    """What is made in one is not in the next; both speak UTF-8 and order by byte, as SQLite does."""
    first, second = create_engine(own.fresh()), create_engine(own.fresh())
    with first.begin() as connection:
        connection.execute(text("CREATE TABLE made (said text)"))
        connection.execute(text("INSERT INTO made VALUES ('é'), ('Z'), ('a')"))
    assert inspect(second).get_table_names() == []
    with first.begin() as connection:
        assert connection.execute(text("SELECT said FROM made ORDER BY said")).scalars().all() == ["Z", "a", "é"]
    for engine in (first, second):
        engine.dispose()


def test_a_dropped_database_is_gone_although_somebody_is_connected(own: Server) -> None:
    """A test that failed may have left a connection open."""
    url = own.fresh()
    name = url.rpartition("/")[2]
    with own.connect(name) as left:
        own.drop(url)
        with pytest.raises(psycopg.OperationalError):
            left.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        own.connect(name)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_ends_open_connections_and_keeps_what_was_committed(own: Server, mode: Mode) -> None:
    """The port stays; a transaction under way is lost, after a crash as after an orderly end."""
    name = own.fresh().rpartition("/")[2]
    before = own.pid, own.port
    with own.connect(name) as connection:
        connection.execute("CREATE TABLE kept (number int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        connection.execute("BEGIN")
        connection.execute("INSERT INTO kept VALUES (2)")
        own.restart(mode)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("COMMIT")
    with own.connect(name) as again:
        assert again.execute("SELECT number FROM kept").fetchall() == [(1,)]
    assert own.port == before[1]
    assert own.pid != before[0]


def test_down_is_down_until_it_is_up(own: Server) -> None:
    """Nobody answers meanwhile, and going down twice is going down once."""
    own.down()
    own.down()
    with pytest.raises(psycopg.OperationalError):
        own.connect()
    with pytest.raises(RuntimeError, match="down"):
        _ = own.pid
    own.up()
    own.connect().close()


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_stopping_leaves_no_process_and_no_folder(mode: Mode) -> None:
    """Also with a connection open, and also where it crashed before."""
    with server() as postgres:
        postgres.restart(mode)
        connection = postgres.connect()
        pid, folder = postgres.pid, postgres.folder
        assert len(processes(pid)) > 3
        assert folder.exists()
    connection.close()
    assert processes(pid) == []
    assert not folder.exists()


def test_a_failing_test_stops_it_too() -> None:
    """Whatever is raised inside the block."""
    left: list[Server] = []

    def failing() -> None:
        with server() as postgres:
            left.append(postgres)
            raise AssertionError("as a test does")

    with pytest.raises(AssertionError, match="as a test does"):
        failing()
    with pytest.raises(RuntimeError, match="down"):
        _ = left[0].pid
    assert not left[0].folder.exists()


def test_a_killed_test_run_leaves_nothing_either() -> None:
    """The guard outlives it and cleans up."""
    done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == -signal.SIGKILL, done.stderr
    pid, folder = done.stdout.split()
    assert within(20, lambda: not Path(folder).exists())
    assert processes(int(pid)) == []


def test_it_never_runs_as_root_and_its_folder_is_its_own(own: Server) -> None:
    """Neither the program nor its data is anybody else's."""
    owner = Path(f"/proc/{own.pid}").stat().st_uid if sys.platform == "linux" else own.data.stat().st_uid
    assert owner != 0
    assert owner == (os.geteuid() or own.folder.stat().st_uid)
    assert own.folder.stat().st_mode & 0o077 == 0


def test_commits_wait_for_the_disk_only_where_asked() -> None:
    """Benchmarks and crash tests ask."""
    asked = "SELECT setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes')"
    for durable, expected in ((False, {"off"}), (True, {"on"})):
        with server(durable=durable) as postgres, postgres.connect() as connection:
            assert {row[0] for row in connection.execute(asked)} == expected


def test_a_setting_that_postgresql_refuses_is_told() -> None:
    """In its own words, and nothing is left."""
    postgres = Server(settings={"shared_buffers": "a lot"})
    with pytest.raises(NotStarted, match="a lot"):
        postgres.start()
    postgres.stop()
    assert not postgres.folder.exists()
