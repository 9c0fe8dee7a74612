"""What it takes to answer: taps and seconds."""

from bot.core.setting import SECONDS_A_QUESTION, SECONDS_TO_END, SECONDS_TO_TICK
from config import deep
from config.survey import Survey

QUESTIONS = 5  # about a department


def effort(survey: Survey) -> dict[int, tuple[int, int]]:
    """How many taps and seconds it takes to answer about one department, about two, and so on."""
    return {departments: _cost(departments, QUESTIONS) for departments in range(1, survey.draw + 1)}


def deep_effort(survey: Survey) -> tuple[int, int] | None:
    """The same in a deep cycle; None where there is none."""
    return _cost(deep.DEPARTMENTS, len(deep.QUESTIONS)) if survey.deep is not None else None


def effort_of(survey: Survey, cycle: int) -> dict[int, tuple[int, int]]:
    """The same as `effort` in this cycle, counted from 0: in a deep one about one department alone."""
    return {deep.DEPARTMENTS: _cost(deep.DEPARTMENTS, len(deep.QUESTIONS))} if survey.is_deep(cycle) else effort(survey)


def _cost(departments: int, questions: int) -> tuple[int, int]:
    """The ticks, "next", the questions, "done"."""
    asked = questions * departments
    return departments + 1 + asked + 1, SECONDS_TO_TICK + SECONDS_A_QUESTION * asked + SECONDS_TO_END
