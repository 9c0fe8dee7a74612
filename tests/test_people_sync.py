"""People as a chat platform knows them: through the command, on a real file and on a real server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from bot.core.platform import Listed, SendFailed
from bot.core.roster import Known, roster
from bot.platforms import PLATFORMS
from bot.store import people
from bot.store.ballots import SealedBallot
from bot.store.people import Account, Person
from tests.registry import Registry
from tests.test_people import ANNA, BRAM, NOW, SEALED, Office

A = Listed("U1", "Anna in de chat", "ANNA@voorbeeld.nl", "en", "Europe/Brussels")
B = Listed("U2", "Bram", "bram@voorbeeld.nl", "", "")
C = Listed("U3", "Cas  Smit", "cas@voorbeeld.nl", "nl", "America/Aruba")
D = Listed("W4", "Dirk", "", "", "Mars/Olympus")


class Desk(Office):
    """An admin who reads the registry."""

    def sync(self, *known: Listed, options: str = "--yes") -> Result:
        Registry.people = known
        return self.run("sync", "registry", *options.split())

    def reachable(self) -> dict[str, bool]:
        """By address in the registry."""
        with self.database.transaction(reading=True) as session:
            found = session.exec(select(Account).where(Account.platform == "registry"))
            return {one.address: one.reachable for one in found}

    def ballots(self) -> int:
        with self.database.transaction(reading=True) as session:
            return len(session.exec(select(SealedBallot)).all())


@pytest.fixture
def office(where: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("KLANKBORD_DATA", str(tmp_path))
    monkeypatch.setenv("KLANKBORD_DATABASE_URL", where if isinstance(where, str) else "")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(PLATFORMS, "registry", "tests.registry:Registry")
    for name in ("people", "groups", "failure", "set_up"):
        monkeypatch.setattr(Registry, name, getattr(Registry, name))
    made = Desk(tmp_path, where)
    yield made
    made.database.close()


# --- who comes -------------------------------------------------------------------------------------------------------


def test_who_is_known_by_email_gets_account_language_and_zone_and_keeps_the_rest(office: Desk) -> None:
    """Capitals make no difference; name, department, pilot and the other account stay as the admin put them."""
    office.bring(ANNA, BRAM)
    result = office.sync(A, B)
    assert result.exit_code == 0, result.output
    assert "anna  Anna de Vries: language, timezone" in result.stdout
    assert "anna  registry:U1" in result.stdout
    anna, bram = (office.people()[key] for key in ("anna", "bram"))
    assert (anna.name, anna.email, anna.department, anna.pilot) == ("Anna de Vries", "anna@voorbeeld.nl", "hr", True)
    assert (anna.language, anna.timezone) == ("en", "Europe/Brussels")
    assert (bram.name, bram.language, bram.timezone) == ("Bram Jansen", "en", "Europe/Brussels")
    assert office.accounts() == {
        ("registry", "U1"): "anna", ("registry", "U2"): "bram", ("webchat", "anna"): "anna", ("webchat", "bram"): "bram"
    }  # fmt: skip


def test_who_is_new_comes_in_by_email_or_else_by_the_id_of_the_platform(office: Desk) -> None:
    """What the platform does not tell, or nobody can use, is as for anybody new."""
    assert "Erbij: 2" in office.sync(C, D).stdout
    cas, dirk = office.people()["cas@voorbeeld.nl"], office.people()["W4"]
    assert (cas.name, cas.email, cas.language, cas.timezone) == ("Cas Smit", "cas@voorbeeld.nl", "nl", "America/Aruba")
    assert (dirk.name, dirk.email, dirk.language, dirk.timezone) == ("Dirk", None, "", "Europe/Amsterdam")
    assert (dirk.department, dirk.pilot) == (None, False)


def test_syncing_twice_changes_nothing(office: Desk) -> None:
    """Not even after somebody changed their name or their e-mail address there."""
    office.sync(A, C, D)
    changed = Listed("U3", "Cas van Dam", "cas.vandam@voorbeeld.nl", "nl", "America/Aruba")
    result = office.sync(A, changed, D, options="")
    assert (result.exit_code, "Zonder verandering: 3" in result.stdout) == (0, True), result.output
    assert "niets te veranderen" in result.stdout


def test_newcomers_may_be_left_out(office: Desk) -> None:
    office.bring(ANNA)
    assert "Hier niet bekend, en niet toegevoegd: 2" in office.sync(A, C, D, options="--known --yes").stdout
    assert list(office.people()) == ["anna"]
    assert office.accounts()["registry", "U1"] == "anna"


def test_a_new_account_with_the_same_email_takes_the_place_of_the_old_one(office: Desk) -> None:
    """It is not somebody who left."""
    office.sync(A, B)
    office.ask("anna@voorbeeld.nl")
    result = office.sync(Listed("U9", "Anna", "anna@voorbeeld.nl", "en", "Europe/Brussels"), B)
    assert "registry:U1 → registry:U9" in result.stdout
    assert "Daar niet meer" not in result.stdout
    assert office.reachable() == {"U9": True, "U2": True}
    assert office.ballots() == 1


# --- of whom it is not certain who they are --------------------------------------------------------------------------

ANNAS = Listed("U1", "Anna", "anna@voorbeeld.nl", "", "")
DOUBTS = [
    ((ANNAS, Listed("U5", "Anna B", "Anna@Voorbeeld.nl", "", "")), ["U1", "U5"], "zou hier “anna” zijn, en U5 ook"),
    ((C, Listed("U6", "Cas", "cas@voorbeeld.nl", "", "")), ["U3", "U6"], "“cas@voorbeeld.nl”"),
]


@pytest.mark.parametrize(("listed", "doubtful", "said"), DOUBTS)
def test_two_with_one_email_are_a_problem_and_both_left_alone(
    office: Desk, listed: tuple[Listed, ...], doubtful: list[str], said: str
) -> None:
    """Whoever got the wrong account would see somebody else's card."""
    office.bring(ANNA)
    before = office.accounts()
    result = office.sync(*listed, B)
    assert result.exit_code == 2
    assert said in result.stderr
    assert all(f", {address}): " in result.stderr for address in doubtful)
    assert office.accounts() == before
    assert office.sync(*listed, B, options="--yes --skip-bad").exit_code == 0
    assert office.accounts() == before | {("registry", "U2"): "bram@voorbeeld.nl"}


