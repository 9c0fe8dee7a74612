"""One HTTP server for the routes of all platforms. No access log, so that no personal link is written down."""

import errno
import signal
import socket
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Protocol, runtime_checkable

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

BACKLOG = 128


@runtime_checkable
class Serves(Protocol):
    """A platform, or a demo, that brings routes."""

    def routes(self) -> list[BaseRoute]:
        """What to mount."""


class CannotListen(Exception):
    """Another program listens there already, or this machine has no such address or may not use it."""

    def __init__(self, host: str, port: int, *, in_use: bool) -> None:
        super().__init__(f"{host}:{port}")
        self.host, self.port, self.in_use = host, port, in_use


def application(parts: Iterable[object]) -> Starlette:
    """Everything that serves, in one application."""
    return Starlette(routes=[route for part in parts if isinstance(part, Serves) for route in part.routes()])


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises CannotListen when that cannot be had.

    The protocol is named, because asyncio sends small packets at once (no Nagle) only then: 40 ms for each request.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise CannotListen(host, port, in_use=error.errno == errno.EADDRINUSE) from error
    bound.listen(BACKLOG)
    return bound


class _Server(uvicorn.Server):
    """Ends quietly: uvicorn would raise Ctrl-C again once it has stopped, and the exit code would tell of failure."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say so once it listens and Ctrl-C is heard."""
        await super().startup(sockets)
        self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Finish what is in flight; a second Ctrl-C does not wait for it."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def server(application: Starlette, ready: Callable[[], None] = lambda: None) -> uvicorn.Server:
    """A server that stops on Ctrl-C and SIGTERM and finishes what is in flight; `ready` is called once it serves."""
    config = uvicorn.Config(
        application,
        access_log=False,
        log_config=None,  # uvicorn's own would write exceptions with their messages: bot/logs.py does not
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
        lifespan="off",
    )
    return _Server(config, ready)
