"""What somebody does in Slack, over HTTP and over sockets: heard, acknowledged, and drawn where their card stands."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.core.ballot import At, Place
from bot.core.platform import Chosen
from bot.platforms.slack.origin import FRESH

from .bridge import Ack
from .colleague import Colleague, words
from .faults import Kind
from .office import Office, a_button, office
from .records import Message
from .samples import sample
from .screen import Screen
from .shapes import submitted

Walk = Callable[[Office], Awaitable[None]]
Run = Callable[[Walk], None]


def running(folder: Path, *, over_http: bool) -> Run:
    """Runs what happens in an office."""

    def run(walk: Walk) -> None:
        async def whole() -> None:
            async with office(folder, over_http=over_http) as made:
                await walk(made)

        asyncio.run(whole())

    return run


@pytest.fixture(params=[True, False], ids=["http", "sockets"])
def either_way(tmp_path: Path, request: pytest.FixtureRequest) -> Run:
    """What depends on how it is acknowledged."""
    return running(tmp_path, over_http=request.param)


@pytest.fixture
def at_work(tmp_path: Path) -> Run:
    """All else, over sockets."""
    return running(tmp_path, over_http=False)


# --- taps --------------------------------------------------------------------------------------------------------


def test_a_tap_is_stored_and_drawn(either_way: Run) -> None:
    """The next card in the place of the last one, by the response_url of the tap alone."""

    async def walk(made: Office) -> None:
        (message,) = made.anna.messages()
        await made.taps("Begin, 1 minuut")
        assert (await made.ballot()).place == Place(At.WORKPLACE)
        assert made.anna.messages() == [message]
        assert "Bij welke afdeling werk je zelf?" in words(message.blocks)
        assert len(message.history) == 2
        assert made.slack.workspace.calls["chat.update"] == 0

    either_way(walk)


def test_a_tap_is_acknowledged_before_it_is_drawn(either_way: Run) -> None:
    """However slow Slack is with that; and it is stored by then."""

    async def walk(made: Office) -> None:
        made.slack.workspace.fails("response_url", "slow", 2.0)
        assert (await made.anna.tap("Begin, 1 minuut")).status == 200
        assert made.bot._redrawing._tasks
        assert (await made.ballot()).place == Place(At.WORKPLACE)

    either_way(walk)


def test_a_double_tap_is_one_answer(either_way: Run) -> None:
    """Both are acknowledged, the second changes nothing, and the card shows where they are."""

    async def walk(made: Office) -> None:
        await made.taps("Begin, 1 minuut", "Geen van deze", "ICT", "Verder")
        acks = await asyncio.gather(made.anna.tap("4 goed"), made.anna.tap("4 goed"))
        await made.drawn()
        assert [ack.status for ack in acks] == [200, 200]
        ballot = await made.ballot()
        assert ballot.answers == {"ict": {"received": "4"}}
        assert ballot.place == Place(At.ASK, "ict", "needed")
        assert "hoe goed moest het zijn" in made.anna.sees()

    either_way(walk)


def test_only_the_newest_card_is_drawn(at_work: Run) -> None:
    """Of what was tapped while Slack was slow, the one that was under way and then the last."""

    async def walk(made: Office) -> None:
        await made.taps("Begin, 1 minuut", "Geen van deze", "ICT")
        (message,) = made.anna.messages()
        before, name = len(message.history), await made.invitation()
        made.slack.workspace.fails("response_url", "slow", 2.0)
        for verb in ("next", "a:ict:received:4", "a:ict:needed:4"):
            payload = made.payload(f"{name}:{verb}")
            assert (await made.slack.bridge.interaction("interactive", payload)).status == 200
        await made.drawn()
        assert "Waar ging het vooral over?" in made.anna.sees()
        assert len(message.history) == before + 2

    at_work(walk)


def test_a_tap_after_closing(either_way: Run) -> None:
    """The card says that the round is over, and nothing is stored; also when something in a list is changed."""

    async def walk(made: Office) -> None:
        await made.taps("Begin, 1 minuut", "Geen van deze")
        await made.town.moment("the round closes")
        await made.taps("ICT")
        assert "Deze ronde is gesloten" in made.anna.sees()
        await made.taps("Begin, 1 minuut", who="WBRAM")
        assert "Deze ronde is gesloten" in made.bram.sees()

    either_way(walk)


@pytest.mark.parametrize("action", ["{bram}:begin", "nonsense", "x:y:z", "{anna}:a:ict:received:9", "0:dance"])
def test_a_forged_button(either_way: Run, action: str) -> None:
    """Somebody else's invitation, or an instruction that is none: one's own card with a hint, and no effect."""

    async def walk(made: Office) -> None:
        before = (await made.ballot("anna"), await made.ballot("bram"))
        names = {who: await made.invitation(who) for who in ("anna", "bram")}
        assert (await made.presses(action.format(**names))).status == 200
        assert "ik ben Klankbord" in made.anna.sees()
        assert made.anna.messages()[-1].blocks[0]["type"] == "context"  # the hint
        assert (await made.ballot("anna"), await made.ballot("bram")) == before

    either_way(walk)


def test_an_enterprise_user(tmp_path: Path) -> None:
    """Somebody whose id begins with W, where the app is installed for a whole enterprise."""

    async def whole() -> None:
        async with office(tmp_path, enterprise=True) as made:
            await made.taps("Begin, 1 minuut", who="WBRAM")
            assert (await made.ballot("bram")).place == Place(At.WORKPLACE)

    asyncio.run(whole())


def stranger(made: Office) -> Colleague:
    """Somebody with Slack whom nobody imported."""
    made.slack.workspace.user("UNEW", "Nieuw")
    return made.slack.person("UNEW")


async def tap_first(who: Colleague, message: Message) -> Ack:
    """The first button of a message, wherever that stands."""
    button = a_button(message)
    told = {"type": "button", "text": button.content["text"], "value": button.content["value"]}
    return await who.bridge.interaction("interactive", who.payload(message, button, told))


def test_a_strangers_tap(at_work: Run) -> None:
    """They are told whom to ask, in both languages, for their eyes only; the message stays as it is."""

    async def walk(made: Office) -> None:
        new, (message,) = stranger(made), made.anna.messages()
        made.slack.workspace.channels[message.channel].members.add("UNEW")
        assert (await made.does(tap_first(new, message))).status == 200
        (told,) = [one for one in made.slack.workspace.messages if one.only_for == "UNEW"]
        assert "Ik ken je nog niet" in words(told.blocks)
        assert "I do not know you yet" in words(told.blocks)
        assert len(message.history) == 1
        assert (await made.ballot()).place == Place(At.INTRODUCTION)

    at_work(walk)


def test_nobodys_card_is_drawn_in_a_channel(at_work: Run) -> None:
    """Where others read along, no button brings one's own card there."""

    async def walk(made: Office) -> None:
        (message,) = made.anna.messages()
        made.slack.workspace.channel("CBEHEER", "UANNA")
        message.channel = "CBEHEER"
        assert (await made.does(tap_first(made.anna, message))).status == 200
        assert len(message.history) == 1
        assert (await made.ballot()).place == Place(At.INTRODUCTION)

    at_work(walk)


