"""The image: small rules that a careless change breaks, and that no build would tell."""

import ast
import json
import re
import shlex
from functools import cache
from pathlib import Path

import pytest
from starlette.routing import Route

from bot.web.health import Health
from config.settings import Settings

ROOT = Path(__file__).parents[2]
FINAL = "final"

Step = tuple[str, str]


@cache
def stages() -> dict[str, list[Step]]:
    """The instructions of each stage, the last one under `final`; lines that go on are one."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Containerfile").read_text("utf-8"))
    found: dict[str, list[Step]] = {}
    for line in (line for line in text.splitlines() if line.strip() and not line.startswith("#")):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            steps = found.setdefault(rest.partition(" AS ")[2] or FINAL, [])
        steps.append((word, rest.strip()))
    return found


def every(word: str, stage: str | None = None) -> list[str]:
    """What stands behind this instruction, in a stage or in all."""
    chosen = [stages()[stage]] if stage else stages().values()
    return [rest for steps in chosen for known, rest in steps if known == word]


def variables(stage: str) -> dict[str, str]:
    """The environment that a stage sets."""
    pairs = (one.partition("=") for rest in every("ENV", stage) for one in shlex.split(rest))
    return {name: value for name, _, value in pairs}


def test_every_stage_begins_with_the_same_python_by_its_tag() -> None:
    """The environment is moved from one to the other, so they have to be alike; `latest` is another tomorrow."""
    bases = {rest.partition(" AS ")[0] for rest in every("FROM")}
    assert len(bases) == 1
    (base,) = bases
    assert re.fullmatch(r"docker\.io/library/python:3\.\d+-slim-\w+", base)
    oldest = re.findall(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert [f":{version}-" in base for version in oldest] == [True], "the version that the checks run on"


def test_it_runs_as_a_user_without_rights() -> None:
    """By number, so that an orchestrator can see that it is not root; and not before what root has to do."""
    assert every("USER", FINAL) == ["10001:10001"]
    words = [word for word, _ in stages()[FINAL]]
    assert "RUN" not in words[words.index("USER") :]
    assert "COPY" not in words[words.index("USER") :]


def test_what_is_started_is_started_without_a_shell() -> None:
    """A shell in between would keep SIGTERM to itself."""
    commands = every("ENTRYPOINT") + every("CMD") + [one.partition("CMD ")[2] for one in every("HEALTHCHECK")]
    assert [json.loads(one) for one in commands][:2] == [["klankbord"], ["run"]]
    assert len(commands) == 3
    assert every("STOPSIGNAL") == ["SIGTERM"]


def test_it_is_built_from_the_lock_and_from_nothing_else() -> None:
    """No download but by uv with its hashes, uv itself of one version, and no development tools."""
    assert every("ADD") == []
    assert not re.search(r"https?://(?!127\.0\.0\.1)|curl|wget|git clone", " ".join(every("RUN") + every("COPY")))
    (pip,) = [one for one in every("RUN") if "pip" in one]
    assert re.search(r'"uv==[\d.]+"', pip)
    syncs = [json.loads(one) for one in every("RUN") if "sync" in one]
    assert all({"--locked", "--no-dev"} <= set(sync) for sync in syncs)
    assert "--no-editable" in syncs[-1]


def test_only_the_data_folder_and_tmp_are_written() -> None:
    """So that all else may be read-only."""
    environment = variables(FINAL)
    assert environment["KLANKBORD_DATA"] == "/data"
    assert every("VOLUME", FINAL) == ["/data"]
    assert environment["MPLCONFIGDIR"].startswith("/tmp/")
    assert environment["PYTHONDONTWRITEBYTECODE"] == "1"
    assert every("WORKDIR", FINAL) == ["/etc/klankbord"], "not where the database is: klankbord.env is looked for there"


def test_no_secret_is_part_of_it() -> None:
    """Its settings are settings of ours, and none of them is secret."""
    ours = {name for name in variables(FINAL) if name.startswith("KLANKBORD_")}
    secret = {f"KLANKBORD_{name.upper()}" for name in ("keys", "database_url")}
    assert ours <= {f"KLANKBORD_{name.upper()}" for name in Settings.model_fields} - secret
    assert every("ARG") == []


def test_only_what_is_listed_goes_into_the_build() -> None:
    """A database, a key or the history beside the Containerfile does not; what is copied does."""
    lines = [line for line in (ROOT / ".containerignore").read_text("utf-8").splitlines() if line[:1] not in ("", "#")]
    assert lines[0] == "*"
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = {one for rest in every("COPY", "build") for one in rest.split()[:-1]}
    assert let_in == copied
    assert all((ROOT / one).exists() for one in copied)


def test_the_health_check_asks_for_life() -> None:
    """With Python alone, for there is no curl; a path that exists; and it gives up in time."""
    (check,) = every("HEALTHCHECK")
    python, option, program = json.loads(check.partition("CMD ")[2])
    assert (python, option) == ("python", "-c")
    ast.parse(program)
    routes = {route.path for route in Health.routes(Health.__new__(Health)) if isinstance(route, Route)}
    (path,) = re.findall(r"'(/\w+)'", program)
    assert path == "/healthz"
    assert path in routes
    waits, limit = (int(re.findall(pattern, check)[0]) for pattern in (r"timeout=(\d+)\)", r"--timeout=(\d+)s"))
    assert waits < limit


def test_the_health_check_fails_where_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception is an exit code that is not 0."""
    monkeypatch.setenv("KLANKBORD_PORT", "1")  # nobody listens there
    program = json.loads(every("HEALTHCHECK")[0].partition("CMD ")[2])[2]
    with pytest.raises(OSError, match="refused"):
        exec(program, {})  # our own line