def test_an_account_that_is_known_is_certain(office: Desk) -> None:
    """Only the newcomer with the same e-mail address is a problem."""
    office.sync(A)
    result = office.sync(A, Listed("U5", "Anna B", "anna@voorbeeld.nl", "", ""), options="--yes --skip-bad")
    assert result.stderr.count("zou hier") == 1
    assert office.reachable() == {"U1": True}


def test_one_person_may_have_two_accounts(office: Desk) -> None:
    """When an admin said so."""
    office.bring("anna,Anna,,,,,registry,U1,", "anna,,,,,,registry,U2,")
    assert "Zonder verandering: 1" in office.sync(Listed("U1", "A", "", "", ""), Listed("U2", "A", "", "", "")).stdout


def test_the_account_of_one_with_the_email_of_another_is_a_problem(office: Desk) -> None:
    """Neither gets it, and it is not counted as gone or back."""
    office.bring(ANNA, BRAM.replace("webchat,bram", "registry,U1"))
    for reachable in (True, False):
        with office.database.transaction() as session:
            session.get_one(Account, ("registry", "U1")).reachable = reachable
        result = office.sync(A, options="--yes --skip-bad")
        assert "Dit account is hier van “bram”, en dit e-mailadres van “anna”" in result.stderr
        assert office.accounts()["registry", "U1"] == "bram"
        assert office.reachable() == {"U1": reachable}


# --- who left, and who is back ---------------------------------------------------------------------------------------


