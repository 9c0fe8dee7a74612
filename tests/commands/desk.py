"""An admin's desk: an empty folder of their own, and the real command line in it."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from bot.cli import main

DATABASE = "data/klankbord.sqlite3"


def surroundings(**settings: str) -> dict[str, str]:
    """The environment of this process without settings of Klankbord, and then these.

    Compiled modules are kept, so that of all the processes only the first has to compile them.
    """
    bare = {name: value for name, value in os.environ.items() if not name.startswith("KLANKBORD_")}
    bare.pop("PYTHONDONTWRITEBYTECODE", None)
    return bare | settings


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Desk:
    """Works in one folder, which is the current one."""

    folder: Path

    def command(self, *arguments: str, typed: str = "", **settings: str) -> Done:
        """The command in this process. Whatever it raises but its exit code would have been a traceback."""
        result = CliRunner().invoke(main, arguments, input=typed, env=settings, prog_name="klankbord")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Done(result.exit_code, result.stdout, result.stderr)

    def process(self, *arguments: str, **settings: str) -> Done:
        """The command in a process of its own, in English unless the settings say otherwise."""
        with self.begun(*arguments, **settings) as process:
            try:
                out, err = process.communicate(timeout=60)
            finally:
                process.kill()
        return Done(process.returncode, out, err)

    def begun(self, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
        """The same, while it runs."""
        return subprocess.Popen(
            [sys.executable, "-m", "bot.cli", *arguments],
            cwd=self.folder,
            env=surroundings(**{"KLANKBORD_LANGUAGE": "en"} | settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def change(self, file: str, old: str, new: str) -> None:
        """One thing in one file."""
        text = (self.folder / file).read_text(encoding="utf-8")
        assert old in text
        (self.folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    def everything(self) -> dict[str, object]:
        """What every file holds; of the database, what is in its tables."""
        files = [path for path in sorted(self.folder.rglob("*")) if not path.name.endswith(("-wal", "-shm"))]
        return {str(path.relative_to(self.folder)): _content(path) for path in files}


def _content(path: Path) -> object:
    if path.is_dir():
        return "folder"
    content = path.read_bytes()
    if not content.startswith(b"SQLite format 3"):
        return content
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())
