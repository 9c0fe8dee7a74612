"""Channels: an address that cannot be one is refused with its place, before anything is sent there in vain."""

import shutil
from pathlib import Path

import pytest

from bot.platforms import PLATFORMS
from config import EXAMPLE
from config.channels import mistake
from config.load import Refused, read


@pytest.mark.parametrize(
    ("address", "well"),
    [
        ("!abc:example.nl", True),
        ("!aBc_=/+$:localhost", True),
        ("!abc:matrix.Example.nl:8448", True),
        ("!abc:[2001:db8::1]:8448", True),
        ("!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM", True),  # of version 12
        ("#beheer:example.nl", True),
        *[(wrong, False) for wrong in ("!abc", "abc:example.nl", "!:example.nl", "#beheer", "@anna:example.nl")],
        *[(wrong, False) for wrong in ("https://matrix.to/#/!abc:example.nl", "!abc:example.nl?via=example.nl")],
    ],
)
def test_what_a_room_on_matrix_can_be_called(address: str, well: bool) -> None:
    """An identifier of any version, or an alias; no person, link or half."""
    assert mistake(f"matrix:{address}") == ("" if well else "channel_of_matrix")


def test_where_nobody_can_tell_anything_will_do() -> None:
    """Other platforms say it themselves, when something is sent."""
    assert mistake("slack:whatever") == ""


def test_a_room_that_can_be_none_is_refused_with_its_line(tmp_path: Path) -> None:
    """In the file of a department, and in that of the organisation; the remedy is said."""
    folder = tmp_path / "town"
    shutil.copytree(EXAMPLE, folder)
    for file, line in (
        (folder / "organisation.toml", "admin_channel"),
        (folder / "departments" / "hr.toml", "channel"),
    ):
        lines = file.read_text(encoding="utf-8").splitlines()
        changed = [f'{line} = "matrix:@{line}:example.nl"' if one.startswith(line) else one for one in lines]
        file.write_text("\n".join(changed), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read(folder, PLATFORMS)
    assert [(one.file, one.key) for one in refused.value.problems] == [
        ("departments/hr.toml", "channel"),
        ("organisation.toml", "admin_channel"),
    ]
    assert "matrix:!abc:example.nl" in refused.value.problems[0].said("nl")
