"""What is refused, where it says so and what it says; and that nothing an admin writes ends in a traceback."""

import json
import os
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.load import Problem, Refused, read
from config.organisation import MOST_DEPARTMENTS
from config.positions import positions
from config.texts import catalogue
from config.words import LANGUAGES

EXAMPLE = Path(__file__).parents[2] / "config" / "example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example, to break."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "example"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """One thing in one file of the copy."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, f"the example no longer holds {old!r}"
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def refusals(folder: Path, language: str = "en") -> list[str]:
    """What is said about the folder, one line a problem."""
    with pytest.raises(Refused) as refused:
        read(folder)
    return [problem.said(language) for problem in refused.value.problems]


HEAD, HR, STAFF = "organisation.toml", "departments/hr.toml", "surveys/staff.toml"

TWICE = """kind = "pick_one"
options = [
  { key = "knew", label = "Ja" },
  { key = "knew", label = "Nee" },
]
"""

BROKEN = [
    # numbers
    (HEAD, "people    = 600 ", "people = 0", "organisation.toml:8: people", "at least 1"),
    (HEAD, "people    = 600 ", 'people = "600"', "organisation.toml:8: people", "without quotes"),
    (HEAD, "people    = 600 ", "people = true", "organisation.toml:8: people", "whole number"),
    (HEAD, "people    = 600 ", "people = 9" + "9" * 30, "organisation.toml:8: people", "at most 1000000"),
    (HEAD, "response  = 0.6 ", "response = 60", "organisation.toml:9: response", "as 0.6"),
    (HEAD, "response  = 0.6 ", "response = nan", "organisation.toml:9: response", "as 0.6"),
    (HEAD, "response  = 0.6 ", "response = -inf", "organisation.toml:9: response", "more than 0"),
    (HEAD, "threshold = 10 ", "threshold = 6", "organisation.toml:10: threshold", "others could guess who said what"),
    (HEAD, "threshold = 10 ", "threshold = 10.5", "organisation.toml:10: threshold", "whole number"),
    (HR, "share   = 0.40", "share = 40", "departments/hr.toml:7: share", "as 0.4"),
    (HR, "share   = 0.40", "share = 0", "departments/hr.toml:7: share", "more than 0"),
    (HR, "share   = 0.40", 'share = "40 %"', "departments/hr.toml:7: share", "with a point"),
    (HR, "share   = 0.40", "share = 1" + "0" * 400, "departments/hr.toml:7: share", "number"),
    (HR, "share   = 0.40", "share = 1" + "0" * 5000, "departments/hr.toml:1", "thousands of digits"),
    (STAFF, "draw = 2", "draw = 4", "surveys/staff.toml:5: draw", "at most 3"),
    (STAFF, "every_weeks = 2 ", "every_weeks = 0 ", "surveys/staff.toml:11: rhythm.every_weeks", "at least 1"),
    # keys
    (HEAD, "threshold = 10 ", "treshold = 10", "organisation.toml:10: treshold", "Do you mean “threshold”?"),
    (HEAD, "[contact] ", 'colour = "red"\n[contact] ', "organisation.toml:16: colour", "no such key"),
    (
        STAFF,
        'kind = "noticed"',
        'kind = "noticed"\noptions = []',
        "surveys/staff.toml:112: extra.4.options",
        "no such key in this place. Remove it",
    ),
    (
        STAFF,
        'kind = "found"',
        'kind = "found"\nlabels = []',
        "surveys/staff.toml:103: extra.3.labels",
        "no such key in this place. Remove it",
    ),
    (
        STAFF,
        'kind = "noticed"',
        'kind = "noticed"\naks = "?"',
        "surveys/staff.toml:112: extra.4.aks",
        "Do you mean “ask”?",
    ),
    (HEAD, "test_channel  =", "# test_channel =", "organisation.toml:1: test_channel", "missing"),
    (HR, "share   = 0.40", "", "departments/hr.toml:1: share", "missing"),
    (HR, "\n[card]\n", "\n[kard]\n", "departments/hr.toml:9: kard", "Do you mean “card”?"),
    (HR, 'key    = "leave"', "", "departments/hr.toml:27: services.1.key", "missing"),
    (HR, 'key    = "leave"', 'key = "Verlof en zo"', "departments/hr.toml:28: services.1.key", "at most 16"),
    (HR, 'key    = "leave"', 'key = "contract"', "departments/hr.toml:28: services.1.key", "already there"),
    (HR, 'key    = "leave"', 'key = "else"', "departments/hr.toml:28: services.1.key", "uses the key"),
    (HR, 'name    = "HR"', 'key = "hr"\nname = "HR"', "departments/hr.toml:4: key", "name of the file is the key"),
    (HR, "[themes.thinking]", "[themes.thinkin]", "departments/hr.toml:66: themes.thinkin", '"thinking"'),
    (STAFF, "cohorts     = 4 ", "chorts = 4 ", "surveys/staff.toml:12: rhythm.chorts", "Do you mean “cohorts”?"),
    (STAFF, "[service]\n", '[service]\nkey = "x"\n', "surveys/staff.toml:52: service.key", "fixed key"),
    (STAFF, '"where"', '"needed"', "surveys/staff.toml:101: extra.3.key", "uses the key"),
    (STAFF, '"where"', '"theme"', "surveys/staff.toml:101: extra.3.key", "uses the key"),
    (STAFF, '"where"', '"time"', "surveys/staff.toml:101: extra.3.key", "already there"),
    (STAFF, 'kind = "found"\n', TWICE, "surveys/staff.toml:105: extra.3.options.1.key", "already there"),
    # words
    (HEAD, '= "tel. 2210"', '= ""', "organisation.toml:18: contact.reach", "no text"),
    (HEAD, '= "tel. 2210"', "= 2210", "organisation.toml:18: contact.reach", "between quotes"),
    (HR, 'name    = "HR"', "name = 7", "departments/hr.toml:4: name", "a text for each language"),
    (HR, 'name    = "HR"', "name = {}", "departments/hr.toml:4: name", "nl or en"),
    (HR, 'name    = "HR"', f'name = "{"x" * 301}"', "departments/hr.toml:4: name", "at most 300"),
    (HR, 'name    = "HR"', 'name = "Inkoop"', "departments/hr.toml:4: name", "more than one department"),
    (HR, 'name    = "HR"', 'name = {nl = "P&O", en = "legal"}', "departments/hr.toml:4: name", "more than one"),
    (STAFF, "goed heeft {department} je", "goed ben je", "surveys/staff.toml:30: received.ask", "“department”"),
    (STAFF, "miste je het", "miste {wie} het", "surveys/staff.toml:62: missed.ask", "only {department}"),
    (STAFF, "sinds {since}?", "sinds {Since}?", "surveys/staff.toml:17: tick.ask", "“Since”"),
    (STAFF, "tap 4 first", "tap {department} first", "surveys/staff.toml:47: needed.explain", "Remove the braces"),
    (STAFF, "sinds {since}?", "sinds {since?", "surveys/staff.toml:17: tick.ask", "A brace stands alone"),
    (STAFF, "sinds {since}?", "sinds since}?", "surveys/staff.toml:17: tick.ask", "A brace stands alone"),
    (
        HR,
        "share   = 0.40",
        'deputies = ["p-lead-hr"]\nshare = 0.40',
        "departments/hr.toml:7: deputies.0",
        "the lead already",
    ),
    (HR, "share   = 0.40", 'deputies = ["x", "x"]\nshare = 0.40', "departments/hr.toml:7: deputies.1", "here twice"),
    (HR, '"coach", ', '"coach, mentor", ', "departments/hr.toml:49: services.3.words.4", "each search word"),
    (HR, '"coach", ', f'"{"x" * 61}", ', "departments/hr.toml:49: services.3.words.4", "at most 60"),
    (HR, '"coach", ', '"coach", ' * 41, "departments/hr.toml:49: services.3.words", "at most 40"),
    (HR, 'words  = ["cursus"', 'wrds = ["cursus"', "departments/hr.toml:49: services.3.wrds", "Do you mean “words”?"),
    # choices
    (HEAD, '= "nl"\n', '= "fr"\n', "organisation.toml:5: language", '"nl", "en"'),
    (HEAD, '"Europe/Amsterdam"', '"Europe/Rotterdam"', "organisation.toml:6: timezone", "Europe/Amsterdam"),
    (HEAD, '"NL"', '"ZZ"', "organisation.toml:7: country", "public holidays"),
    (HEAD, '"NL"', '"NLD"', "organisation.toml:7: country", "two capitals"),
    (HEAD, '"webchat:#beheer"', '"#beheer"', "organisation.toml:13: admin_channel", "platform, colon"),
    (HR, '"webchat:#hr"', '"webchat: hr"', "departments/hr.toml:5: channel", "platform, colon"),
    (HR, '"webchat:#hr"', '"webchat:#beheer"', "departments/hr.toml:5: channel", "channel of its own"),
    (HR, '"webchat:#hr"', '"webchat:#ict"', "departments/hr.toml:5: channel", "channel of its own"),
    (HR, '"webchat:#hr"', '"webchat:#bestuur"', "departments/hr.toml:5: channel", "channel of its own"),
    (HR, '"webchat:#hr"', '"webchat:#iedereen"', "departments/hr.toml:5: channel", "channel of its own"),
    (HEAD, '"webchat:#bestuur"', '"#bestuur"', "organisation.toml:33: report.channel", "platform, colon"),
    (HEAD, '"webchat:#bestuur"', '"webchat:#proef"', "organisation.toml:33: report.channel", "Choose another"),
    (HEAD, '"webchat:#iedereen"', '"#iedereen"', "organisation.toml:34: report.everyone", "platform, colon"),
    (HEAD, '"webchat:#iedereen"', '"webchat:#beheer"', "organisation.toml:34: report.everyone", "not for everyone"),
    (HEAD, '"webchat:#iedereen"', '"webchat:#proef"', "organisation.toml:34: report.everyone", "not for everyone"),
    (HEAD, '"webchat:#iedereen"', '"webchat:#bestuur"', "organisation.toml:34: report.everyone", "not for everyone"),
    (HR, 'by = "rule"', 'by = "law"', "departments/hr.toml:68: themes.thinking.influence.by", '"together"'),
    (STAFF, '"tuesday"', '"sunday"', "surveys/staff.toml:9: rhythm.weekday", '"friday"'),
    (STAFF, '"found"', '"pick_some"', "surveys/staff.toml:100: extra.3", '"pick_one"'),
    (STAFF, 'kind = "found"\n', "", "surveys/staff.toml:100: extra.3", "kind of question is missing"),
    (STAFF, 'options = "services"', 'options = "themes"', "surveys/staff.toml:52: service.options", '"services"'),
    (STAFF, 'options = "services"', 'options = "service"', "surveys/staff.toml:52: service.options", '"services"'),
    (STAFF, 'options = "services"', "options = []", "surveys/staff.toml:52: service.options", "at least 2"),
    (STAFF, "draw = 2", 'about = ["hr", "hrm"]', "surveys/staff.toml:5: about.1", "no department “hrm”"),
    (STAFF, "draw = 2", 'about = "hr"', "surveys/staff.toml:5: about", "A list"),
    (STAFF, "draw = 2", 'audience = {departments = ["x"]}', "surveys/staff.toml:5: audience.departments.0", "“x”"),
    (STAFF, '  { nl = "slecht",     en = "poor" },\n', "", "surveys/staff.toml:22: received.labels", "at least 5"),
    # dates and times
    (HEAD, "17:30:00", "17", "organisation.toml:25: quiet.from", "such as 09:00:00"),
    (HEAD, "17:30:00", '"half zes"', "organisation.toml:25: quiet.from", "as 09:00:00"),
    (HEAD, "17:30:00", '"17:30+02:00"', "organisation.toml:25: quiet.from", "no time zone"),
    (HEAD, "17:30:00", "08:00:00", "organisation.toml:26: quiet.until", "nobody can be asked"),
    (HEAD, "2026-08-18 ", "20260818 ", "organisation.toml:11: announced", "as 2026-09-01"[3:]),
    (HEAD, "2026-08-18 ", "0026-08-18 ", "organisation.toml:11: announced", "between 2000 and 2100"),
    (HEAD, "2026-08-18 ", "2026-08-18T09:00:00 ", "organisation.toml:11: announced", "without a time"),
    (HEAD, "2026-08-18 ", '"in August" ', "organisation.toml:11: announced", "as 2026-09-01"),
    (STAFF, "= 2026-09-01", "= 9999-12-31", "surveys/staff.toml:8: rhythm.start", "between 2000 and 2100"),
    (STAFF, "09:00:00", "9", "surveys/staff.toml:10: rhythm.at", "such as 09:00:00"),
    # TOML itself
    (HEAD, "17:30:00", "17:30", "organisation.toml:25", "a time as 09:00:00"),
    (HEAD, "response  = 0.6 ", "response = 0,6", "organisation.toml:9", "not valid TOML"),
    (HR, '"webchat:#hr"', '"webchat:#hr', "departments/hr.toml:5", "not valid TOML"),
    (STAFF, "= 2026-09-01", "= 2026-09-31", "surveys/staff.toml:8", "not valid TOML"),
    (STAFF, "labels = [\n", "labels = [[[", "surveys/staff.toml:", "not valid TOML"),
    (HR, "[themes.thinking]", 'x = """', "departments/hr.toml:71", "not valid TOML"),
    (HR, "share   = 0.40", "share = " + "[" * 5000, "departments/hr.toml:1", "brackets"),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "fragment"), BROKEN, ids=[f"{row[0]} {row[2][:30]!r}" for row in BROKEN]
)
def test_a_mistake_is_named_with_its_place_and_remedy(
    folder: Path, file: str, old: str, new: str, place: str, fragment: str
) -> None:
    """One thing wrong in a good configuration: the message has its file, line and key, and says how to mend it."""
    change(folder, file, old, new)
    said = refusals(folder)
    assert any(line.startswith(place) and fragment in line for line in said), said