def test_who_left_is_not_asked_there_and_what_they_answered_is_destroyed(office: Desk) -> None:
    """They themselves, what they set, and their other accounts stay."""
    office.bring(ANNA, BRAM)
    office.sync(A, B, C)
    office.ask("bram")
    result = office.sync(A, C)
    assert result.exit_code == 0, result.output
    assert "Daar niet meer: 1" in result.stdout
    assert "  bram  Bram Jansen" in result.stdout
    assert office.reachable() == {"U1": True, "U2": False, "U3": True}
    assert office.ballots() == 0
    assert office.accounts()["webchat", "bram"] == "bram"
    office.database.close()
    for file in office.folder.glob("klankbord.sqlite3*"):
        assert SEALED[:25] not in file.read_bytes(), file


def test_who_is_back_is_asked_again(office: Desk) -> None:
    office.sync(A, B, C)
    office.sync(A, C)
    with office.database.transaction(reading=True) as session:
        assert "bram@voorbeeld.nl" not in people.askable(session, NOW, (), pilot=False)
    assert "Terug: 1" in office.sync(A, B, C).stdout
    with office.database.transaction(reading=True) as session:
        assert "bram@voorbeeld.nl" in people.askable(session, NOW, (), pilot=False)


def test_only_the_members_of_a_group(office: Desk) -> None:
    """Who is not in it any more is not asked; a group that does not exist changes nothing."""
    office.sync(A, B, C, D)
    Registry.groups = {"G1": frozenset(("U1", "U2", "U3"))}
    assert office.sync(A, B, C, D, options="--yes --only G1").exit_code == 0
    assert office.reachable() == {"U1": True, "U2": True, "U3": True, "W4": False}
    result = office.sync(A, B, C, D, options="--yes --only G2")
    assert (result.exit_code, "Ik kan “G2” niet vinden op registry" in result.stderr) == (2, True)


def test_no_more_than_half_leave_unless_said_so(office: Desk) -> None:
    """Half is allowed. Who left before does not count."""
    office.sync(A, B, C, D)
    result = office.sync(A)
    assert result.exit_code == 2
    assert "3 van de 4 mensen" in result.stderr
    assert set(office.reachable().values()) == {True}
    assert office.sync(A, B).exit_code == 0
    assert office.sync(A).exit_code == 0
    assert office.sync(C, options="--yes --let-most-leave").exit_code == 0
    assert office.reachable() == {"U1": False, "U2": False, "U3": True, "W4": False}


@pytest.mark.parametrize(
    ("options", "said"), [("", "niemand op de lijst van registry"), ("--only G1", "niemand in “G1”")]
)
def test_an_empty_list_changes_nothing(office: Desk, options: str, said: str) -> None:
    Registry.groups = {"G1": frozenset()}
    result = office.sync(options=f"--yes {options}")
    assert (result.exit_code, said in result.stderr) == (2, True)


# --- how it is said --------------------------------------------------------------------------------------------------


def test_a_dry_run_only_looks(office: Desk) -> None:
    result = office.sync(A, C, options="--dry-run")
    assert (result.exit_code, office.people()) == (0, {})
    assert "cas@voorbeeld.nl  Cas Smit" in result.stdout
    assert "niets veranderd" in result.stdout


def test_progress_is_said_aside(office: Desk) -> None:
    """So that what is printed can be kept."""
    result = office.sync(A, B, C)
    assert "Gelezen: 3 mensen." in result.stderr
    assert "Gelezen" not in result.stdout


def test_without_a_terminal_nothing_is_asked_or_done(office: Desk) -> None:
    for options in ("", "--json"):
        result = office.sync(A, options=options)
        assert (result.exit_code, result.stdout.endswith("}\n"), office.people()) == (2, False, {})
        assert "--yes" in result.stderr


@pytest.mark.parametrize(("typed", "code"), [("j\n", 0), ("\n", 1)])
def test_it_asks_first(office: Desk, monkeypatch: pytest.MonkeyPatch, typed: str, code: int) -> None:
    monkeypatch.setattr("bot.commands.people.showing.interactive", lambda: True)
    Registry.people = (A,)
    assert office.run("sync", "registry", typed=typed).exit_code == code
    assert len(office.people()) == 1 - code


