"""The numbers that stand in the program and not in the configuration, under the names that the documents give them."""

from datetime import timedelta

from analysis.answers import FEWEST_RESPONDENTS
from analysis.coding import FEW, SMALLEST
from analysis.comparisons import FEWEST_DEPARTMENTS
from analysis.disclosure import FEWEST_TEXTS, LOWEST_THRESHOLD
from bot.core.timing import REMIND_BEFORE
from bot.flow import retention
from bot.flow.rounds import FORGET_AFTER
from bot.store import inbox, joining, signin
from config.questions import Text


def terms() -> dict[str, int]:
    """How long things are kept and hold, and from how many people what is shown."""
    return {
        "answers_months": retention.ANSWERS_MONTHS,
        "texts_months": retention.TEXTS_MONTHS,
        "digests_months": retention.DIGESTS_MONTHS,
        "notices_months": retention.NOTICES_MONTHS,
        "deeds_months": retention.DEEDS_MONTHS,
        "invitation_days": FORGET_AFTER.days,
        "heard_days": inbox.KEPT.days,
        "join_days": joining.VALID.days,
        "signin_minutes": signin.LINK_VALID // timedelta(minutes=1),
        "session_hours": signin.LONGEST // timedelta(hours=1),
        "idle_hours": signin.IDLE // timedelta(hours=1),
        "fewest_respondents": FEWEST_RESPONDENTS,
        "fewest_departments": FEWEST_DEPARTMENTS,
        "fewest_texts": FEWEST_TEXTS,
        "lowest_threshold": LOWEST_THRESHOLD,
        "words_below": SMALLEST,
        "few": FEW,
        "remind_days": REMIND_BEFORE,
        "text_limit": Text.limit,
    }