@pytest.mark.parametrize(("file", "old", "new", "place", "fragment"), BROKEN, ids=[row[3] for row in BROKEN])
def test_every_mistake_is_said_in_dutch_too(
    folder: Path, file: str, old: str, new: str, place: str, fragment: str
) -> None:
    """In Dutch it stands at the same place as in English, in other words."""
    change(folder, file, old, new)
    dutch, english = refusals(folder, "nl"), refusals(folder, "en")
    assert len(dutch) == len(english)
    assert any(line.startswith(place) for line in dutch)
    assert set(dutch).isdisjoint(english)


def test_one_mistake_is_one_message(folder: Path) -> None:
    """Where a value may be of several kinds, or stands for two languages, the mistake is told once."""
    change(folder, STAFF, 'options = "services"', "options = 5")
    change(folder, HR, 'name    = "HR"', 'name = ""')
    change(folder, HR, '"coach", ', '"", ')
    assert len(refusals(folder)) == 3


def test_all_problems_come_at_once_in_the_order_of_the_files(folder: Path) -> None:
    """Mistakes in several files, of several sorts, are all told, so that nobody has to mend and try eleven times."""
    change(folder, HEAD, "threshold = 10 ", "threshold = 3")
    change(folder, HEAD, "08:30:00", "18:00:00")
    change(folder, HR, "share   = 0.40", "share = 40")
    change(folder, HR, '"webchat:#hr"', "webchat:#hr")
    change(folder, "departments/ict.toml", '"webchat:#ict"', '"webchat:#catering"')
    change(folder, STAFF, "draw = 2", 'about = ["nobody"]\ndraw = 5')
    change(folder, "departments/inkoop.toml", "share   = 0.15", "share = 15")
    said = refusals(folder)
    files = [line.split(":")[0] for line in said]
    assert files == sorted(files)
    assert [":".join(line.split(":")[:3]) for line in said] == [
        "departments/catering.toml:5: channel",
        "departments/hr.toml:5: This is not valid TOML (Invalid value). Put text between quotes, write a time as 09",
        "departments/ict.toml:5: channel",
        "departments/inkoop.toml:7: share",
        "organisation.toml:10: threshold",
        "surveys/staff.toml:6: draw",
    ]


