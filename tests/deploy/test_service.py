"""The systemd unit: what makes it hard to do harm from within, and how it starts and stops."""

from collections import defaultdict
from functools import cache
from pathlib import Path

from bot import app
from bot.web.server import application, server
from config.settings import ENV_FILE, Settings

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "deploy" / "klankbord.service"
PAGE = ROOT / "docs" / "operations.md"

HARDENED = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "AmbientCapabilities": "",
    "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "PrivateUsers": "yes",
    "PrivateMounts": "yes",
    "PrivateIPC": "yes",
    "ProtectProc": "invisible",
    "ProcSubset": "pid",
    "ProtectClock": "yes",
    "ProtectHostname": "yes",
    "ProtectControlGroups": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",  # asyncio wakes itself by a socket of the last
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallFilter": "@system-service ~@privileged @resources",
    "UMask": "0077",
    "LimitCORE": "0",
}


@cache
def unit() -> dict[str, str]:
    """Every key of every section; one that stands there more than once adds up, as systemd has it."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in UNIT.read_text("utf-8").splitlines():
        if line[:1] not in ("", "#", "["):
            key, _, value = line.partition("=")
            found[key].append(value)
    return {key: " ".join(values) for key, values in found.items()}


def test_it_is_hardened() -> None:
    """All of it; a line that has to go for a new library goes here and in the page."""
    assert {key: unit().get(key) for key in HARDENED} == HARDENED


def test_it_is_not_root_and_writes_in_two_folders() -> None:
    """Those that systemd makes for it, open to nobody else."""
    assert unit()["User"] == unit()["Group"] == "klankbord"
    assert (unit()["StateDirectory"], unit()["CacheDirectory"]) == ("klankbord", "klankbord")
    assert unit()["StateDirectoryMode"] == unit()["CacheDirectoryMode"] == "0700"
    assert "ReadWritePaths" not in unit()
    variables = dict(one.split("=") for one in unit()["Environment"].split())
    assert variables["KLANKBORD_DATA"] == "/var/lib/klankbord"
    assert variables["MPLCONFIGDIR"] == "/var/cache/klankbord"


def test_no_key_is_in_it() -> None:
    """They come from the file in its folder, which the page makes readable for its owner alone."""
    assert "KEYS" not in UNIT.read_text("utf-8")
    assert Settings.model_config["env_file"] == ENV_FILE
    assert unit()["WorkingDirectory"] == "/etc/klankbord"
    page = PAGE.read_text("utf-8")
    assert "cd /etc/klankbord\nklankbord init town\n" in page
    assert f"chown klankbord:klankbord {ENV_FILE}\n" in page


def test_it_waits_longer_than_stopping_takes_and_does_not_repeat_wrong_settings() -> None:
    """Exit code 2 is a mistake that somebody has to mend."""
    web = server(application([])).config.timeout_graceful_shutdown
    assert web is not None
    assert int(unit()["TimeoutStopSec"]) > web + app.LAST_SECONDS
    assert unit()["Restart"] == "on-failure"
    assert unit()["RestartPreventExitStatus"] == "2"
    assert unit()["Type"] == "exec"
    assert unit()["ExecStart"] == "/opt/klankbord/bin/klankbord run"
