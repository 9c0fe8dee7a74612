"""How things stand: what runs, what comes, what needs attention, and what still blocks the end of the pilot."""

from datetime import datetime

from sqlmodel import Session
from starlette.responses import Response

from bot.core.effort import effort_of
from bot.flow import cycles, launch, withdrawing
from bot.flow.standing import Standing, standing
from bot.store import editions, holding, people
from bot.web.admin.door import Refused
from bot.web.admin.drawing import Clock
from bot.web.admin.visit import Visit
from config.survey import Survey
from config.texts import say
from config.words import Language

OVER = "/overview"


async def shown(visit: Visit) -> Response:
    """Everything on one page."""

    def gather(session: Session) -> dict[str, object]:
        paces = {name: platform.pace for name, platform in visit.platforms.items()}
        now = standing(session, visit.now, visit.keyring, paces)
        organisation, known = editions.latest(session).organisation, people.keys(session)
        clock = Clock(visit.language, organisation.zone)
        return {
            "now": now,
            "clock": clock,
            "matters": _matters(now, clock, visit.language),
            "missing": launch.checklist(organisation, visit.language),
            "remarks": launch.remarks(organisation, known, visit.language),
            "withdrawable": {
                (one.survey, one.number): one
                for survey in organisation.surveys
                for one in withdrawing.open_rounds(session, survey.key)
            },
            "efforts": [_asked(session, survey, live=now.live) for survey in organisation.surveys],
            "names": {survey.key: survey.name.in_(visit.language) for survey in organisation.surveys},
        }

    return visit.html("overview.html", await visit.read(gather))


async def gone_live(visit: Visit) -> Response:
    """The end of the pilot, where nothing is in the way any more. Raises Refused(409)."""

    def go(session: Session) -> bool:
        holding.hold(session, holding.EDITIONS)  # of two who press it at once, the second sees that it was done
        edition = editions.latest(session)
        if edition.live or launch.checklist(edition.organisation, visit.language):
            return False
        launch.go_live(session, visit.admin.name, visit.now)
        return True

    if not await visit.write(go):
        raise Refused(409)
    await visit.database.scrub()
    return visit.to(OVER, "live")


async def withdrawn(visit: Visit) -> Response:
    """An open round ends uncounted, and who was asked is told. Raises Refused(404), and 409 where it just ended."""
    number = visit.whole(visit.part("round"))

    def withdraw(session: Session) -> bool | None:
        organisation = editions.latest(session).organisation
        known = {one.id for survey in organisation.surveys for one in withdrawing.open_rounds(session, survey.key)}
        if number is None or number not in known:
            return None
        return withdrawing.withdraw(session, number, visit.admin.name, visit.now)

    done = await visit.write(withdraw)
    if not done:
        raise Refused(404 if done is None else 409)
    await visit.database.scrub()
    return visit.to(OVER, "withdrawn")


def _asked(session: Session, survey: Survey, *, live: bool) -> tuple[Survey, bool, dict[int, tuple[int, int]]]:
    """The survey of the cycle under way or next, whether that is a deep one, and taps and seconds by departments."""
    number, kept = cycles.now_or_next(session, survey, pilot=not live)
    return kept, kept.is_deep(number), effort_of(kept, number)


def _matters(now: Standing, clock: Clock, language: Language) -> list[tuple[str, str]]:
    """What needs attention, each with its remedy."""
    found = []
    for matter in now.attention:
        values = {name: clock(value) if isinstance(value, datetime) else value for name, value in matter.values.items()}
        found.append((say(f"attention.{matter.what}", language, **values), say(matter.remedy, language, **values)))
    return found
