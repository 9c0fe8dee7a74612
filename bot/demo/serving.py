"""Puts the demonstration together and serves it until Ctrl-C."""

import socket
from collections.abc import Callable
from pathlib import Path

from bot.app import StoredRooms
from bot.demo.pages import DemoPages
from bot.demo.town import Progress, town
from bot.flow.hearing import hearing
from bot.platforms.webchat import WebChat
from bot.web.server import application, server
from config.organisation import Organisation


async def serve(
    organisation: Organisation, folder: Path, bound: socket.socket, progress: Progress, ready: Callable[[str], None]
) -> None:
    """Prepare the town, say where it is, and serve."""
    made = town(organisation, folder)
    simulation = made.simulation
    rooms = StoredRooms(simulation.database, lambda: simulation.now)
    webchat = WebChat(rooms, zone=organisation.zone)
    token = await made.begin(webchat, progress)
    hear = hearing(simulation.database, simulation.keyring, lambda: simulation.now)
    host, port = bound.getsockname()[:2]
    pages = application([DemoPages(made, rooms, hear), webchat])
    try:
        await server(pages, lambda: ready(f"http://{host}:{port}/start/{token}")).serve(sockets=[bound])
    finally:
        simulation.database.close()
