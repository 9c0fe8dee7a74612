"""What somebody may type at any moment, in either language, on every platform."""

ALWAYS = {
    "help": "help",
    "hulp": "help",
    "pause": "pause",
    "pauze": "pause",
    "stop": "stop",
    "return": "return",
    "terug": "return",
    "hours": "hours",
    "uur": "hours",
    "days": "days",
    "dag": "days",
    "habits": "habits",
    "wanneer": "habits",
    "forget": "forget",
    "vergeet": "forget",
    "departments": "depts",
    "afdelingen": "depts",
}
"""A word, and the verb of the personal card that it leads to."""

ABOUT_THE_ROUND = {"privacy": "who", "why": "why", "waarom": "why", "answers": "answers", "antwoorden": "answers"}
"""A word, and the verb of the round's card."""

DEPARTMENT = ("department", "afdeling")
WHERE = ("where", "waar")
FEEDBACK = "feedback"
WORDS = frozenset((*ALWAYS, *ABOUT_THE_ROUND, *DEPARTMENT, *WHERE, FEEDBACK))

_ALONE = ("return", "terug", "uur", "dag")  # these begin a sentence, too: “terug geld declaratie” is a search


def is_always_heard(word: str, rest: str = "") -> bool:
    """Whether a word, with what follows it, leads to a personal card."""
    return word in ALWAYS and not (word in _ALONE and rest.strip())
