"""Synapse, a real homeserver, as a process on loopback: SQLite, no federation, people registered by a secret."""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.commands.test_run import free_port

NAME = "example.nl"  # of the server: what stands after the colon
SECRET = "registers-people"
PATIENCE = 60.0  # seconds until it answers
GENEROUS = {"per_second": 10_000, "burst_count": 10_000}

needs_synapse = pytest.mark.skipif(find_spec("synapse") is None, reason="needs the dependency group synapse")

LIMITS = (
    *("rc_message", "rc_registration", "rc_registration_token_validity", "rc_admin_redaction", "rc_joins_per_room"),
    *("rc_key_requests", "rc_3pid_validation", "rc_third_party_invite", "rc_media_create", "rc_delayed_event_mgmt"),
    *("rc_room_creation", "rc_reports", "rc_user_directory"),
)
LIMITS_BY_KIND = {
    "rc_login": ("address", "account", "failed_attempts"),
    "rc_joins": ("local", "remote"),
    "rc_invites": ("per_room", "per_user", "per_issuer"),
    "rc_presence": ("per_user",),
}


@dataclass(frozen=True)
class Registered:
    """An account on the server."""

    address: str  # @anna:example.nl
    password: str = field(repr=False)
    token: str = field(repr=False)


class Homeserver:
    """The process, which can be stopped and started again on the same data and port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._client = httpx.Client(base_url=self.url, timeout=PATIENCE, trust_env=False)
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._admin: Registered | None = None
        _write(folder, self.port)

    def start(self) -> None:
        """Returns when it answers."""
        command = (sys.executable, "-m", "synapse.app.homeserver", "--config-path", "homeserver.yaml")
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(command, cwd=self.folder, stdout=output, stderr=output)
        end = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None, self._said()
            assert time.monotonic() < end, self._said()
            time.sleep(0.1)

    def stop(self) -> None:
        """As its service manager would."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)
            self._process = None

    def close(self) -> None:
        """It is not asked anything any more."""
        self.stop()
        self._client.close()

    def unique(self, name: str) -> str:
        """A name that nobody has yet on this server, which tests share."""
        return f"{name}-{next(self._numbers)}"

    def register(self, name: str, *, admin: bool = False) -> Registered:
        """A new account, for whoever knows the secret."""
        path = "/_synapse/admin/v1/register"
        nonce = self._asks("GET", path)["nonce"]
        password = f"the password of {name}"
        what = (nonce, name, password, "admin" if admin else "notadmin")
        mac = hmac.new(SECRET.encode(), "\0".join(what).encode(), hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": password, "admin": admin, "mac": mac}
        made = self._asks("POST", path, json=body | {"displayname": name.split("-")[0].capitalize()})
        return Registered(made["user_id"], password, made["access_token"])

    def limit(self, address: str, per_second: int, burst: int) -> None:
        """Make the limits of one account tight, as a server's own are."""
        body = {"messages_per_second": per_second, "burst_count": burst}
        self.asks_as_admin("POST", f"/_synapse/admin/v1/users/{address}/override_ratelimit", json=body)

    def keep(self, account: Registered, name: str, content: dict[str, Any]) -> None:
        """Have this stand in the data of an account, whatever stood there."""
        path = f"/_matrix/client/v3/user/{account.address}/account_data/{name}"
        self._asks("PUT", path, account.token, json=content)

    def asks_as_admin(self, method: str, path: str, **more: Any) -> Any:
        """Something that only who runs the server may ask."""
        self._admin = self._admin or self.register(self.unique("admin"), admin=True)
        return self._asks(method, path, self._admin.token, **more)

    def heard(self, account: Registered, since: str) -> int:
        """How far an account has come that keeps its place in the news under this name; 0 where it has not begun."""
        path = f"/_matrix/client/v3/user/{account.address}/account_data/{since}"
        reply = self._client.get(path, headers={"Authorization": f"Bearer {account.token}"})
        return position(reply.json()["since"]) if reply.status_code == 200 else 0

    def contents(self, sender: str) -> list[str]:
        """What the server's own database holds of somebody's events, as JSON; but for what was taken away."""
        query = """
            select json from event_json join events using (event_id)
            where sender = ? and event_id not in (select redacts from redactions) order by stream_ordering
        """
        database = f"file:{self.folder / 'homeserver.db'}?mode=ro"
        with closing(sqlite3.connect(database, uri=True, timeout=PATIENCE)) as connection:
            return [text for (text,) in connection.execute(query, (sender,))]

    def _asks(self, method: str, path: str, token: str = "", **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        reply = self._client.request(method, path, headers=headers, **more)
        assert reply.status_code == 200, f"{path}: {reply.text}"
        return reply.json()

    def _answers(self) -> bool:
        try:
            self._asks("GET", "/_matrix/client/versions")
        except httpx.TransportError:
            return False
        return True

    def _said(self) -> str:
        return (self.folder / "output").read_text(encoding="utf-8")[-3000:]


def position(batch: str) -> int:
    """The number of the newest event in a place in the news, as Synapse writes it: s12_3_0_4."""
    return int(batch.removeprefix("s").partition("_")[0])


@contextmanager
def homeserver(folder: Path) -> Iterator[Homeserver]:
    """A server, and nothing of it is left running."""
    made = Homeserver(folder)
    try:
        made.start()
        yield made
    finally:
        made.close()


def _write(folder: Path, port: int) -> None:
    """JSON is YAML, too."""
    key = base64.b64encode(os.urandom(32)).decode().rstrip("=")
    (folder / "signing.key").write_text(f"ed25519 a_1 {key}\n", encoding="ascii")
    (folder / "log.yaml").write_text(json.dumps(_logging(folder)), encoding="utf-8")
    (folder / "homeserver.yaml").write_text(json.dumps(_settings(folder, port)), encoding="utf-8")


def _settings(folder: Path, port: int) -> dict[str, Any]:
    listener = {"port": port, "type": "http", "bind_addresses": ["127.0.0.1"], "resources": [{"names": ["client"]}]}
    limits: dict[str, Any] = dict.fromkeys(LIMITS, GENEROUS)
    limits |= {name: dict.fromkeys(kinds, GENEROUS) for name, kinds in LIMITS_BY_KIND.items()}
    return {
        "server_name": NAME,
        "public_baseurl": f"http://127.0.0.1:{port}",
        "listeners": [listener],
        "federation_domain_whitelist": [],
        "trusted_key_servers": [],
        "report_stats": False,
        "registration_shared_secret": SECRET,
        "macaroon_secret_key": "signs-what-it-hands-out",
        "form_secret": "signs-forms",
        "bcrypt_rounds": 4,
        "presence": {"enabled": False},
        "redaction_retention_period": "1s",
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "pid_file": str(folder / "homeserver.pid"),
        "log_config": str(folder / "log.yaml"),
        **limits,
    }


def _logging(folder: Path) -> dict[str, Any]:
    file = {"class": "logging.FileHandler", "filename": str(folder / "homeserver.log")}
    return {"version": 1, "handlers": {"file": file}, "root": {"level": "WARNING", "handlers": ["file"]}}
