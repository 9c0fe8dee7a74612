"""The payloads of this folder: one of every kind that Slack sends, after docs.slack.dev, with our card in it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "samples"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def sample(name: str) -> dict[str, Any]:
    """A payload, to change as one likes."""
    found: dict[str, Any] = json.loads(_text(name))
    return found


@cache
def _text(name: str) -> str:
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")
