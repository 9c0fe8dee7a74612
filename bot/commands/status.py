"""`klankbord status`: what runs, what comes, what needs attention."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from textwrap import wrap
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from bot.commands.ready import database_or_exit, language_option, refuse, settings_or_exit, spoken
from bot.core import moments
from config.settings import Settings
from config.texts import say
from config.words import Language

if TYPE_CHECKING:
    from bot.flow.backlog import Wave
    from bot.flow.standing import OpenRound, Standing
    from bot.store.ballots import Keyring

WIDTH = 80
SOON = timedelta(minutes=1)  # ends within this are not told as a moment
COMMAND = re.compile("`[^`]*`")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@language_option
def status(as_json: bool, language: str | None) -> None:
    """Show the edition, the rounds under way, the next rounds, and what needs attention.

    The response of an open round is rounded down to ten, so that nobody can be seen to answer.
    """
    from bot.app import system_now
    from bot.flow.standing import standing
    from bot.platforms.paces import PACES
    from bot.store import editions

    settings = settings_or_exit()
    words = spoken(language, settings)
    database = database_or_exit(settings, words)
    now = system_now()
    with database.transaction(reading=True) as session:
        edition = editions.latest_or_none(session)
        if edition is None:
            refuse("command.no_edition", words)
        found = standing(session, now, _keyring(settings), PACES)
    database.close()
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=2, default=_utc, ensure_ascii=False))
        return
    for line in Screen(found, words, edition.organisation.zone, now).lines():
        click.echo(line)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _keyring(settings: Settings) -> "Keyring | None":
    """The keys, or None where there are none that will do."""
    from bot.store.ballots import Keyring, WrongKeys

    try:
        return Keyring(settings.key_list) if settings.key_list else None
    except WrongKeys:
        return None


@dataclass(frozen=True)
class Screen:
    """80 columns of text. Headings are bold on a terminal; nothing is said by looks alone."""

    standing: "Standing"
    language: Language
    zone: ZoneInfo
    now: datetime

    def lines(self) -> Iterator[str]:
        """From what is to what needs attention, which is read last and so stands where the eye is."""
        found = self.standing
        stage = self._say("status.live" if found.live else "status.pilot")
        values = {"organisation": found.organisation, "edition": found.edition, "stage": stage}
        yield click.style(self._say("status.title", **values), bold=True)
        yield from self._heading("people")
        numbers = {"people": found.people, "unreachable": found.unreachable, "stopped": found.stopped}
        yield from self._wrapped(self._say("status.people", **numbers))
        yield from self._heading("rounds")
        for round_ in found.open_rounds:
            yield from self._round(round_)
        if not found.open_rounds:
            yield from self._wrapped(self._say("status.no_round"))
        yield from self._next()
        yield from self._attention()

    def _round(self, round_: "OpenRound") -> Iterator[str]:
        yield from self._wrapped(self._say("status.round", survey=round_.survey, number=round_.number))
        values = {"invited": round_.invited, "finished": round_.finished, "closes": self._moment(round_.closes_at)}
        if round_.closes_at <= self.now:
            yield from self._wrapped(self._say("status.closed", **values), indent=4)
            return
        key = "status.finished" if round_.finished else "status.finished_few"
        yield from self._wrapped(self._say(key, **values), indent=4)
        for wave in round_.waves:
            values = {"messages": wave.messages, "ends": self._end(wave)}
            yield from self._wrapped(self._say(f"status.wave_{wave.kind}", **values), indent=4)

    def _end(self, wave: "Wave") -> str:
        if wave.ends_at <= self.now + SOON:
            return self._say("status.soon")
        ends = wave.ends_at.astimezone(self.zone)
        today = ends.date() == self.now.astimezone(self.zone).date()
        moment = self._say("status.today", clock=f"{ends:%H.%M}") if today else self._moment(ends)
        return self._say("status.about", moment=moment)

    def _next(self) -> Iterator[str]:
        if self.standing.next_rounds:
            yield from self._heading("next")
        for one in self.standing.next_rounds:
            key = "status.next_due" if one.due else "status.next"
            values = {"survey": one.survey, "number": one.number, "opens": self._moment(one.opens_at)}
            mark = f" · {self._say('status.deep')}" if one.deep else ""
            yield from self._wrapped(self._say(key, **values) + mark)

    def _attention(self) -> Iterator[str]:
        if not self.standing.attention:
            yield from ("", self._say("status.all_well"))
            return
        yield from self._heading("attention")
        for matter in self.standing.attention:
            values = {name: self._shown(value) for name, value in matter.values.items()}
            yield from self._wrapped(self._say(f"attention.{matter.what}", **values), mark="! ")
            yield from self._wrapped(self._say(matter.remedy, **values), indent=4, mark="→ ")

    def _heading(self, of: str) -> Iterator[str]:
        yield from ("", click.style(self._say(f"status.{of}_heading"), bold=True))

    def _wrapped(self, text: str, indent: int = 2, mark: str = "") -> list[str]:
        """Within the width; a command is not broken."""
        whole = COMMAND.sub(lambda command: command[0].replace(" ", "\0"), text)
        begin, on = " " * indent + mark, " " * (indent + len(mark))
        found = wrap(whole, WIDTH, initial_indent=begin, subsequent_indent=on, break_on_hyphens=False)
        return [line.replace("\0", " ") for line in found]

    def _say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def _shown(self, value: object) -> object:
        return self._moment(value) if isinstance(value, datetime) else value

    def _moment(self, when: datetime) -> str:
        return moments.in_words(when.astimezone(self.zone), self.language)
