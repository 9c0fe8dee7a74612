"""`klankbord privacy` and `klankbord kit`, as an admin meets them."""

import re
from pathlib import Path

import pytest

from bot.documents.kit import KIT

from .desk import Desk

SECRETS = {
    "KLANKBORD_KEYS": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ=",
    "KLANKBORD_SLACK_BOT_TOKEN": "xoxb-secret-1",
    "KLANKBORD_SLACK_APP_TOKEN": "xapp-secret-2",
    "KLANKBORD_SLACK_SIGNING_SECRET": "secret-3",
    "KLANKBORD_TELEGRAM_TOKEN": "123456789:secret-4-secret-4-secret-4-secret-4",
    "KLANKBORD_TELEGRAM_WEBHOOK_SECRET": "secret-5",
    "KLANKBORD_MATRIX_TOKEN": "syt_secret-6",
}


def test_the_privacy_pack_is_of_the_edition_in_force(office: Desk) -> None:
    """After another `apply` it says something else, and names the edition."""
    first = office.command("privacy")
    assert first.code == 0
    assert "from edition 1 of the configuration" in first.out
    assert "figures from 10 people on" in first.out
    office.change("town/organisation.toml", "threshold = 10", "threshold = 12")
    assert "figures from 10 people on" in office.command("privacy").out
    assert office.command("apply", "town", "--yes").code == 0
    second = office.command("privacy")
    assert "from edition 2 of the configuration" in second.out
    assert "figures from 12 people on" in second.out


def test_before_anything_is_applied_a_folder_will_do(desk: Desk) -> None:
    """Without a database, and it says that this is not in use yet. Without a folder either, what to do."""
    assert desk.command("init", "town").code == 0
    refused = desk.command("privacy")
    assert (refused.code, refused.out) == (2, "")
    assert "klankbord apply" in refused.err
    done = desk.command("privacy", "--folder", "town", "--language", "nl")
    assert done.code == 0
    assert done.out.startswith("# Klankbord en privacy bij gemeente Voorbeeld")
    assert "bestanden die nog niet in gebruik zijn" in done.out
    assert not (desk.folder / "data").exists()


def test_the_privacy_pack_goes_to_a_file_once(office: Desk) -> None:
    """Another time only with --force; as a page with --html."""
    file = office.folder / "pack" / "privacy.html"
    written = office.command("privacy", "--html", "-o", str(file))
    assert re.search(r"privacy.html: written, \d+ times “fill in”", written.out)
    assert file.read_text("utf-8").startswith("<!doctype html>")
    file.write_text("mine", encoding="utf-8")
    refused = office.command("privacy", "-o", str(file))
    assert (refused.code, file.read_text("utf-8")) == (2, "mine")
    assert "--force" in refused.err
    assert office.command("privacy", "-o", str(file), "--force").code == 0
    assert file.read_text("utf-8").startswith("# Klankbord")


def test_the_kit_is_four_documents_in_two_languages(office: Desk) -> None:
    """It says what it wrote, and what the configuration lacks, with the remedy."""
    done = office.command("kit")
    expected = {f"{name}.{language}.html" for name in KIT for language in ("nl", "en")}
    assert done.code == 0
    assert {path.name for path in (office.folder / "kit").iterdir()} == expected
    lines = done.out.splitlines()
    assert [line.partition(":")[0] for line in lines[:8]] == [
        str(Path("kit") / f"{name}.{language}.html") for name in KIT for language in ("nl", "en")
    ]
    assert "- Whom to call is still that of the example: [contact] in organisation.toml." in lines
    assert "- The address with https at which colleagues reach Klankbord: KLANKBORD_ADDRESS in klankbord.env." in lines


def test_the_kit_overwrites_nothing_unasked(office: Desk) -> None:
    """One file that is there is enough: nothing at all is written."""
    mine = office.folder / "out" / "it.nl.md"
    mine.parent.mkdir()
    mine.write_text("mine", encoding="utf-8")
    refused = office.command("kit", "out", "--markdown")
    assert refused.code == 2
    assert "it.nl.md" in refused.err
    assert [path.name for path in mine.parent.iterdir()] == ["it.nl.md"]
    assert office.command("kit", "out", "--markdown", "--force").code == 0
    assert mine.read_text("utf-8").startswith("# Verzoek aan ICT")


def test_a_complete_configuration_lacks_nothing(office: Desk) -> None:
    """Then the texts are to be read, and sent."""
    for old, new in (
        ('name      = "gemeente Voorbeeld"', 'name = "gemeente Anders"'),
        ('name  = "Sanne Verhoeven"', 'name = "Ans Ooms"'),
        ('name  = "Farid Amrani"', 'name = "Bo Smit"'),
    ):
        office.change("town/organisation.toml", old, new)
    done = office.command("kit", "--folder", "town", KLANKBORD_ADDRESS="https://klankbord.example.nl")
    assert done.out.splitlines()[8:] == [
        "The configuration says all that belongs in these texts. Read them before you send them."
    ]


@pytest.mark.parametrize("command", [("privacy", "-o", "out/x.md"), ("kit", "out", "--markdown")])
def test_no_secret_gets_into_a_document(office: Desk, command: tuple[str, ...]) -> None:
    """Though each says of a platform whether it is set up."""
    settings = {**SECRETS, "KLANKBORD_DATABASE_URL": ""}
    done = office.command(*command, **settings)
    assert done.code == 0, done.err
    texts = [path.read_text("utf-8") for path in (office.folder / "out").iterdir()]
    assert any("Slack" in text for text in texts)
    assert [secret for secret in SECRETS.values() for text in [*texts, done.out] if secret in text] == []


def test_what_cannot_be_made_is_said(office: Desk) -> None:
    """A folder with mistakes, a file in the way, a setting that is none: exit code 2, and no traceback."""
    assert "nowhere" in office.command("kit", "--folder", "nowhere").err
    (office.folder / "file").write_text("", encoding="utf-8")
    assert "cannot be written" in office.command("privacy", "-o", "file/privacy.md").err
    assert office.command("privacy", "-o", "file/privacy.md").code == 2
    assert "KLANKBORD_SLACK_DND" in office.command("privacy", KLANKBORD_SLACK_DND="perhaps").err