def test_surveys_may_not_ask_about_the_same_department(folder: Path) -> None:
    """A department is asked about in one survey only, else figures of two could be subtracted."""
    shutil.copy(folder / STAFF, folder / "surveys/second.toml")
    change(folder, "surveys/second.toml", "draw = 2", 'about = ["hr"]')
    said = refusals(folder)
    assert len(said) == 1
    assert said[0].startswith("surveys/staff.toml:1: about: Survey “second” asks about department “hr” too.")


@pytest.mark.parametrize("name", ["HR", "human resources", "een-veel-te-lange-naam", "2e-hulp", "hr.oud"])
def test_the_name_of_a_file_has_to_be_a_key(folder: Path, name: str) -> None:
    """A file whose name cannot be a key is refused with what a key looks like."""
    (folder / HR).rename(folder / f"departments/{name}.toml")
    assert refusals(folder)[0].startswith(f"departments/{name}.toml:1: The name of this file")


def test_a_missing_folder_is_one_problem(tmp_path: Path) -> None:
    """A folder that is not there, or is a file, is told once instead of once for each file it should hold."""
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "nowhere", tmp_path / "file", tmp_path / "file" / "deeper", Path("with\0nul")):
        assert len(refusals(path)) == 1
        assert "does not exist" in refusals(path)[0]


