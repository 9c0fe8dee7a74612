"""Publications -> a file for a spreadsheet: exactly what was shown, nothing finer.

A cell that a spreadsheet would read as a formula is made text: an organisation's keys come from its admins, and a file
is opened by somebody else (OWASP: CSV Injection).
"""

import csv
import io
from collections.abc import Collection, Iterable, Sequence

from sqlmodel import Session, col, select

from analysis.answers import Publication

COLUMNS = (
    *("released_on", "department", "block", "measure", "subject"),
    *("estimate", "low", "high", "spread", "verdict", "n"),
)
"""Units: shares from 0 to 1, levels from 1 to 5, time in hours; `n` in people, empty where fewer than ten are shown."""

Cell = str | int | float | None

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def table(session: Session, departments: Collection[str], held: Collection[int] = ()) -> list[tuple[Cell, ...]]:
    """Every figure that was published of these departments, oldest first, below the names.

    Without those that are `held` back still, by their number.
    """
    found = select(Publication).where(col(Publication.department).in_(departments)).order_by(col(Publication.id))
    return [COLUMNS, *(_row(one) for one in session.exec(found) if one.number not in held)]


def _row(one: Publication) -> tuple[Cell, ...]:
    figures = (one.estimate, one.low, one.high, one.spread)
    return (
        one.released_on.isoformat(),
        one.department,
        one.block,
        one.measure,
        one.subject,
        *figures,
        one.verdict,
        one.n,
    )


def as_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Commas, UTF-8 with the mark by which Excel knows it."""
    stream = io.StringIO()
    csv.writer(stream).writerows([[harmless(cell) for cell in row] for row in rows])
    return stream.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet; numbers are numbers, and text is never a formula."""
    from openpyxl import Workbook  # 0.3 s: only when somebody wants it
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook()
    sheet = book.create_sheet("Klankbord", 0)
    book.remove(book.worksheets[1])
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row, 1):
            value = harmless(cell)
            text = isinstance(value, str)
            here = sheet.cell(number, column, ILLEGAL_CHARACTERS_RE.sub("", str(value)) if text else value)
            here.data_type = "s" if text else here.data_type
    sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def harmless(cell: Cell) -> Cell:
    """Text that no spreadsheet takes for a formula; a number is what it is."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_STARTS_A_FORMULA):
        return f"'{cell}"
    return cell
