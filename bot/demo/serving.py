"""Puts the demonstration together and serves it until Ctrl-C."""

import socket
from collections.abc import Callable
from pathlib import Path

from bot.app import StoredRooms
from bot.demo.pages import DemoPages
from bot.demo.town import Progress, town
from bot.flow.hearing import hearing
from bot.platforms.webchat import WebChat
from bot.web.admin.pages import AdminPages
from bot.web.admin.visit import House
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
    host, port = bound.getsockname()[:2]
    address = f"http://{host}:{port}"
    hear = hearing(simulation.database, simulation.keyring, lambda: simulation.now, address)
    platforms = {webchat.name: webchat}
    admin = AdminPages(
        simulation.database, simulation.keyring, platforms, lambda: simulation.now, House(), secure=False
    )
    pages = application([DemoPages(made, rooms, hear), webchat, admin])
    try:
        await server(pages, lambda: ready(f"{address}/start/{token}")).serve(sockets=[bound])
    finally:
        simulation.database.close()
