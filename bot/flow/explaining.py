"""How often each answer was given, in the words of a digest.

What colleagues did not know asks for explaining better, not for performing better.
"""

from collections.abc import Iterator, Sequence

from analysis.answers import Publication
from analysis.coding import OTHER
from analysis.findings import to_explain
from config.questions import Tapped
from config.texts import say
from config.words import Language


def line(ledger: Sequence[Publication], question: Tapped | None, language: Language) -> Iterator[str]:
    """On the first screen: that explaining helps, where enough people did not know.

    With how many, where that is one published number: a sum of two would be a figure of its own.
    """
    found = to_explain(ledger, question) if question is not None else []
    if question is None or not found:
        return
    only = found[0] if len(found) == 1 else None
    if only is None or only.estimate is None or only.n is None:
        yield say(f"explaining.{question.kind}", language)
    else:
        yield say(f"explaining.{question.kind}_counted", language, k=int(only.estimate), n=only.n)


def details(ledger: Sequence[Publication], question: Tapped | None, asked: str, language: Language) -> Iterator[str]:
    """How often each answer was given, `asked` being the question in words; nothing more than the first screen says.

    Where it asks for explaining, also what it does not say of the department.
    """
    rows = [row for row in ledger if row.measure == "choice"]
    explains = question is not None and bool(to_explain(ledger, question))
    if question is None or not (explains or any(row.estimate is not None for row in rows)):
        return
    items = ", ".join(item(row, question, language) for row in rows)
    end = f" {say('explaining.details', language)}" if explains else ""
    yield f"{say('details.chosen', language, question=asked, items=items)}{end}"


def item(row: Publication, question: Tapped, language: Language) -> str:
    """How often one answer was given, as it was published."""
    key = "details.item" if row.estimate is not None else _IN_WORDS.get(row.verdict, "details.item_most")
    return say(key, language, name=_name(row, question, language), times=int(row.estimate or 0), note="").rstrip()


_IN_WORDS = {"at_most_2": "details.item_at_most_2", "all_but_2": "details.item_all_but_2"}
"""One of several choices is a share of its own."""


def _name(row: Publication, question: Tapped, language: Language) -> str:
    value = row.subject.rpartition(".")[2]
    if value == OTHER:
        return say("details.other", language)
    return next(f"“{choice.label}”" for choice in question.choices(language) if choice.value == value)