def test_an_empty_folder_says_what_has_to_be_in_it(tmp_path: Path) -> None:
    """Nothing at all: the three things an organisation consists of are named."""
    assert [line.split(": ")[0] for line in refusals(tmp_path)] == [
        "departments/:1",
        "organisation.toml:1",
        "surveys/:1",
    ]


def test_too_many_departments_are_refused_before_anything_is_built(folder: Path) -> None:
    """More departments than fit on a card: a problem of the folder, not a traceback."""
    for number in range(MOST_DEPARTMENTS):
        text = (folder / HR).read_text(encoding="utf-8").replace('"HR"', f'"HR {number}"')
        (folder / f"departments/hr-{number}.toml").write_text(text.replace("#hr", f"#hr{number}"), encoding="utf-8")
    assert any(line.startswith("departments/:1: There are 36 files") for line in refusals(folder))


@pytest.mark.parametrize(
    ("content", "line", "fragment"),
    [
        (b"", 1, "nothing in this file"),
        (b"# only a remark\n", 1, "nothing in this file"),
        (b"\n\n\xff\xfe", 3, "UTF-8"),
        ('name = "Financiën"'.encode("latin-1"), 1, "UTF-8"),
        ('name = "HR"'.encode("utf-16"), 1, "UTF-8"),
        (b"\x7fELF\x02\x01\x01\x00", 1, "not valid TOML"),
        (b"name = 'HR'\rshare = 1", 1, "not valid TOML"),
        (b"a = {b = [{c = ", 1, "not valid TOML"),
    ],
)
@pytest.mark.parametrize("file", [HEAD, HR, STAFF])
def test_a_file_of_another_sort_is_refused_at_its_line(
    folder: Path, file: str, content: bytes, line: int, fragment: str
) -> None:
    """Empty, binary or in another encoding: said as such, and nothing else is said about that file."""
    (folder / file).write_bytes(content)
    said = [problem for problem in refusals(folder) if problem.startswith(file)]
    assert len(said) == 1
    assert said[0].startswith(f"{file}:{line}: ")
    assert fragment in said[0]


