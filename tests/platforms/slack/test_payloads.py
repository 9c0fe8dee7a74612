"""What Slack sends -> what somebody did: one sample of every kind, and whatever else may come."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.slack.origin import METADATA, Origin, unpacked
from bot.platforms.slack.payloads import (
    Ended,
    Happening,
    HomeOpened,
    Listed,
    Malformed,
    Nothing,
    Said,
    Submitted,
    Tapped,
    Ticked,
    read,
    teams,
)

from .samples import NAMES, sample

NOW = 1764000100.7
URL = "https://hooks.slack.com/actions/T0KLANK/1/abc"
MESSAGE = Origin("message", "DANNA", "1764000000.000100", URL, 1764000100)
EPHEMERAL = Origin("ephemeral", "CPLEIN", "1764000000.000100", URL, 1764000100)
TRIGGER = "101.202.303abc"
TICKS = Listed("i1:ticks", ("hr", "ict"))
ANSWER = "i1:a:hr:received:4"

READ: dict[str, Happening] = {
    "app_uninstalled": Ended("app_uninstalled"),
    "button_beside_a_list": Tapped("UANNA", "i1:next", MESSAGE, TRIGGER, listed=(TICKS,)),
    "button_beside_an_empty_list": Tapped("UANNA", "i1:next", MESSAGE, TRIGGER),
    "button_in_channel": Tapped(
        "UANNA", "0:arrived:d1", Origin("message", "CBEHEER", MESSAGE.ts, URL, 1764000100), TRIGGER
    ),
    "button_in_ephemeral": Tapped("UANNA", ANSWER, EPHEMERAL, TRIGGER),
    "button_in_message": Tapped("UANNA", ANSWER, MESSAGE, TRIGGER),
    "button_in_modal": Tapped("UANNA", "i1:change:hr:received", MESSAGE, TRIGGER, "V0VIEW"),
    "button_of_enterprise_user": Tapped("WANNA", ANSWER, MESSAGE, TRIGGER),
    "button_on_home": Tapped("UANNA", "0:pause", Origin("home"), TRIGGER),
    "button_with_link": Nothing(),
    "checkboxes": Ticked("UANNA", TICKS, MESSAGE),
    "command": Said("UANNA", "afdeling", "hr", trigger=TRIGGER),
    "command_alone": Said("UANNA", "", "", trigger=TRIGGER),
    "command_of_enterprise_user": Said("WANNA", "afdeling", "hr", trigger=TRIGGER),
    "home_opened": HomeOpened("UANNA"),
    "menu": Ticked("UANNA", Listed("i1:ticks", ()), MESSAGE),
    "message_changed": Nothing(),
    "message_deleted": Nothing(),
    "message_im": Said("UANNA", "afdeling", "P&O", "DANNA", "Ev0EVENT"),
    "message_in_channel": Nothing(),
    "message_of_another_bot": Nothing(),
    "message_of_ours": Nothing(),
    "messages_opened": Nothing(),
    "rate_limited": Nothing(),
    "submission_of_a_step": Submitted("UANNA", "i1:keep:hr", None, MESSAGE, "V0VIEW:1764000101.Xyz"),
    "submission_with_words": Submitted("UANNA", "i1:tip:hr", "Bel me terug.", MESSAGE, "V0VIEW:1764000101.Xyz"),
    "submission_without_words": Submitted("UANNA", "i1:tip:hr", "", MESSAGE, "V0VIEW:1764000101.Xyz"),
    "tokens_revoked": Ended("tokens_revoked"),
    "view_closed": Nothing(),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_read(name: str) -> None:
    """Every kind that comes in, as the class that says what somebody did."""
    assert read(sample(name), NOW) == READ[name]


def test_every_reading_has_a_sample() -> None:
    """None of the table above is left out by a slip in a file's name."""
    assert sorted(READ) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_somebody_said_is_in_a_repr(name: str) -> None:
    """What is logged or raised by mistake holds no answer, no words and no address that one can write to."""
    shown = repr(read(sample(name), NOW))
    for secret in ("received", "keep", "tip", "Bel me", "P&O", "hooks.slack.com", "'hr'"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("name", "team"),
    [
        ("button_in_message", ("T0KLANK", "")),
        ("button_of_enterprise_user", ("", "E0GRID")),
        ("command", ("T0KLANK", "")),
        ("command_of_enterprise_user", ("T0KLANK", "E0GRID")),
        ("message_im", ("T0KLANK", "")),
    ],
)
def test_a_payload_says_where_it_comes_from(name: str, team: tuple[str, str]) -> None:
    """Its workspace and its enterprise."""
    assert teams(sample(name)) == team


