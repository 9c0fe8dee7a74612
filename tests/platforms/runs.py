"""One `klankbord run` after another on the same data, with a clock that a test sets, to be killed."""

import asyncio
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlmodel import select

from bot.app import system_now
from bot.store.ballots import Keyring
from bot.store.database import Database
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.rounds import Round, RoundState
from tests.commands import shifted
from tests.commands.desk import surroundings
from tests.commands.test_run import free_port


class Runs:
    """The processes, and what their database holds."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self._settings = {
            "KLANKBORD_KEYS": Keyring.new_key(),
            "KLANKBORD_DATA": str(folder),
            "KLANKBORD_HOST": "127.0.0.1",
            "KLANKBORD_PORT": str(free_port()),
            **settings,
        }
        self._process: asyncio.subprocess.Process | None = None

    def set_clock(self, moment: datetime) -> None:
        """Also of a process that runs."""
        new = self.folder / "clock.new"
        new.write_text(str((moment - system_now()).total_seconds()), encoding="ascii")
        new.replace(self.folder / "clock")

    async def start(self) -> None:
        """A new process."""
        with (self.folder / "log").open("ab") as log:
            command = (sys.executable, shifted.__file__, str(self.folder / "clock"))
            self._process = await asyncio.create_subprocess_exec(
                *command, cwd=self.folder, env=surroundings(**self._settings), stderr=log
            )

    async def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """As a power cut would."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(how)
            await self._process.wait()
            self._process = None

    def rows(self, kind: Kind) -> list[OutgoingRow]:
        """The messages of a kind."""
        database = Database(self.folder / "klankbord.sqlite3")
        with database.transaction(reading=True) as session:
            found = list(session.exec(select(OutgoingRow).where(OutgoingRow.kind == kind)))
        database.close()
        return found

    @property
    def counted(self) -> bool:
        """Whether the round is."""
        database = Database(self.folder / "klankbord.sqlite3")
        with database.transaction(reading=True) as session:
            found = session.exec(select(Round.state)).all()
        database.close()
        return list(found) == [RoundState.COUNTED]

    def states(self, kind: Kind) -> dict[str, OutgoingState]:
        """Address and state of the messages of a kind."""
        return {row.address: row.state for row in self.rows(kind)}

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait for something, but not for ever."""
        for _ in range(1200):
            if happened():
                return
            await asyncio.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text(encoding="utf-8")[-3000:])