def test_one_object_says_it_all(office: Desk) -> None:
    office.bring(ANNA, BRAM)
    office.sync(B, D)
    twice = Listed("U7", "Bram", "bram@voorbeeld.nl", "", "")
    document = json.loads(office.sync(A, B, twice, C, options="--json --yes --skip-bad").stdout)
    assert [one.pop("address") for one in document["problems"]] == ["U7"]
    assert document | {"problems": 1} == {
        "platform": "registry",
        "listed": 4,
        "added": ["cas@voorbeeld.nl"],
        "changed": {"anna": ["language", "timezone"]},
        "accounts": [
            {"person": "anna", "old": None, "new": "U1"},
            {"person": "cas@voorbeeld.nl", "old": None, "new": "U3"},
        ],
        "left": ["W4"],
        "back": [],
        "unchanged": 1,
        "strangers": 0,
        "problems": 1,
        "done": True,
    }


def test_a_list_that_was_not_read_to_its_end_changes_nothing(office: Desk) -> None:
    """Each reason has its remedy; one without a text of its own is named."""
    for reason, said in (
        ("revoked", "kent het token niet meer"),
        ("scope", "er ontbreekt een toestemming"),
        ("removed", "Ik zit niet in"),
        ("http_503", "(http_503)"),
    ):
        Registry.failure = SendFailed(reason, permanent=False)
        result = office.sync(A, B, C)
        assert (result.exit_code, said in result.stderr, office.people()) == (2, True, {}), result.stderr


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("platform", "said"),
    [
        ("teams", "ken ik niet. Kies uit: matrix, registry, slack"),
        ("webchat", "valt dit niet te vragen"),
        ("registry", "het token ontbreekt"),
    ],
)
def test_a_platform_that_cannot_be_asked_is_said(office: Desk, platform: str, said: str) -> None:
    Registry.set_up = False
    result = office.run("sync", platform)
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_what_changed_since_it_was_shown_stops_it(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def somebody_else_is_quicker(*_: object, **__: object) -> str:
        with office.database.transaction() as session:
            session.add(Person(key="anna", name="Anna", email=A.email, language="nl", timezone="Europe/Amsterdam"))
        return "j"

    monkeypatch.setattr("bot.commands.people.showing.interactive", lambda: True)
    monkeypatch.setattr("click.prompt", somebody_else_is_quicker)
    result = office.sync(A, options="")
    assert (result.exit_code, "intussen" in result.stderr, office.accounts()) == (2, True, {})


# --- whatever a platform tells ---------------------------------------------------------------------------------------

SOMEBODY = st.builds(
    Listed,
    st.text(min_size=1, max_size=4),
    st.text(max_size=200),
    st.sampled_from(["", "a@b.nl", "A@B.nl", "o'neil@b.nl", "x@b", f"{'a' * 70}@b.nl"]) | st.text(max_size=6),
    st.sampled_from(["nl", "en", "", "de"]),
    st.sampled_from(["Europe/Amsterdam", "", "x"]),
)


@given(st.lists(SOMEBODY, max_size=8, unique_by=lambda one: one.address), st.booleans())
def test_everybody_is_somebody_a_problem_or_a_stranger(listed: list[Listed], newcomers: bool) -> None:
    """Once each, whatever they are called; a key names one person, and nobody is without a name."""
    known = Known({"U1": "anna"}, {"a@b.nl": "bram", "bram": "bram", "anna": "anna"})
    found = roster(listed, "registry", known, newcomers=newcomers)
    lines = [account.line for entry in found.entries for account in entry.accounts]
    lines += [problem.line for problem in found.problems]
    assert len(lines) == len(set(lines)) == len(listed) - found.strangers
    assert len({entry.key for entry in found.entries}) == len(found.entries)
    assert all(entry.said.get("name", "x") and entry.key for entry in found.entries)
    assert all(problem.sentence("nl") for problem in found.problems)