# --- lists -------------------------------------------------------------------------------------------------------


def test_what_is_on_in_the_list_is_heard_before_the_button(at_work: Run) -> None:
    """Also when the change of the list itself got lost."""

    async def walk(made: Office) -> None:
        await made.taps("Begin, 1 minuut", "Geen van deze")
        await made.town.klankbord._hear(_nothing_on(await made.invitation()))
        await made.taps("ICT")
        await made.town.klankbord._hear(_nothing_on(await made.invitation()))
        assert (await made.ballot()).ticked == ()
        await made.taps("Verder")
        assert (await made.ballot()).ticked == ("ict",)
        assert "Hoe goed heeft ICT je geholpen?" in made.anna.sees()

    at_work(walk)


def _nothing_on(name: str) -> Chosen:
    return Chosen("slack", "UANNA", f"{name}:ticks", ())


def test_a_list_without_a_tick_tells_nothing(at_work: Run) -> None:
    """It may have been drawn anew: what was ticked before still counts. Taking the last tick off is told by itself."""

    async def walk(made: Office) -> None:
        await made.taps("Begin, 1 minuut", "Geen van deze", "ICT")
        made.anna._screen = Screen()
        await made.taps("Wie ziet dit?")
        assert (await made.ballot()).ticked == ("ict",)
        await made.anna.close()
        await made.taps("ICT", "ICT")
        assert (await made.ballot()).ticked == ()

    at_work(walk)


