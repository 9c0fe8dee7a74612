"""Modals in the fake Slack: opened by a trigger, filled in, handed in, redrawn, stacked and closed."""

import pytest
from slack_bolt.response import BoltResponse

from .acting import Json, entry, modal, opened, plain, played, row
from .colleague import Colleague
from .robot import Robot
from .server import FakeSlack
from .trials import error_of


def test_a_trigger_opens_one_modal_within_three_seconds() -> None:
    """Not a second one, and none when it is late."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await opened(robot, anna, modal(row("Ja")))
        assert "[Ja]" in anna.sees()
        again = robot.client.views_open(trigger_id=robot.heard[-1]["trigger_id"], view=modal(row("Ja")))
        assert await error_of(again) == "exchanged_trigger_id"
        await anna.tap("Open")
        slack.workspace.pass_time(3.1)
        late = robot.client.views_open(trigger_id=robot.heard[-1]["trigger_id"], view=modal(row("Ja")))
        assert await error_of(late) == "expired_trigger_id"

    played(steps)


def test_a_modal_is_filled_in_and_handed_in() -> None:
    """What was typed arrives with it; without an answer it closes."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        view = modal(entry(), submit=plain("Versturen"), private_metadata="m", callback_id="c")
        await opened(robot, anna, view)
        assert "Je tip\n____\n[Versturen]\n[Sluiten]" in anna.sees()
        with pytest.raises(AssertionError, match="must fill in 'Je tip'"):
            await anna.tap("Versturen")
        await anna.fill("Bel terug")
        assert (await anna.tap("Versturen")).status == 200
        sent = robot.heard[-1]
        assert sent["type"] == "view_submission"
        assert sent["view"]["state"]["values"] == {
            "written": {"written": {"type": "plain_text_input", "value": "Bel terug"}}
        }
        assert (sent["view"]["private_metadata"], sent["view"]["callback_id"]) == ("m", "c")
        assert anna.modal is None

    played(steps)


RESPONSES: list[tuple[Json | str, int, str]] = [
    ("", 0, ""),
    ({"response_action": "clear"}, 0, ""),
    ({"response_action": "update", "view": modal(row("Klaar"))}, 1, "[Klaar]"),
    ({"response_action": "push", "view": modal(row("Klaar"))}, 2, "[Klaar]"),
    ({"response_action": "errors", "errors": {"written": "Te kort"}}, 1, "Je tip"),
]


@pytest.mark.parametrize(("response", "deep", "seen"), RESPONSES)
def test_what_becomes_of_a_modal(response: Json | str, deep: int, seen: str) -> None:
    """As the acknowledgement says."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await opened(robot, anna, modal(entry(), submit=plain("Versturen")))
        robot.says = BoltResponse(status=200, body=response)
        await anna.type("Bel terug")
        assert len(slack.workspace.stacks["UANNA"]) == deep
        assert seen in anna.sees()
        assert anna.errors == ({"written": "Te kort"} if "Je tip" in seen else {})

    played(steps)


WRONG_RESPONSES: list[tuple[Json, str]] = [
    ({"response_action": "close"}, "a submission is answered with"),
    ({"response_action": "errors", "errors": {"other": "Te kort"}}, "which are no inputs"),
    ({"response_action": "update", "view": modal()}, "invalid_arguments"),
]


@pytest.mark.parametrize(("response", "violation"), WRONG_RESPONSES)
def test_a_wrong_response_to_a_modal(response: Json, violation: str) -> None:
    """Is a violation, and leaves the modal as it is."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await opened(robot, anna, modal(entry(), submit=plain("Versturen")))
        robot.says = BoltResponse(status=200, body=response)
        await anna.type("Bel terug")
        slack.workspace.forgive(violation)
        assert "Je tip" in anna.sees()

    played(steps)


def test_a_modal_that_was_not_acknowledged_stays() -> None:
    """With what was typed in it."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await opened(robot, anna, modal(entry(), submit=plain("Versturen")))
        robot.says = BoltResponse(status=500)
        assert (await anna.type("Bel terug")).status == 500
        assert "Bel terug" in anna.sees()

    played(steps)


def test_a_modal_is_drawn_anew() -> None:
    """What has the same ids keeps what was typed, and a hash guards what is newer."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await opened(robot, anna, modal(entry("a"), row("Meer"), submit=plain("Versturen")))
        await anna.fill("Bel terug")
        await anna.tap("Meer")
        tap = robot.heard[-1]
        assert (tap["container"]["type"], "response_url" in tap) == ("view", False)
        assert tap["view"]["state"]["values"]["a"]["written"]["value"] == "Bel terug"
        name, before = tap["view"]["id"], tap["view"]["hash"]
        more = modal(entry("a"), entry("b"), submit=plain("Versturen"))
        await robot.client.views_update(view_id=name, hash=before, view=more)
        assert "Bel terug\nJe tip\n____" in anna.sees()
        assert await error_of(robot.client.views_update(view_id=name, hash=before, view=more)) == "hash_conflict"

    played(steps)


def test_a_modal_is_closed() -> None:
    """Silently, unless it asked to be told; and by who taps on the message behind it."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await opened(robot, anna, modal(row("Ja")))
        await anna.tap("Sluiten")
        assert (anna.modal, robot.heard[-1]["type"]) == (None, "block_actions")
        await opened(robot, anna, modal(row("Ja"), notify_on_close=True))
        await anna.close()
        assert (anna.modal, robot.heard[-1]["type"]) == (None, "view_closed")
        await opened(robot, anna, modal(row("Ja")))
        await anna.tap("Open")
        assert anna.modal is None

    played(steps)


def test_modals_are_stacked_three_deep() -> None:
    """A fourth is a violation."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await opened(robot, anna, modal(row("Dieper")))
        for error in ("", "", "push_limit_reached"):
            await anna.tap("Dieper")
            call = robot.client.views_push(trigger_id=robot.heard[-1]["trigger_id"], view=modal(row("Dieper")))
            assert await error_of(call) == error
        slack.workspace.forgive("push_limit_reached")

    played(steps)
