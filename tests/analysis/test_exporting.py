"""What a spreadsheet gets: what was published, and never a formula."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlmodel import Session, SQLModel, create_engine

from analysis.answers import Block, Publication
from analysis.exporting import COLUMNS, as_csv, as_xlsx, harmless, table

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "=cmd|' /C calc'!A0", "＝1", "a\x00b"]
CELLS = st.text(max_size=20) | st.sampled_from(DANGEROUS)
CELLS_OF_EVERY_KIND = CELLS | st.integers(-(10**6), 10**6) | st.floats(-100, 100, allow_nan=False) | st.none()


@given(st.lists(st.lists(CELLS_OF_EVERY_KIND, min_size=3, max_size=3), max_size=5))
def test_no_cell_of_a_csv_file_begins_a_formula(rows: list[list[str | int | float | None]]) -> None:
    """But numbers, which are numbers."""
    read = list(csv.reader(io.StringIO(as_csv(rows).decode("utf-8-sig"), newline="")))
    assert len(read) == len(rows)
    for found, given_ in zip(read, rows, strict=True):
        for cell, was in zip(found, given_, strict=True):
            if isinstance(was, str):
                assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
                assert cell.removeprefix("'") == was.removeprefix("'")
            else:
                assert cell == ("" if was is None else str(was))


@given(st.lists(CELLS_OF_EVERY_KIND, min_size=1, max_size=6))
def test_no_cell_of_a_workbook_is_a_formula(row: list[str | int | float | None]) -> None:
    """And numbers stay numbers."""
    content = as_xlsx([row])
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert b"<f>" not in opened.read("xl/worksheets/sheet1.xml")
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    for cell, was in zip(next(sheet.iter_rows(max_col=len(row))), row, strict=True):
        assert cell.data_type != "f"
        if isinstance(was, (int, float)):
            assert cell.value == pytest.approx(was, rel=1e-12)


def test_only_dangerous_text_is_changed() -> None:
    """Everything else is as it was published."""
    assert [harmless(cell) for cell in ("ict", "1-2", "", -0.5, 3, None)] == ["ict", "1-2", "", -0.5, 3, None]
    assert harmless("=1") == "'=1"


def test_a_table_holds_what_was_published_of_the_departments_asked_for(tmp_path: Path) -> None:
    """Nothing of others, nothing that was not published."""
    engine = create_engine(f"sqlite:///{tmp_path / 'answers.sqlite3'}")
    SQLModel.metadata.create_all(engine, tables=[Block.__table__, Publication.__table__])  # type: ignore[attr-defined]
    with Session(engine) as session:
        session.add(Block(id=1, cycle=1, department="ict", first_round=0, last_round=0))
        session.add(Block(id=2, cycle=1, department="hr", first_round=0, last_round=0))
        session.flush()
        for block, department in ((1, "ict"), (2, "hr")):
            session.add(
                Publication(
                    block=block,
                    department=department,
                    measure="good",
                    estimate=0.7,
                    n=None,
                    released_on=date(2026, 9, 1),
                )
            )
        session.commit()
        assert table(session, {"ict"}) == [
            COLUMNS,
            ("2026-09-01", "ict", 1, "good", "", 0.7, None, None, None, "", None),
        ]
        assert table(session, set()) == [COLUMNS]
    engine.dispose()