def test_a_list_is_not_drawn_anew(at_work: Run) -> None:
    """The list itself shows what is on; no tick gets into the history of the chat."""

    async def walk(made: Office) -> None:
        await made.taps("Begin, 1 minuut", "Geen van deze")
        (message,) = made.anna.messages()
        before = len(message.history)
        await made.taps("ICT", "HR")
        assert len(message.history) == before

    at_work(walk)


# --- response_urls -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["http500", "ratelimited", "error"])
def test_a_response_url_that_takes_nothing(at_work: Run, fault: Kind) -> None:
    """The message is edited by its place instead."""

    async def walk(made: Office) -> None:
        made.slack.workspace.fails("response_url", fault, 1)
        await made.taps("Begin, 1 minuut")
        assert made.slack.workspace.calls["chat.update"] == 1
        assert "Bij welke afdeling" in made.anna.sees()

    at_work(walk)


def test_a_lost_drawing_is_healed_by_the_next_tap(at_work: Run) -> None:
    """Nothing but the screen was behind."""

    async def walk(made: Office) -> None:
        made.slack.workspace.fails("response_url", "http500")
        made.slack.workspace.fails("chat.update", "http500")
        await made.taps("Begin, 1 minuut")
        assert "ik ben Klankbord" in made.anna.sees()
        await made.taps("Begin, 1 minuut")
        assert "Bij welke afdeling" in made.anna.sees()

    at_work(walk)


def test_a_message_that_one_person_sees_has_its_response_url_only(at_work: Run) -> None:
    """Nothing else can change it."""

    async def walk(made: Office) -> None:
        await made.does(made.anna.ask(""))
        assert "Je kaart staat hieronder." in made.anna.sees()  # the message of the card before made way
        made.slack.workspace.calls.clear()
        made.slack.workspace.fails("response_url", "http500")
        await made.taps("Begin, 1 minuut")
        assert (await made.ballot()).place == Place(At.WORKPLACE)
        assert made.slack.workspace.calls["chat.update"] == 0

    at_work(walk)


# --- modals ------------------------------------------------------------------------------------------------------


def test_who_sees_this_is_shown_in_a_modal(at_work: Run) -> None:
    """The message stays as it is."""

    async def walk(made: Office) -> None:
        await made.taps("Wie ziet dit?")
        assert made.anna.modal is not None
        assert "De afdeling ziet:" in made.anna.sees()
        assert [len(message.history) for message in made.anna.messages()] == [1]

    at_work(walk)


def test_a_tip_is_written_seen_and_sent(either_way: Run) -> None:
    """In the modal from beginning to end: no message ever holds it. Then the modal closes and the card goes on."""

    async def walk(made: Office) -> None:
        await made.to_the_end()
        await made.taps("Tip voor ICT")
        await made.does(made.anna.type("Bel me terug op 06-12345678."))
        assert "Bel me terug op" in made.anna.sees()
        assert "06-12345678" not in made.anna.sees()
        await made.taps("Versturen")
        assert made.anna.modal is None
        assert (await made.ballot()).texts["ict"].startswith("Bel me terug op")
        assert "Dat was het" in made.anna.sees()
        assert "Bel me" not in made.in_messages()

    either_way(walk)