def test_a_folder_in_the_place_of_a_file_is_refused(folder: Path) -> None:
    """What cannot be read as a file is a problem like any other."""
    (folder / HR).unlink()
    (folder / HR).mkdir()
    assert "cannot be read" in refusals(folder)[0]


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(folder: Path) -> None:
    """A file that may not be read is a problem like any other."""
    (folder / HR).chmod(0)
    assert "cannot be read" in refusals(folder)[0]


def test_notepad_on_windows_is_fine(folder: Path) -> None:
    """A byte order mark and CRLF change nothing, not even the lines in messages."""
    text = (folder / HEAD).read_text(encoding="utf-8").replace("\n", "\r\n")
    (folder / HEAD).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read(folder) == read(EXAMPLE)
    (folder / HEAD).write_bytes(b"\xef\xbb\xbf" + text.replace("threshold = 10", "threshold = 1").encode())
    assert refusals(folder)[0].startswith("organisation.toml:10: threshold")


def test_a_message_is_one_line_whatever_the_file_holds(folder: Path) -> None:
    """A key or value with line ends or terminal codes cannot add lines or colours to what is printed."""
    change(folder, HEAD, "threshold = 10 ", r'"a\nb\u001b[31m" = 1')
    change(folder, STAFF, "draw = 2", r'about = ["x\ny"]')
    said = refusals(folder)
    assert all(line.isprintable() for line in said)
    assert any(r"a\nb\x1b[31m" in line for line in said)


