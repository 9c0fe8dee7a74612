"""`klankbord privacy`: the privacy pack, made of the configuration in force."""

from pathlib import Path

import click

from bot.commands.ready import language_option, settings_or_exit, spoken
from bot.commands.source import folder_option, force_option, refuse_to_overwrite, source_or_exit, write_or_exit
from config.texts import say


@click.command()
@folder_option
@click.option("--html", "as_html", is_flag=True, help="A page for a browser or a printer instead of Markdown.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of the screen.")
@force_option
@language_option
def privacy(folder: Path | None, as_html: bool, output: Path | None, force: bool, language: str | None) -> None:
    """Write the privacy pack: what is asked of whom, what is stored, who sees what, and what is not promised.

    With input for a DPIA, a draft for the works council and the record of processing. It follows from the
    configuration: make it anew when that changes.
    """
    settings = settings_or_exit()
    words = spoken(language, settings)
    if output is not None and not force:
        refuse_to_overwrite([output], words)
    source = source_or_exit(folder, settings, words)
    from bot.documents.rendering import markdown, page, places_to_fill_in

    text = markdown("privacy", source.organisation, source.here, words, source.today, source.edition)
    shown = page(text, words) if as_html else text
    if output is None:
        click.echo(shown, nl=False)
        return
    write_or_exit(output, shown, words)
    click.echo(say("documents.written", words, file=output, places=places_to_fill_in(text, words)))