def test_a_tip_that_is_handed_in_twice(either_way: Run) -> None:
    """The same words of the same modal count once, whenever they come again: they find what became of them."""

    async def walk(made: Office) -> None:
        await made.to_the_end()
        await made.taps("Tip voor ICT")
        await made.anna.fill("Bel eens terug.")
        space, view = made.slack.workspace, made.anna.modal
        assert view is not None
        payload = submitted(space, space.users["UANNA"], view, made.anna._screen.as_sent(view))

        async def again() -> Ack:
            once_more = payload | {"trigger_id": space.handed_out.trigger("UANNA")}
            return await made.does(made.slack.bridge.interaction("interactive", once_more))

        seen = await made.does(made.anna.submit())
        assert seen.body["response_action"] == "update"
        assert (await again()).body == seen.body
        await made.taps("Versturen")
        assert (await again()).body == {"response_action": "clear"}
        assert "Die knop hoort bij een eerdere vraag" not in made.anna.sees()
        assert (await made.ballot()).texts == {"ict": "Bel eens terug."}

    either_way(walk)


def test_a_tip_without_words(at_work: Run) -> None:
    """The modal says so, and stays."""

    async def walk(made: Office) -> None:
        await made.to_the_end()
        await made.taps("Tip voor ICT")
        await made.does(made.anna.type(" "))
        assert "Noem geen namen" in made.anna.sees()
        assert (await made.ballot()).place == Place(At.TIP, "ict")

    at_work(walk)


def test_done_beside_a_modal_that_was_closed(at_work: Run) -> None:
    """The message below it still stands at the end, and its buttons do what they say."""

    async def walk(made: Office) -> None:
        await made.to_the_end()
        await made.taps("Tip voor ICT")
        await made.anna.close()
        await made.taps("Klaar")
        assert "Dank je wel, Anna." in made.anna.sees()

    at_work(walk)


def test_my_answers_are_changed_from_the_modal(either_way: Run) -> None:
    """The question is drawn in the message, and the modal says that it can be closed. No message holds an answer."""

    async def walk(made: Office) -> None:
        await made.to_the_end()
        await made.taps("Klaar", "Mijn antwoorden")
        assert "Gekregen: 4 goed" in made.anna.sees()
        await made.taps("ICT: Gekregen")
        assert "dit venster kan dicht" in made.anna.sees()
        await made.anna.close()
        assert "Hoe goed heeft ICT je geholpen?" in made.anna.sees()
        await made.taps("2 matig")
        assert "Gekregen: 2 matig" in made.anna.sees()
        assert "Gekregen:" not in made.in_messages()

    either_way(walk)


def test_a_modal_that_was_open_for_long(at_work: Run) -> None:
    """The response_url of its opening is hardly good any more: the message is edited by its place."""

    async def walk(made: Office) -> None:
        await made.to_the_end()
        await made.taps("Klaar", "Mijn antwoorden")
        made.slack.workspace.pass_time(FRESH)
        await made.taps("ICT: Gekregen")
        assert made.slack.workspace.calls["chat.update"] == 1
        await made.anna.close()
        assert "Hoe goed heeft ICT je geholpen?" in made.anna.newest()

    at_work(walk)


def test_a_modal_that_comes_too_late(at_work: Run) -> None:
    """A trigger is good for three seconds. Where somebody was to write, the message offers it anew."""

    async def walk(made: Office) -> None:
        await made.to_the_end()
        made.slack.workspace.fails("views.open", "error", "expired_trigger_id", times=2)
        await made.taps("Tip voor ICT")
        assert made.anna.modal is None
        await made.taps("Verder waar ik was")
        assert made.anna.modal is None
        await made.taps("Verder waar ik was")
        assert "Noem geen namen" in made.anna.sees()

    at_work(walk)


# --- words -------------------------------------------------------------------------------------------------------


def test_a_word_in_the_chat_is_answered_there(either_way: Run) -> None:
    """With the card that it asks for; and only once, also when Slack brings the same event again."""

    async def walk(made: Office) -> None:
        event = sample("message_im")
        event["event"] |= {"channel": made.anna.channel, "text": "Afdeling hr?"}
        for number in range(2):  # each signed by itself
            brought = made.slack.bridge.event(event | {"event_time": number})
            assert (await made.does(brought)).status == 200
        assert len(made.anna.messages()) == 2
        assert "verlof" in made.anna.newest()
        await made.does(made.anna.say("hulp", "Ev2"))
        assert [one.user for one in made.anna.messages()] == ["UBOT", "UBOT", "UANNA", "UBOT"]

    either_way(walk)