def test_only_patterns_of_channels_and_countries_have_to_be_worded() -> None:
    """The text for a broken pattern is that of keys; channels and the country have their own. Another needs one."""
    told = {key for key in catalogue("en") if key.endswith("string_pattern_mismatch")}
    whose = {key.removeprefix("problem.").removesuffix("string_pattern_mismatch").strip("_") for key in told}
    assert whose == {"", "channel", "admin_channel", "test_channel", "everyone", "country"}


# --- any text at all ---------------------------------------------------------------------------------------------

KEYS = ["name", "key", "share", "card", "services", "themes", "rhythm", "extra", "tick", "ask", "nl", "kind", "people"]
SCALARS: st.SearchStrategy[object] = (
    st.integers()
    | st.floats()
    | st.booleans()
    | st.text(max_size=8)
    | st.dates()
    | st.times()
    | st.datetimes()
    | st.sampled_from(["hr", "scale", "duration", "services", "{department}", "{x}", "webchat:#hr"])
)
VALUES: st.SearchStrategy[object] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=4),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), VALUES, max_size=6)


def quoted(text: str) -> str:
    """A TOML string; JSON's escapes are TOML's, but for DEL and for what JSON writes as a pair of surrogates."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def as_toml(value: object) -> str:
    """A value as TOML writes it inside another."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {as_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",\n # a remark\n".join(as_toml(inner) for inner in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def document(values: dict[str, object]) -> str:
    """A TOML document: tables get a heading, lists of tables a heading each, the rest a line."""
    plain = [f"{quoted(key)} = {as_toml(value)}" for key, value in values.items() if not isinstance(value, dict)]
    tables = [
        "\n".join([f"[{quoted(key)}] # a table", *(f"{quoted(k)} = {as_toml(v)}" for k, v in value.items())])
        for key, value in values.items()
        if isinstance(value, dict)
    ]
    return "\n".join([*plain, *tables]).encode("utf-8", "replace").decode()


def only_refused(folder: Path, file: str, content: bytes) -> None:
    """Reading the folder with this content in this file either works or raises Refused, sayable in both languages."""
    old = (folder / file).read_bytes()
    (folder / file).write_bytes(content)
    try:
        read(folder)
    except Refused as refused:
        for problem in refused.problems:
            for language in LANGUAGES:
                assert problem.said(language).isprintable()
    finally:
        (folder / file).write_bytes(old)


any_file = st.sampled_from([HEAD, HR, STAFF])
often = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@often
@given(file=any_file, text=st.text())
def test_no_text_ends_in_a_traceback(folder: Path, file: str, text: str) -> None:
    """Whatever stands in a file, reading raises nothing but Refused."""
    only_refused(folder, file, text.encode("utf-8", "surrogatepass"))


@often
@given(file=any_file, values=DOCUMENTS)
def test_no_document_ends_in_a_traceback(folder: Path, file: str, values: dict[str, object]) -> None:
    """Whatever a valid TOML file holds, reading raises nothing but Refused."""
    only_refused(folder, file, document(values).encode("utf-8", "replace"))


@often
@given(file=any_file, line=st.integers(0, 130), value=VALUES)
def test_no_changed_line_ends_in_a_traceback(folder: Path, file: str, line: int, value: object) -> None:
    """A good file with one value replaced by any other: reading raises nothing but Refused."""
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    key, equals, _ = lines[line % len(lines)].partition("=")
    lines[line % len(lines)] = f"{key}{equals} {as_toml(value)}" if equals else key
    only_refused(folder, file, "\n".join(lines).encode("utf-8", "replace"))


