"""The people in the fake Slack: what they find, tick and say, on messages, on the home screen and with commands."""

import pytest
from slack_bolt.response import BoltResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from .acting import CHECKS, MENU, options, played, posted, row
from .colleague import Colleague
from .robot import Robot
from .server import FakeSlack

# --- buttons and lists -----------------------------------------------------------------------------------------------


def test_a_button_is_found_by_its_words() -> None:
    """These words exactly, or the only ones that begin with them; on the newest message that has them."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await posted(robot, row("Ja", "Nee"))
        newest = await posted(robot, row("Ja, graag", "Ja"))
        await anna.tap("Ja")
        assert robot.heard[-1]["actions"][0]["text"]["text"] == "Ja"
        assert robot.heard[-1]["container"]["message_ts"] == newest
        await anna.tap("Ja,")
        assert robot.heard[-1]["actions"][0]["text"]["text"] == "Ja, graag"
        await posted(robot, row("Later", "Laat maar"))
        with pytest.raises(AssertionError, match="may be any of"):
            await anna.tap("La")
        anna.patience = 0.1
        with pytest.raises(AssertionError, match=r"UANNA has no 'Nooit' to tap:[\s\S]*\[Ja\] \[Nee\]"):
            await anna.tap("Nooit")

    played(steps)


def test_a_tap_says_where_it_was() -> None:
    """The message, in a direct chat or a channel; of what only one person sees, no message."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await posted(robot, row("Ja"))
        await anna.tap("Ja")
        tap = robot.heard[-1]
        assert (tap["channel"], tap["message"]["text"]) == ({"id": "DANNA", "name": "directmessage"}, "Kaart")
        assert tap["message"]["blocks"][0]["elements"][0]["value"] == "v"
        await robot.client.chat_postEphemeral(channel="CHR", user="UANNA", text="Jij", blocks=[row("Ja")])
        anna.goes_to("CHR")
        await anna.tap("Ja")
        tap = robot.heard[-1]
        assert (tap["channel"]["name"], tap["container"]["is_ephemeral"]) == ("privategroup", True)
        assert "message" not in tap
        bram = slack.person("UBRAM")
        bram.goes_to("CHR")
        assert "Ja" not in bram.sees()

    played(steps)


def test_ticks_are_told_at_once_and_go_along() -> None:
    """Each tick of a checkbox brings all that is on; so does a tap beside it. Drawn anew, all is off."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        ts = await posted(robot, CHECKS, row("Verder"))
        for label, on in (("HR", ["hr"]), ("ICT", ["hr", "ict"]), ("HR", ["ict"])):
            await anna.tap(label)
            assert [one["value"] for one in robot.heard[-1]["actions"][0]["selected_options"]] == on
        assert "☐ HR ☑ ICT ☐ Inkoop" in anna.sees()
        await anna.tap("Verder")
        state = robot.heard[-1]["state"]["values"]
        assert state == {"list": {"chosen": {"type": "checkboxes", "selected_options": options("ICT")}}}
        await robot.client.chat_update(channel="DANNA", ts=ts, text="Kaart", blocks=[CHECKS, row("Verder")])
        assert "☐ HR ☐ ICT ☐ Inkoop" in anna.sees()
        await anna.tap("Verder")
        assert robot.heard[-1]["state"]["values"]["list"]["chosen"]["selected_options"] == []

    played(steps)


def test_a_menu() -> None:
    """The same for a menu of several."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await posted(robot, MENU)
        await anna.tap("Ink")
        action = robot.heard[-1]["actions"][0]
        assert (action["type"], action["block_id"]) == ("multi_static_select", "list")
        assert action["selected_options"] == options("Inkoop")

    played(steps)


# --- the home screen, words and commands -----------------------------------------------------------------------------


def test_the_home_screen() -> None:
    """The bot hears that it is opened, with what stands there; taps on it carry no response_url."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await anna.open_home()
        assert "view" not in robot.heard[-1]["event"]
        await robot.client.views_publish(user_id="UANNA", view={"type": "home", "blocks": [row("Pauze")]})
        assert anna.sees() == "[Pauze]"
        await anna.tap("Pauze")
        assert (robot.heard[-1]["view"]["type"], "response_url" in robot.heard[-1]) == ("home", False)
        await anna.open_home()
        assert robot.heard[-1]["event"]["view"]["blocks"][0]["elements"][0]["text"]["text"] == "Pauze"
        await anna.open_messages()
        assert robot.heard[-1]["event"]["tab"] == "messages"

    played(steps)


def test_a_command_is_answered_in_its_acknowledgement_or_later() -> None:
    """To who asked, where they asked; a response_url of its own takes more."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        anna.goes_to("CHR")
        robot.says = BoltResponse(status=200, body={"text": "Hulp"})
        await anna.ask("hulp")
        assert (robot.heard[-1]["channel_id"], robot.heard[-1]["trigger_id"].count(".")) == ("CHR", 2)
        assert [(one.text, one.only_for) for one in anna.messages()] == [("Hulp", "UANNA")]
        await AsyncWebhookClient(robot.heard[-1]["response_url"]).send_dict({"text": "Nog iets"})
        assert anna.newest() == "Nog iets"
        robot.says = BoltResponse(status=200, body={"text": "Hulp", "colour": "red"})
        await anna.ask("hulp")
        slack.workspace.forgive("a command is answered with")

    played(steps)


def test_words_are_heard_where_the_bot_may_read() -> None:
    """In the direct chat, with the scope for it; not in a channel."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        await anna.say("Hoi")
        anna.goes_to("CHR")
        await anna.say("Allemaal")
        anna.goes_to("")
        slack.workspace.scopes.remove("im:history")
        await anna.say("Nog eens")
        assert [event["event"]["text"] for event in robot.heard] == ["Hoi"]

    played(steps)


def test_an_enterprise_tells_where_people_are_from() -> None:
    """In interactions, commands and events."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        slack.workspace.enterprise = True
        slack.workspace.user("WCAS", "Cas")
        cas = slack.person("WCAS")
        await posted(robot, row("Ja"), channel="WCAS")
        await cas.tap("Ja")
        await cas.ask("hulp")
        tap, command = robot.heard
        assert (tap["user"]["id"], tap["enterprise"]["id"], tap["team"]) == ("WCAS", "E0GRID", None)
        assert (command["user_id"], command["enterprise_id"]) == ("WCAS", "E0GRID")

    played(steps)


def test_what_we_never_send_is_noted() -> None:
    """Slack would take it: something that remembers what somebody said, signs, metadata that tells."""

    async def steps(slack: FakeSlack, robot: Robot, anna: Colleague) -> None:
        remembering = {
            "type": "checkboxes",
            "options": options("HR"),
            "initial_options": options("HR"),
            "action_id": "a",
        }
        await posted(robot, {"type": "actions", "elements": [remembering]})
        slack.workspace.forgive("something that was said is in a message")
        await posted(robot, {"type": "section", "text": {"type": "mrkdwn", "text": "*Hoi*"}})
        slack.workspace.forgive("only plain text is drawn")
        metadata = {"event_type": "klankbord", "event_payload": {"id": "hr: 4 goed"}}
        await robot.client.chat_postMessage(channel="UANNA", text="Hoi", metadata=metadata)
        slack.workspace.forgive("metadata that is not opaque")

    played(steps)
