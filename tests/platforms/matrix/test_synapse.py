"""The homeserver does what the other tests believe of it."""

import httpx

from .synapse import Homeserver, needs_synapse

pytestmark = needs_synapse


def test_it_keeps_what_it_has_over_a_restart(server: Homeserver) -> None:
    """The same account, with the same token, on the same port."""
    anna = server.register(server.unique("anna"))
    server.stop()
    server.start()
    assert _who(server, anna.token) == anna.address


def test_nobody_registers_without_the_secret(server: Homeserver) -> None:
    """It is closed to who comes by."""
    reply = httpx.post(f"{server.url}/_matrix/client/v3/register", json={"username": "x"}, trust_env=False)
    assert reply.status_code == 403


def test_one_account_is_held_to_tight_limits(server: Homeserver) -> None:
    """Of three messages at once the third has to wait."""
    bot = server.register(server.unique("bot"))
    server.limit(bot.address, 1, 2)
    room = _asks(server, bot.token, "POST", "createRoom", {}).json()["room_id"]
    text = {"msgtype": "m.text", "body": "?"}
    paths = [f"rooms/{room}/send/m.room.message/{number}" for number in range(3)]
    codes = [_asks(server, bot.token, "PUT", path, text).status_code for path in paths]
    assert codes[-1] == 429


def _who(server: Homeserver, token: str) -> str:
    found: str = _asks(server, token, "GET", "account/whoami").json()["user_id"]
    return found


def _asks(server: Homeserver, token: str, method: str, path: str, body: object = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{server.url}/_matrix/client/v3/{path}"
    return httpx.request(method, url, json=body, headers=headers, trust_env=False)
