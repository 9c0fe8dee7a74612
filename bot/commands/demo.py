"""`klankbord demo`: everything at work in a browser page."""

import asyncio
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import click

from bot.commands.folder import read_or_exit
from bot.commands.ready import listening_or_exit, settings_or_exit, spoken
from config import EXAMPLE
from config.texts import say


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Where to serve it.")
@click.option("--language", type=click.Choice(["nl", "en"]), help="To begin with; the page has a switch.")
def demo(port: int, language: str | None) -> None:
    """Try Klankbord in your browser: answer a card, close the round, read the departments' messages.

    600 simulated colleagues answer beside you. Everything lives in a fresh temporary folder and is gone afterwards.
    """
    from bot.demo.serving import serve

    words = spoken(language, settings_or_exit())
    bound = listening_or_exit("127.0.0.1", port, words)
    organisation = read_or_exit(EXAMPLE, words).model_copy(update={"language": words})
    with tempfile.TemporaryDirectory(prefix="klankbord-demo-") as folder:
        bar = click.progressbar(length=100, label=say("demo.preparing", words), file=sys.stderr)

        def progress(part: float) -> None:
            bar.update(max(0, int(part * 100) - bar.pos))

        def ready(address: str) -> None:
            bar.render_finish()
            click.echo(say("demo.ready", words, address=address))

        with suppress(KeyboardInterrupt):  # while it is still being prepared; later the server stops by itself
            asyncio.run(serve(organisation, Path(folder), bound, progress, ready))
    click.echo(say("demo.stopped", words))
