"""`klankbord check --platform`: each text that would be cut short, with its place and remedy, and without a token."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.commands.check import check
from config import EXAMPLE

LONG = "Personeelszaken, Organisatie, Ontwikkeling, Arbeidsvoorwaarden en Salarisadministratie (POOAS)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example, to change."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "example"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """One thing in one file of the copy."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def run(*arguments: object) -> Result:
    """The command with these arguments, in English unless one of them says otherwise."""
    return CliRunner().invoke(check, ["--language", "en", *map(str, arguments)])


@pytest.mark.parametrize("platform", ["matrix", "slack", "telegram", "webchat"])
def test_the_example_fits_everywhere(platform: str) -> None:
    """Nothing of it is cut short, on any platform; the overview is there as without."""
    result = run(EXAMPLE, "--platform", platform)
    assert result.exit_code == 0
    assert result.stdout.endswith(f"Nothing is cut short on {platform.capitalize()}.\n")
    assert result.stdout.startswith(run(EXAMPLE).stdout)


def test_each_text_that_is_cut_is_named_with_its_place(folder: Path) -> None:
    """A name of 94 characters is cut on a button: at line 4 of its file, with how long it may be there."""
    change(folder, "departments/hr.toml", 'name    = "HR"', f'name    = "{LONG}"')
    change(folder, "surveys/staff.toml", 'nl = "slecht"', f'nl = "{"slecht " * 11}"')
    result = run(folder, "--platform", "slack")
    assert result.exit_code == 0
    said = " ".join(result.stdout.split()).partition("On Slack this is cut short: ")[2]
    assert "- departments/hr.toml:4: name.nl: “" in said
    assert f"Make this text {75 - len(': Contract en salaris')} characters at most; now it has {len(LONG)}." in said
    assert "surveys/staff.toml" in said
    assert "received.labels.0.nl" in said
    assert f"Make this text 73 characters at most; now it has {len('slecht ' * 11) - 1}." in said
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_a_theme_of_a_department_is_found_in_its_file(folder: Path) -> None:
    """A label stands where the department wrote it, in the language in which it is too long."""
    words = "Meedenken binnen de cao, ook als dat betekent dat een collega langer moet wachten op een antwoord"
    change(folder, "departments/hr.toml", 'nl = "Meedenken binnen de cao"', f'nl = "{words}"')
    (misfit,) = json.loads(run(folder, "--platform", "slack", "--json").stdout)["misfits"]
    assert (misfit["file"], misfit["key"]) == ("departments/hr.toml", "themes.thinking.name.nl")
    assert (misfit["shown"], misfit["most"], misfit["room"]) == (words, 75, 75)
    lines = (folder / "departments/hr.toml").read_text(encoding="utf-8").splitlines()
    assert words in lines[misfit["line"] - 1]


def filled(folder: Path, words: str) -> None:
    """HR, all of whose texts about itself are these words."""
    path = folder / "departments/hr.toml"
    lines = path.read_text(encoding="utf-8").split("[themes")[0].splitlines()
    full = [f'{line.partition("{")[0]}"{words}"' if " = { nl = " in line else line for line in lines]
    path.write_text("\n".join(full), encoding="utf-8")


def test_a_card_with_too_much_on_it_is_told(folder: Path) -> None:
    """Ampersands count five times in Slack: a department's card full of them does not fit as a whole."""
    filled(folder, "&" * 300)
    found = json.loads(run(folder, "--platform", "slack", "--json").stdout)["misfits"]
    assert {misfit["file"] for misfit in found} == {"departments/hr.toml"}
    assert {"card.what_for.nl", "card.bound_by.en"} <= {misfit["key"] for misfit in found}


def test_where_nothing_of_a_text_fits_the_card_is_too_full(folder: Path) -> None:
    """Telegram shows 4,096 characters of a message: the last services of such a card are left out."""
    filled(folder, "woorden " * 37)
    said = " ".join(run(folder, "--platform", "telegram").stdout.split())
    assert "is on a card with too much on it: 0 characters of it fit." in said


def test_json_says_that_nothing_is_cut() -> None:
    """An empty list, and the platform; without the option neither."""
    found = json.loads(run(EXAMPLE, "--platform", "slack", "--json").stdout)
    assert (found["platform"], found["misfits"], found["good"]) == ("slack", [], True)
    assert "misfits" not in json.loads(run(EXAMPLE, "--json").stdout)


def test_an_unknown_platform_is_told_which_there_are() -> None:
    """Exit code 2 and one sentence, before anything is read."""
    result = run(EXAMPLE, "--platform", "irc")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "“irc”" in result.stderr
    assert "matrix, slack, telegram, webchat" in result.stderr


def test_no_token_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with a setting that is wrong: nothing of the environment is read."""
    monkeypatch.setenv("KLANKBORD_SLACK_BOT_TOKEN", "nonsense")
    assert run(EXAMPLE, "--platform", "slack").exit_code == 0
