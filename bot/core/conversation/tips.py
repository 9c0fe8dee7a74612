"""A tip in one's own words: typed, cleaned, seen, kept."""

from dataclasses import replace

from bot.core.ballot import At, Ballot, Place
from bot.core.cards import tips
from bot.core.cards.tips import TIPS_OPEN
from bot.core.conversation.step import Step, show, stale
from bot.core.redaction import readable, redacted
from bot.core.setting import Setting


def tip(ballot: Ballot, setting: Setting, department: str) -> Step:
    """To the place where a tip is typed."""
    if department not in ballot.drawn or ballot.place.at not in TIPS_OPEN:
        return stale(ballot, setting)
    draft = ballot.draft if ballot.place in _writing(department) else ""
    return show(replace(ballot, draft=draft).moved(At.TIP, department), setting)


def wrote(ballot: Ballot, setting: Setting, department: str, text: str) -> Step:
    """The text is cleaned and shown; it is kept only after its writer agreed."""
    if department not in ballot.drawn or ballot.place not in _writing(department):
        return stale(ballot, setting)
    typed = readable(text)
    short = setting.survey.text.parse(typed)
    cleaned = setting.survey.text.parse(redacted(short, setting.names)) if short else None
    written = replace(ballot, draft=cleaned or "").moved(At.CHECK, department)
    if cleaned is None or not written.fits:
        hint = "hint.too_long" if typed.strip() else "hint.no_text"
        again = ballot.moved(At.TIP, department)
        return Step(again, tips.tip(again, setting, draft=typed, hint=setting.say(hint)))
    return show(written, setting)


def _writing(department: str) -> tuple[Place, Place]:
    return Place(At.TIP, department), Place(At.CHECK, department)


def keep(ballot: Ballot, setting: Setting, department: str) -> Step:
    """The tip as it was shown, kept."""
    if ballot.place != Place(At.CHECK, department) or not ballot.draft:
        return stale(ballot, setting)
    return show(ballot.with_text(department, ballot.draft).moved(At.END), setting, "hint.tip_kept")


def drop(ballot: Ballot, setting: Setting, department: str) -> Step:
    """No tip after all."""
    if ballot.place not in _writing(department):
        return stale(ballot, setting)
    return show(ballot.with_text(department, None).moved(At.END), setting, "hint.tip_dropped")