def test_my_answers_are_for_ones_own_eyes(at_work: Run) -> None:
    """Asked for with a word they are shown where Slack keeps nothing."""

    async def walk(made: Office) -> None:
        await made.to_the_end()
        await made.does(made.anna.say("antwoorden"))
        assert "Gekregen: 4 goed" in made.anna.sees()
        assert "Gekregen:" not in made.in_messages()

    at_work(walk)


@pytest.mark.parametrize(
    "name", ["message_of_ours", "message_of_another_bot", "message_changed", "message_deleted", "message_in_channel"]
)
def test_what_is_not_for_us_is_not_answered(at_work: Run, name: str) -> None:
    """Our own messages, other bots', edits, and what is said in a channel."""

    async def walk(made: Office) -> None:
        before = len(made.slack.workspace.messages)
        assert (await made.does(made.slack.bridge.event(sample(name)))).status == 200
        assert len(made.slack.workspace.messages) == before

    at_work(walk)


def test_a_command_is_answered_for_its_writer_alone(either_way: Run) -> None:
    """With the card; a stranger is told whom to ask."""

    async def walk(made: Office) -> None:
        await made.does(made.anna.ask("afdeling hr"))
        assert made.anna.messages()[-1].only_for == "UANNA"
        assert "verlof" in words(made.anna.messages()[-1].blocks)
        new = stranger(made)
        await made.does(new.ask(""))
        assert "Ik ken je nog niet" in new.sees()

    either_way(walk)


def test_a_command_while_somebody_writes_a_tip(at_work: Run) -> None:
    """Their card is a place to type: it opens as a modal, and what is typed there counts."""

    async def walk(made: Office) -> None:
        await made.to_the_end()
        await made.taps("Tip voor ICT")
        await made.anna.close()
        await made.does(made.anna.ask(""))
        assert "Noem geen namen" in made.anna.sees()
        await made.does(made.anna.type("Bel eens terug."))
        await made.taps("Versturen")
        assert (await made.ballot()).texts == {"ict": "Bel eens terug."}

    at_work(walk)


# --- the home screen ---------------------------------------------------------------------------------------------


def test_the_home_screen(either_way: Run) -> None:
    """The open card with its buttons, why one is asked, when, and the departments; a tap there is drawn there."""

    async def walk(made: Office) -> None:
        await made.does(made.anna.open_home())
        home = made.slack.workspace.homes["UANNA"]
        for said in ("ik ben Klankbord", "Begin, 1 minuut", "Een tijd niet", "ICT"):
            assert said in words(home.content["blocks"])
        await made.taps("Begin, 1 minuut")
        assert (await made.ballot()).place == Place(At.WORKPLACE)
        assert "Bij welke afdeling" in words(made.slack.workspace.homes["UANNA"].content["blocks"])
        await made.taps("Een tijd niet")
        assert "Hoe lang zal ik je met rust laten?" in made.anna.sees()
        assert [len(message.history) for message in made.anna.messages()] == [1]

    either_way(walk)


def test_a_modal_from_the_home_screen(at_work: Run) -> None:
    """What is changed in it is drawn on the home screen."""

    async def walk(made: Office) -> None:
        await made.to_the_end()
        await made.does(made.anna.open_home())
        await made.taps("Mijn antwoorden")
        assert "Gekregen: 4 goed" in made.anna.sees()
        await made.taps("ICT: Gekregen")
        assert "Hoe goed heeft ICT" in words(made.slack.workspace.homes["UANNA"].content["blocks"])

    at_work(walk)


def test_the_home_screen_of_a_stranger(at_work: Run) -> None:
    """Says whom to ask."""

    async def walk(made: Office) -> None:
        new = stranger(made)
        await made.does(new.open_home())
        assert "Ik ken je nog niet" in new.sees()

    at_work(walk)
