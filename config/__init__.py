"""What an organisation defines: departments, questions, rhythm, words. Imports neither `analysis` nor `bot`."""

from pathlib import Path

EXAMPLE = Path(__file__).parent / "example"
"""The example municipality's folder."""