# --- where a key stands ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1\n\nb = 2", {("a",): 1, ("b",): 3}),
        ("[t]\na = 1\n[u]\n\na = 1", {("t",): 1, ("t", "a"): 2, ("u",): 3, ("u", "a"): 5}),
        ("[t] # why\n# remark\na = 1 # because", {("t",): 1, ("t", "a"): 3}),
        ("[t]\n[t.u]\na = 1\n[t.v]", {("t",): 1, ("t", "u"): 2, ("t", "u", "a"): 3, ("t", "v"): 4}),
        ("[t.u]\na = 1\n[t]\nb = 1", {("t",): 3, ("t", "u"): 1, ("t", "b"): 4}),
        ("[t.u.v]\n", {("t",): 1, ("t", "u"): 1, ("t", "u", "v"): 1}),
        ("[[l]]\na = 1\n[[l]]\na = 2", {("l",): 1, ("l", 0): 1, ("l", 0, "a"): 2, ("l", 1): 3, ("l", 1, "a"): 4}),
        ("[[l]]\n[l.t]\na = 1\n[[l]]\n[l.t]\na = 2", {("l", 0, "t", "a"): 3, ("l", 1, "t"): 5, ("l", 1, "t", "a"): 6}),
        ("[[l]]\n[[l.m]]\n[[l.m]]\n[[l]]\n[[l.m]]", {("l", 0, "m", 1): 3, ("l", 1): 4, ("l", 1, "m", 0): 5}),
        ("a.b.c = 1\na.d = 2", {("a",): 1, ("a", "b"): 1, ("a", "b", "c"): 1, ("a", "d"): 2}),
        ("a = { b = 1, c = { d = 2 } }", {("a", "b"): 1, ("a", "c"): 1, ("a", "c", "d"): 1}),
        ("a = [\n  1, # one\n  2,\n]", {("a",): 1, ("a", 0): 2, ("a", 1): 3}),
        ("a = [\n  { b = 1 },\n  # remark\n  { b = 2 },\n]", {("a", 0, "b"): 2, ("a", 1): 4, ("a", 1, "b"): 4}),
        ("a = [[1,\n2],\n[3]]", {("a", 0, 1): 2, ("a", 1): 3, ("a", 1, 0): 3}),
        ('a = """\none\ntwo"""\nb = 1', {("a",): 1, ("b",): 4}),
        ("a = '''\n[not a table]\nb = 2'''\nc = 1", {("a",): 1, ("c",): 4}),
        ('"a b" = 1\n\'c.d\' = 2\n"e\\u0066" = 3', {("a b",): 1, ("c.d",): 2, ("ef",): 3}),
        ('"\'a\'" = 1\n["t.u"]\nb = 1', {("'a'",): 1, ("t.u", "b"): 3}),
        ("a = 1\r\n\r\n[t]\r\nb = 2\r\n", {("a",): 1, ("t",): 3, ("t", "b"): 4}),
        ("", {}),
        ("# nothing\n", {}),
    ],
)
def test_every_key_is_found_on_its_line(text: str, expected: dict[tuple[str | int, ...], int]) -> None:
    """Tables, lists of tables, dotted and quoted keys, inline tables, lists and strings over several lines."""
    found = positions(text)
    assert {path: found.get(path) for path in expected} == expected


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a parsed document."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from paths(one, (*path, key))


@settings(deadline=None)
@given(DOCUMENTS)
def test_every_place_of_a_document_has_a_line(values: dict[str, object]) -> None:
    """Whatever tomllib reads stands on a line of the file, so that no message has to guess."""
    text = document(values)
    lines = positions(text)
    last = text.count("\n") + 1
    assert all(1 <= lines[path] <= last for path in paths(tomllib.loads(text)))


def test_a_problem_without_a_key_has_no_empty_place() -> None:
    """`file:line: sentence` where a whole file is meant."""
    assert Problem("a.toml", 1, "", "problem.file_missing").said("en").startswith("a.toml:1: This file is missing.")
