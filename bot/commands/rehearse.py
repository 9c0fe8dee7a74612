"""`klankbord rehearse`: how long a wave of invitations takes on each chat platform, before anybody is asked."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import click

from bot.commands.folder import read_or_exit
from bot.commands.ready import language_option, refuse, settings_or_exit, spoken
from bot.platforms.paces import PACES
from config import EXAMPLE
from config.organisation import Organisation
from config.survey import MOST_COHORTS, Survey
from config.texts import say
from config.words import Language

if TYPE_CHECKING:
    from bot.core.timing import Window
    from bot.core.waves import Rehearsal, Wave

WIDTH = 80
MOST_BARS = 12  # more hours than this are shown as days
YEARS = range(2000, 2100)  # as in a configuration
INDENT = "  "
LIMITED = [name for name, pace in PACES.items() if pace.overall is not None]


@click.command()
@click.option("--people", type=click.IntRange(1, 1_000_000), help="How many; else what the organisation says.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="The first round from this day on; else from today.")
@click.option("--config", "folder", type=click.Path(path_type=Path), help="Your own organisation; else the example.")
@click.option("--platform", type=click.Choice(LIMITED), help="Only this one; else all that have a limit.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@language_option
def rehearse(
    people: int | None,
    start: datetime | None,
    folder: Path | None,
    platform: str | None,
    as_json: bool,
    language: str | None,
) -> None:
    """Show how long it takes to ask everybody of one round on Slack, on Telegram and on Matrix.

    For each hour how many people are asked, when the last one is, whether that is before the reminder, and with
    how many groups a round fits in one working day. It follows the same pace and the same quiet hours, weekends
    and holidays as the bot does, in virtual time: nothing is sent, and no database is needed.
    """
    words = spoken(language, settings_or_exit())
    if start is not None and start.year not in YEARS:
        refuse("rehearse.start_far", words, first=YEARS[0], last=YEARS[-1])
    organisation = read_or_exit(folder or EXAMPLE, words)
    since = start.replace(tzinfo=organisation.zone) - timedelta(seconds=1) if start else datetime.now(UTC)
    many = people or organisation.people
    names = [platform] if platform else LIMITED
    found = [_rehearsed(organisation, survey, many, since, names) for survey in organisation.surveys]
    if as_json:
        document = {"organisation": organisation.name, "people": many, "surveys": [_document(one) for one in found]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(_Screen(organisation, many, words).lines(found)))


@dataclass(frozen=True)
class _Rehearsed:
    """The next round of one survey on each platform that is looked at: messages a minute, and what they come to."""

    survey: Survey
    window: "Window"
    platforms: Mapping[str, tuple[int, "Rehearsal"]]


def _rehearsed(
    organisation: Organisation, survey: Survey, people: int, since: datetime, names: Sequence[str]
) -> _Rehearsed:
    from bot.core.timing import upcoming
    from bot.core.waves import rehearse as rehearsed

    window = upcoming(survey.rhythm, since, organisation, 1)[0]
    platforms = {
        name: (round(60 / pace.overall.interval), rehearsed(people, survey.rhythm.cohorts, window, organisation, pace))
        for name, pace in PACES.items()
        if name in names and pace.overall is not None
    }
    return _Rehearsed(survey, window, platforms)


def _suggested(survey: Survey, fewest: int | None) -> int | None:
    """More groups where a wave does not fit in a day; never fewer, which would ask everybody more often."""
    return None if fewest is None else max(fewest, survey.rhythm.cohorts)


# --- the screen --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Screen:
    """80 columns for a reader."""

    organisation: Organisation
    people: int
    language: Language

    def lines(self, rehearsed: Sequence[_Rehearsed]) -> Iterator[str]:
        """Every survey, line by line."""
        for found in rehearsed:
            yield from self._survey(found)
            yield ""
        yield from self._wrapped("rehearse.together" if len(rehearsed) > 1 else "rehearse.not_sent", "")

    def _survey(self, found: _Rehearsed) -> Iterator[str]:
        rhythm, window = found.survey.rhythm, found.window
        yield from self._wrapped(
            "rehearse.title",
            "",
            organisation=self.organisation.name,
            survey=found.survey.name.in_(self.language),
            people=self._number(self.people),
            cohorts=rhythm.cohorts,
            size=self._number(-(-self.people // rhythm.cohorts)),
        )
        yield from self._wrapped(
            "rehearse.round",
            "",
            opens=self._moment(window.opens_at),
            reminds=self._moment(window.reminds_at),
            closes=self._moment(window.closes_at),
        )
        for name, (rate, rehearsal) in found.platforms.items():
            yield ""
            yield say("rehearse.platform", self.language, platform=name.capitalize(), rate=self._number(rate))
            yield from self._bars(rehearsal.invitations)
            yield from self._invitations(rehearsal.invitations, window)
            yield from self._reminders(rehearsal.reminders)
            yield from self._cohorts(found.survey, rehearsal.fewest_cohorts)

    def _bars(self, wave: "Wave") -> Iterator[str]:
        by_day = len(wave.hours) > MOST_BARS
        rows = wave.days if by_day else wave.hours
        most = max(rows.values(), default=0)
        for at, messages in rows.items():
            label = self._day(at) if by_day else self._moment(at)
            begin = f"{INDENT}{label:16} {self._number(messages):>9}  "
            yield begin + "█" * max(1, (WIDTH - len(begin)) * messages // most)

    def _invitations(self, wave: "Wave", window: "Window") -> Iterator[str]:
        if wave.last is None:
            yield from self._wrapped("rehearse.nobody")
            return
        said = {"moment": self._moment(wave.last), "duration": self._duration(wave.sending)}
        if wave.missed:
            yield from self._wrapped("rehearse.missed", **said, missed=self._number(wave.missed))
        elif wave.last > window.reminds_at:
            yield from self._wrapped("rehearse.after_reminder", **said)
        else:
            yield from self._wrapped("rehearse.in_time", **said)

    def _reminders(self, wave: "Wave") -> Iterator[str]:
        if wave.last is not None:
            said = {"moment": self._moment(wave.last), "duration": self._duration(wave.sending)}
            yield from self._wrapped("rehearse.reminders", **said, reminders=self._number(wave.wanted))
        if wave.missed:
            yield from self._wrapped("rehearse.reminders_missed", missed=self._number(wave.missed))

    def _cohorts(self, survey: Survey, fewest: int | None) -> Iterator[str]:
        rhythm, suggested = survey.rhythm, _suggested(survey, fewest)
        weeks = self._weeks(rhythm.cycle_weeks)
        if suggested is None:
            yield from self._wrapped("rehearse.cohorts_never", most=MOST_COHORTS, survey=survey.key)
        elif suggested == rhythm.cohorts == 1:
            yield from self._wrapped("rehearse.cohorts_one", weeks=weeks)
        elif suggested == rhythm.cohorts:
            yield from self._wrapped("rehearse.cohorts_enough", fewest=fewest, cohorts=suggested, weeks=weeks)
        else:
            longer = self._weeks(suggested * rhythm.every_weeks)
            said = {"cohorts": str(suggested), "survey": survey.key, "weeks": weeks, "longer": longer}
            yield from self._wrapped("rehearse.cohorts_more", **said)

    def _weeks(self, weeks: int) -> str:
        return say("date.week" if weeks == 1 else "date.weeks", self.language, weeks=weeks)

    def _wrapped(self, key: str, indent: str = INDENT, **values: object) -> list[str]:
        said = say(key, self.language, **values)
        return wrap(said, WIDTH, initial_indent=indent, subsequent_indent=indent)

    def _moment(self, at: datetime) -> str:
        return f"{self._day(at)} {at:%H:%M}"

    def _day(self, at: datetime) -> str:
        weekday = say("overview.weekdays", self.language).split()[at.weekday()]
        month = say("overview.months", self.language).split()[at.month - 1]
        return f"{weekday} {at.day} {month}"

    def _duration(self, time: timedelta) -> str:
        hours, minutes = divmod(max(1, ceil(time.total_seconds() / 60)), 60)
        key = "rehearse.hours" if hours else "rehearse.minutes"
        return say(key, self.language, hours=hours, minutes=minutes)

    def _number(self, number: int) -> str:
        return f"{number:,}".replace(",", say("rehearse.thousands", self.language))


# --- the JSON object ---------------------------------------------------------------------------------------------


def _document(found: _Rehearsed) -> dict[str, object]:
    rhythm, window = found.survey.rhythm, found.window
    return {
        "key": found.survey.key,
        "cohorts": rhythm.cohorts,
        "cycle_weeks": rhythm.cycle_weeks,
        "opens_at": window.opens_at.isoformat(),
        "reminds_at": window.reminds_at.isoformat(),
        "closes_at": window.closes_at.isoformat(),
        "platforms": {
            name: _platform_document(found, rate, rehearsal) for name, (rate, rehearsal) in found.platforms.items()
        },
    }


def _platform_document(found: _Rehearsed, rate: int, rehearsal: "Rehearsal") -> dict[str, object]:
    suggested, last = _suggested(found.survey, rehearsal.fewest_cohorts), rehearsal.invitations.last
    return {
        "messages_a_minute": rate,
        "invitations": _wave_document(rehearsal.invitations),
        "reminders": _wave_document(rehearsal.reminders),
        "before_reminder": last is not None and not rehearsal.invitations.missed and last <= found.window.reminds_at,
        "before_closing": not rehearsal.invitations.missed,
        "fewest_cohorts": rehearsal.fewest_cohorts,
        "suggested_cohorts": suggested,
        "suggested_cycle_weeks": None if suggested is None else suggested * found.survey.rhythm.every_weeks,
    }


def _wave_document(wave: "Wave") -> dict[str, object]:
    return {
        "wanted": wave.wanted,
        "sent": wave.sent,
        "first": wave.first.isoformat() if wave.first else None,
        "last": wave.last.isoformat() if wave.last else None,
        "sending_seconds": round(wave.sending.total_seconds(), 1),
        "days": [{"day": f"{day:%Y-%m-%d}", "messages": messages} for day, messages in wave.days.items()],
        "hours": [{"hour": hour.isoformat(), "messages": messages} for hour, messages in wave.hours.items()],
    }