# --- broken payloads ---------------------------------------------------------------------------------------------


def places(found: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a payload."""
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def broken(name: str, path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """A sample with something else at one place; left out where it is `...`."""
    payload = sample(name)
    inner: Any = payload
    for key in path[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return payload


def outcome(payload: dict[str, Any]) -> Happening | None:
    """What is read; None where it is refused."""
    teams(payload)
    try:
        return read(payload, NOW)
    except Malformed:
        return None


ODD: list[Any] = [..., None, "", 7, [], {}, [[]], {"id": []}, "\ud800", "\0", "x" * 5000]


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_payload_is_read_or_refused(name: str) -> None:
    """Whatever stands at whichever place: nothing else is ever raised."""
    for path in places(sample(name)):
        for value in ODD:
            outcome(broken(name, path, value))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(name=st.sampled_from(NAMES), data=st.data(), value=ANYTHING)
def test_any_value_at_any_place_is_read_or_refused(name: str, data: st.DataObject, value: object) -> None:
    """The same with values that nobody thought of."""
    path = data.draw(st.sampled_from(sorted(places(sample(name)), key=repr)))
    outcome(broken(name, path, value))


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("button_in_message", ("user", "id"), ...),
        ("button_in_message", ("user", "id"), "U1\n"),
        ("button_in_message", ("actions",), []),
        ("button_in_message", ("actions", 0, "value"), ""),
        ("button_in_message", ("actions", 0, "value"), {"a": 1}),
        ("button_in_message", ("container", "channel_id"), None),
        ("checkboxes", ("actions", 0, "block_id"), "other"),
        ("checkboxes", ("actions", 0, "selected_options"), [{"text": "x"}]),
        ("submission_with_words", ("view", "state"), {}),
        ("submission_with_words", ("view", "state", "values", "written", "written", "value"), {"text": "x"}),
        ("submission_with_words", ("view", "state", "values", "written", "written", "value"), "\ud800"),
        ("submission_with_words", ("view", "id"), ...),
        ("command", ("user_id",), ...),
        ("message_im", ("event", "user"), ...),
        ("message_im", ("event", "text"), 4),
        ("message_im", ("event_id",), ...),
        ("message_im", ("event",), "message"),
        ("home_opened", ("type",), "interactive"),
    ],
)
def test_what_lacks_something_needed_is_refused(name: str, path: tuple[Any, ...], value: Any) -> None:
    """Who, what and where; and what cannot be stored."""
    assert outcome(broken(name, path, value)) is None


# --- where it stands ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", [MESSAGE, EPHEMERAL, Origin("home"), Origin()])
def test_an_origin_comes_back_from_a_modal(origin: Origin) -> None:
    """As it was, within what a view may carry."""
    assert unpacked(origin.packed()) == origin
    assert len(origin.packed()) <= METADATA


def test_an_origin_that_is_too_long_goes_without_its_address() -> None:
    """A message can still be edited by its place."""
    long = Origin("message", "DANNA", "1.2", "https://hooks.slack.com/" + "x" * METADATA, 5)
    assert unpacked(long.packed()) == Origin("message", "DANNA", "1.2", "", 5)


@given(metadata=st.text() | ANYTHING.map(repr) | st.just("[" * 3000))
def test_metadata_of_others_is_nowhere(metadata: str) -> None:
    """Anything that is no origin of ours."""
    assert unpacked(metadata) == Origin()


def test_only_a_channel_is_shared() -> None:
    """Neither the direct chat nor what one person sees in a channel."""
    assert Origin("message", "CBEHEER", "1.2").shared == "CBEHEER"
    assert MESSAGE.shared == EPHEMERAL.shared == Origin("home").shared == ""
