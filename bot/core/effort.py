"""What it takes to answer: taps and seconds."""

from bot.core.setting import SECONDS_A_QUESTION, SECONDS_TO_END, SECONDS_TO_TICK
from config.survey import Survey

QUESTIONS = 5  # about a department


def effort(survey: Survey) -> dict[int, tuple[int, int]]:
    """How many taps and seconds it takes to answer about one department, about two, and so on."""
    cost: dict[int, tuple[int, int]] = {}
    for departments in range(1, survey.draw + 1):
        asked = QUESTIONS * departments
        seconds = SECONDS_TO_TICK + SECONDS_A_QUESTION * asked + SECONDS_TO_END
        cost[departments] = (departments + 1 + asked + 1, seconds)  # the ticks, "next", the questions, "done"
    return cost
