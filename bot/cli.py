"""The command line. Each command lives in `bot/commands/` and is imported when it is called, so `--help` is quick."""

from importlib import import_module

import click

_COMMANDS = {
    "demo": ("bot.commands.demo:demo", "See it at work in your browser, with 600 simulated colleagues."),
    "init": ("bot.commands.init:init", "Write a starter organisation to a folder."),
    "check": ("bot.commands.check:check", "Check a configuration folder and show what it means."),
    "apply": ("bot.commands.apply:apply", "Make a configuration folder the new edition."),
    "export": ("bot.commands.export:export", "Write the edition in force to a folder."),
    "history": ("bot.commands.history:history", "Show every edition: when, by whom and why."),
    "diff": ("bot.commands.history:diff", "Show what differs between two editions."),
    "rollback": ("bot.commands.history:rollback", "Make what an earlier edition held the new edition."),
    "kit": ("bot.commands.kit:kit", "Write what has to be sent before colleagues are asked."),
    "privacy": ("bot.commands.privacy:privacy", "Write what is asked, stored and shown, for whom it concerns."),
    "live": ("bot.commands.live:live", "End the pilot: from now on everybody is asked."),
    "pause": ("bot.commands.pause:pause", "Pause a survey: no round of it opens."),
    "resume": ("bot.commands.pause:resume", "Let a survey that is paused go on."),
    "test-card": ("bot.commands.testcard:test_card", "Send a card to an admin, to see how it looks."),
    "withdraw": ("bot.commands.withdraw:withdraw", "End the open round of a survey, uncounted."),
    "run": ("bot.commands.run:run", "Run the bot."),
    "simulate": ("bot.commands.simulate:simulate", "Let rounds pass in virtual time and print every digest."),
    "rehearse": ("bot.commands.rehearse:rehearse", "Show how long it takes to ask everybody on each chat platform."),
    "analyse": ("bot.commands.analyse:analyse", "Analyse answers that were collected elsewhere."),
    "people": ("bot.commands.people:people", "Import people or read them from a chat platform, and make links."),
    "doctor": ("bot.commands.doctor:doctor", "Check whether a chat platform is set up as it should be."),
    "digests": ("bot.commands.digests:digests", "Show the messages that may or may not have arrived."),
    "backup": ("bot.commands.backup:backup", "Copy the database to a file, while the bot runs."),
    "restore": ("bot.commands.restore:restore", "Put a backup back into an empty database, made safe."),
    "retention": ("bot.commands.retention:retention", "Delete what was kept long enough, and show what is next."),
    "admin": ("bot.commands.admin:admin", "Make a link to the admin pages, and see who is signed in."),
    "status": ("bot.commands.status:status", "Show the rounds under way and the next ones."),
}


class _Lazy(click.Group):
    """Knows every command by one line, and imports it only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101  the table above names commands only
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="klankbord")
def main() -> None:
    """Klankbord asks colleagues how the staff departments served them, and tells each department honestly.

    Begin with `klankbord demo`. To set it up for your own organisation: init, check, apply,
    people import, run, and `live` when the pilot is over.
    """


if __name__ == "__main__":
    main()
