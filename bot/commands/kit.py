"""`klankbord kit`: what has to be sent to whom before colleagues are asked, in both languages."""

from pathlib import Path

import click

from bot.commands.ready import language_option, settings_or_exit, spoken
from bot.commands.source import folder_option, force_option, refuse_to_overwrite, source_or_exit, write_or_exit
from config.texts import say


@click.command()
@click.argument("to", metavar="[FOLDER]", type=click.Path(path_type=Path, file_okay=False), default=Path("kit"))
@folder_option
@click.option("--markdown", "as_markdown", is_flag=True, help="Markdown instead of pages for a browser.")
@force_option
@language_option
def kit(to: Path, folder: Path | None, as_markdown: bool, force: bool, language: str | None) -> None:
    """Write to FOLDER what has to be sent before colleagues are asked, in Dutch and English.

    An article for the intranet, a letter to the leads, a memo for the works council and a request to the IT
    department. Open a page in a browser and copy or print it. What is still to be filled in is marked in the text;
    what the configuration does not say yet is named at the end. FOLDER is `kit` unless you say otherwise.
    """
    settings = settings_or_exit()
    words = spoken(language, settings)
    source = source_or_exit(folder, settings, words)
    from bot.documents.gaps import gaps
    from bot.documents.kit import kit as documents

    ending = "md" if as_markdown else "html"
    made = {
        to / f"{one.name}.{one.language}.{ending}": one
        for one in documents(source.organisation, source.here, source.today, source.edition)
    }
    if not force:
        refuse_to_overwrite(list(made), words)
    for file, one in made.items():
        write_or_exit(file, one.text if as_markdown else one.as_page(), words)
        click.echo(say("documents.written", words, file=file, places=one.open_places))
    missing = gaps(source.organisation, source.here, words)
    click.echo(say("documents.gaps" if missing else "documents.no_gaps", words))
    for gap in missing:
        click.echo(f"- {gap.said(words)}")
