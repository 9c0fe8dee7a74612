"""A department answers: taken up, told to colleagues, done; moved, dropped, explained; and who may not."""

import asyncio
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest

from analysis.answers import Block
from bot.core.platform import Asked, Tap, Typed
from bot.core.promises import VERBS, Pledge, day
from bot.store.outbox import OutgoingRow
from bot.store.promises import Promise, PromiseState
from bot.store.rounds import Round
from tests.core.chat import buttons_of

from .loop import DEPUTY, LEAD, NOBODY, OTHER_LEAD, WORDS, Loop, read
from .town import ORGANISATION, pass_round, round_of, rows


def test_a_point_is_taken_up(anywhere: Loop) -> None:
    """From the button under the digest to the channel and the card, in five taps and one sentence."""
    (invitation,) = anywhere.posted()
    assert invitation.card is not None
    assert [b.label for b in invitation.card.steps] == [
        "Dit pakken we op",
        "Hier werken we al aan",
        "Kan niet, omdat …",
    ]
    made = anywhere.run(anywhere.promises())
    assert (made.department, made.state, made.owner, made.words) == ("ict", PromiseState.OPEN, "lead", WORDS)
    told = anywhere.posted()[-1]
    assert WORDS in told.lines[0]
    assert "de teamleider" in told.lines[0]
    assert told.card is not None
    assert [b.label for b in told.card.steps] == ["Klaar", "Verschuiven", "Stoppen"]
    assert WORDS in read(anywhere.run(anywhere.says(Asked("webchat", NOBODY, "afdeling", "ict"))))
    assert WORDS not in read(anywhere.run(anywhere.says(Asked("webchat", NOBODY, "afdeling", "hr"))))


def test_it_asks_the_points_that_were_missed(loop: Loop) -> None:
    """Those of the published figures, in the order of the digest, and something else."""
    card = loop.run(loop.takes())
    assert card.choices[-1].label == "Iets anders"
    assert 2 <= len(card.choices) <= 4
    assert card.apart  # for one person's eyes: the digest stays as it is


def test_whoever_ticks_it_reads_it_first(loop: Loop) -> None:
    """In the next round, above the first question about that department and no other; done when it is done."""

    async def walk() -> None:
        await loop.promises()
        seen = await loop.asked_about("ict", "hr")
        assert {key: WORDS in words for key, words in seen.items()} == {"ict": True, "hr": False}
        assert "doet daar nu iets aan" in seen["ict"]

    loop.run(walk())


def test_done(loop: Loop) -> None:
    """Asked once more whether it is, then told in the channel, on the card and in the next round."""

    async def walk() -> None:
        await loop.promises()
        card = await loop.taps("Klaar", loop.posted()[-1].card, DEPUTY, "#ict")
        assert loop.newest().state is PromiseState.OPEN
        await loop.taps("Ja, het is klaar", card, DEPUTY)
        await loop.later(minutes=1)
        assert loop.newest().state is PromiseState.DONE
        assert "Klaar sinds" in loop.posted()[-1].lines[0]
        assert loop.posted()[-1].card is None
        assert "deed daar iets aan" in (await loop.asked_about("ict"))["ict"]

    loop.run(walk())


def test_moved_with_a_reason(loop: Loop) -> None:
    """The new day, the day before it and why stand in the channel; without a reason nothing moves."""

    async def walk() -> None:
        before = (await loop.promises()).due
        card = await loop.taps("Verschuiven", loop.posted()[-1].card, LEAD, "#ict")
        card = await loop.taps(card.choices[-1].label, card)
        assert loop.newest().due == before
        card = await loop.types("   ", card)
        assert loop.newest().due == before
        await loop.types("De leverancier levert later.", card)
        await loop.later(minutes=1)
        assert before is not None
        assert loop.newest().due == before + timedelta(weeks=13)
        assert f"Verschoven (was {day(before, 'nl')}), omdat: De leverancier" in loop.posted()[-1].lines[0]

    loop.run(walk())


def test_it_is_moved_to_a_later_day_than_it_was(loop: Loop) -> None:
    """None of the days that are offered is before the day that was promised, or on it; nor is one made up heard."""

    async def walk() -> None:
        made = await loop.promises()
        assert made.due is not None
        card = await loop.taps("Verschuiven", loop.posted()[-1].card, LEAD, "#ict")
        days = [button.action.rpartition(":")[2] for button in card.choices]
        assert days == [f"{made.due + timedelta(weeks=weeks):%Y%m%d}" for weeks in (2, 4, 8, 13)]
        for earlier in (made.due - timedelta(days=days) for days in (0, 1, 14)):
            again = await loop.says(Typed("webchat", LEAD, f"0:moved:{made.id}:{earlier:%Y%m%d}", "Eerder."))
            assert again is not None
            assert again.choices == card.choices
        assert loop.newest().due == made.due
        await loop.later(weeks=6)
        card = await loop.taps("Verschuiven", loop.posted()[-1].card, LEAD, "#ict")
        assert card.choices[0].action.endswith(f"{loop.town.now.date() + timedelta(weeks=2):%Y%m%d}")

    loop.run(walk())


def test_dropped_with_a_reason(loop: Loop) -> None:
    """It is no secret that it was dropped, nor why."""

    async def walk() -> None:
        await loop.promises()
        card = await loop.taps("Stoppen", loop.posted()[-1].card, LEAD, "#ict")
        await loop.types("Er is geen geld voor.", card)
        await loop.later(minutes=1)
        assert loop.newest().state is PromiseState.DROPPED
        assert "Er is geen geld voor." in loop.posted()[-1].lines[0]
        assert "Er is geen geld voor." in read(await loop.says(Asked("webchat", NOBODY, "afdeling", "ict")))

    loop.run(walk())


def test_what_cannot_be_otherwise_is_explained_on_the_card(loop: Loop) -> None:
    """One sentence, no owner and no day; it is settled at once and nobody is reminded of it."""

    async def walk() -> None:
        card = await loop.takes("Kan niet")
        card = await loop.taps(card.choices[0].label, card)
        card = await loop.types("De wet schrijft de termijn voor.", card)
        await loop.taps("Plaatsen", card)
        await loop.later(weeks=20)
        assert loop.newest().state is PromiseState.EXPLAINED
        assert "De wet schrijft de termijn voor." in read(await loop.says(Asked("webchat", NOBODY, "afdeling", "ict")))
        assert len([said for said in loop.posted() if "beloofd" in said.lines[0].casefold()]) == 0

    loop.run(walk())


def test_the_channel_is_reminded_once_before_the_day_and_once_on_it(loop: Loop) -> None:
    """Whatever else time does; and not any more once it is done."""

    async def walk() -> None:
        due = (await loop.promises()).due
        assert due is not None
        texts = []
        for _ in range(40):
            await loop.later(days=1)
        texts = [said.lines[0] for said in loop.posted() if "eloofd" in said.lines[0]]
        assert [text.rpartition("” ")[2] for text in texts] == ["Lukt dat?", "Is het klaar?"]

    loop.run(walk())


def test_nothing_is_reminded_of_that_is_done(loop: Loop) -> None:
    """The same weeks, after it was done."""

    async def walk() -> None:
        await loop.promises()
        card = await loop.taps("Klaar", loop.posted()[-1].card, LEAD, "#ict")
        await loop.taps("Ja, het is klaar", card)
        for _ in range(40):
            await loop.later(days=1)
        assert [said for said in loop.posted() if "eloofd" in said.lines[0]] == []

    loop.run(walk())


BUTTONS = ("Dit pakken we op", "Hier werken we al aan", "Kan niet, omdat …", "Klaar", "Verschuiven", "Stoppen")


def test_others_get_a_hint(loop: Loop) -> None:
    """A colleague, and the lead of another department: under a digest and under a promise, and nothing changes."""

    async def walk() -> None:
        before = (await loop.promises()).model_dump()
        for label in BUTTONS:
            said = loop.posted()[0 if label in BUTTONS[:3] else -1]
            for by in (NOBODY, OTHER_LEAD):
                card = await loop.taps(label, said.card, by, "#ict")
                assert "Er is niets veranderd" in read(card)
                assert not buttons_of(card)
                assert card.apart
        assert [one.model_dump() for one in rows(loop.town, Promise)] == [before]

    loop.run(walk())


def test_no_button_of_a_promise_works_for_others(loop: Loop) -> None:
    """Also one that they made up, with words or without, on an open promise and on a draft."""

    async def walk() -> None:
        await loop.promises()
        await loop.types(WORDS, await loop.taps("Iets anders", await loop.takes()))
        before = [one.model_dump() for one in rows(loop.town, Promise)]
        assert {one["state"] for one in before} == {PromiseState.OPEN, PromiseState.DRAFT}
        for verb, by, about in product(sorted(VERBS), (NOBODY, OTHER_LEAD), before):
            action = f"0:{verb}:{about['id']}:20270101"
            await loop.says(Tap("webchat", by, action))
            await loop.says(Typed("webchat", by, action, "Ik beloof het."))
        assert [one.model_dump() for one in rows(loop.town, Promise)] == before

    loop.run(walk())


NOTHINGS = (
    "0:take:999999:take",
    "0:take:99999999999999999999:take",
    "0:take:x:take",
    "0:take:1:nonsense",
    "0:point:1:take:nonsense",
    "0:take",
    "0:promise:nothing",
    "0:post!",
    "0:moved:x:y",
)


def test_a_button_of_nothing_harms_nothing(loop: Loop) -> None:
    """Each gets a card that says so."""
    for action in NOTHINGS:
        for event in (Tap("webchat", LEAD, action), Typed("webchat", LEAD, action, "iets")):
            assert "Er is niets veranderd" in read(loop.run(loop.says(event))), action
    assert rows(loop.town, Promise) == []


def test_a_day_that_was_not_offered_is_no_day(loop: Loop) -> None:
    """Yesterday, in ten years, or the thirtieth of February."""

    async def walk() -> None:
        made = await loop.promises()
        for no_day in ("20200101", "20400101", "20260230", "morgen"):
            card = await loop.says(Typed("webchat", LEAD, f"0:moved:{made.id}:{no_day}", "Later."))
            assert card is not None
            assert card.choices  # asks for a day once more
        assert loop.newest().due == made.due

    loop.run(walk())


def test_hearing_it_twice_changes_nothing(loop: Loop) -> None:
    """Posted twice, done twice: one message each."""

    async def walk() -> None:
        made = await loop.promises()
        before = len(loop.posted())
        for _ in range(2):
            await loop.says(Tap("webchat", LEAD, f"0:post!:{made.id}"))
            await loop.later(minutes=1)
        assert len(loop.posted()) == before
        for _ in range(2):
            await loop.says(Tap("webchat", LEAD, f"0:ready!:{made.id}"))
            await loop.later(minutes=1)
        assert len(loop.posted()) == before + 1

    loop.run(walk())


def test_what_is_wrong_with_a_sentence_is_said_and_what_was_typed_stays(loop: Loop) -> None:
    """Nothing was written, or too much: the limit that stands at the field, and no promise is made of either."""

    async def walk() -> None:
        asked = await loop.taps("Iets anders", await loop.takes())
        assert asked.entry is not None
        for nothing in ("  \n ", "****", "** **"):
            empty = await loop.types(nothing, asked)
            assert "Schrijf eerst één zin" in empty.hint
        long = "Lang. " * 100
        card = await loop.types(long, empty)
        assert f"hooguit {asked.entry.limit} tekens" in card.hint
        assert card.entry is not None
        assert card.entry.draft == long.strip()
        assert rows(loop.town, Promise) == []
        card = await loop.types(WORDS, card)
        card = await loop.types("x" * 61, await loop.taps("Een andere rol", card))
        assert "hooguit 60 tekens" in card.hint
        assert loop.newest().owner == ""

    loop.run(walk())


def test_there_is_a_way_back_at_every_step(loop: Loop) -> None:
    """Out of the points, and to them before there is a draft; then it is thrown away; a promise stays as it is."""

    async def walk() -> None:
        out = await loop.taps("Terug", await loop.takes())
        assert "Er is nog niets begonnen" in read(out)
        assert [button.label for button in out.steps] == list(BUTTONS[:3])
        assert (await loop.taps("Kan niet", out)).choices
        assert "Er is niets veranderd" in read(await loop.taps("Terug", await loop.takes(), NOBODY))
        asked = await loop.taps("Iets anders", await loop.takes())
        assert (await loop.taps("Terug", asked)).choices
        await loop.taps("Weggooien", await loop.types(WORDS, asked))
        assert rows(loop.town, Promise) == []
        made = await loop.promises()
        for label in ("Klaar", "Verschuiven", "Stoppen"):
            card = await loop.taps(label, loop.posted()[-1].card, LEAD, "#ict")
            assert [button.label for button in (await loop.taps("Terug", card)).steps]
        assert loop.newest().model_dump() == made.model_dump()

    loop.run(walk())


def test_each_stance_has_an_example_of_its_own(loop: Loop) -> None:
    """What cannot be is not explained by a promise."""

    async def walk() -> None:
        for label, example in (("Dit pakken we op", "binnen 2 werkdagen"), ("Kan niet", "De wet schrijft")):
            asked = await loop.taps("Iets anders", await loop.takes(label))
            assert [example in line for line in asked.lines] == [False, True]

    loop.run(walk())


SENTENCES = [
    ("een nieuwe schijf", "**Pakken we op:** een nieuwe schijf. (Over: Snelheid.) Hiervoor zorgt de teamleider."),
    ("Een nieuwe schijf. ", "**Pakken we op:** Een nieuwe schijf. (Over: Snelheid.) Hiervoor zorgt de teamleider."),
    ("Lukt dat?", "**Pakken we op:** Lukt dat? (Over: Snelheid.) Hiervoor zorgt de teamleider."),
]


@pytest.mark.parametrize(("words", "shown"), SENTENCES)
def test_a_sentence_ends_before_what_follows(words: str, shown: str) -> None:
    """Theirs and the reason too; the day is the last on which it is done."""
    due = date(2026, 9, 28)
    made = Pledge(
        "p", ORGANISATION.by_key["ict"], "speed", "take", words, "lead", due, "open", "te duur", None, True, due
    )
    moved = "Uiterlijk 28 september klaar. Verschoven (was 28 september), omdat: te duur."
    assert made.line("nl") == f"{shown} {moved} Die dag is voorbij; het is nog niet klaar."


def test_a_point_that_was_promised_already_is_pointed_out(loop: Loop) -> None:
    """Before it is posted; and colleagues read of a point once."""

    async def walk() -> None:
        first = await loop.promises()
        card = await loop.takes()
        card = await loop.taps(card.choices[0].label, card)
        card = await loop.taps("de teamleider", await loop.types("Nog iets.", card))
        card = await loop.taps(card.choices[0].label, card)
        assert "loopt al een belofte" in card.hint
        await loop.taps("Plaatsen", card)
        assert loop.newest().theme == first.theme
        assert (await loop.asked_about("ict"))["ict"].count("Jullie misten") == 1

    loop.run(walk())


def test_a_promise_whose_day_is_over_is_told_so(loop: Loop) -> None:
    """To colleagues with the day, on the card, and in the digest; never as if all were well."""

    async def walk() -> None:
        card = await loop.takes()
        card = await loop.types(WORDS, await loop.taps(card.choices[0].label, card))
        card = await loop.taps("de teamleider", card)
        card = await loop.taps(card.choices[0].label, card)  # two weeks
        await loop.taps("Plaatsen", card)
        for number in (1, 2, 3):
            await pass_round(loop.town, number)
        assert "nog niet klaar" in read(await loop.says(Asked("webchat", NOBODY, "afdeling", "ict")))
        told = [round_.promised for round_ in rows(loop.town, Round) if round_.number == 4]
        assert [one["late"] for one in told[0]["ict"]] == [str(loop.newest().due)]

    loop.run(walk())
    digests = [row for row in rows(loop.town, OutgoingRow) if row.id.startswith("digest:") and row.id.endswith(":ict")]
    assert any("1 te laat" in line for row in digests for line in row.lines)


def test_a_draft_is_shown_to_nobody_and_forgotten(loop: Loop) -> None:
    """What was not posted stands on no card, and is gone after two weeks."""

    async def walk() -> None:
        card = await loop.takes()
        card = await loop.taps(card.choices[0].label, card)
        await loop.types(WORDS, card)
        assert WORDS not in read(await loop.says(Asked("webchat", NOBODY, "afdeling", "ict")))
        await loop.later(days=15)
        assert rows(loop.town, Promise) == []

    loop.run(walk())


def test_other_words_and_another_role(loop: Loop) -> None:
    """Both can be changed before it is posted; signs in them stay signs."""

    async def walk() -> None:
        card = await loop.takes("Hier werken we al aan")
        card = await loop.taps("Iets anders", card)
        card = await loop.types("Eerst **dit**.", card)
        card = await loop.taps("Een andere rol", card)
        card = await loop.types("de coördinator", card)
        card = await loop.taps(card.choices[0].label, card)
        card = await loop.taps("Andere woorden", card)
        assert card.entry is not None
        assert card.entry.draft == "Eerst **dit**."
        card = await loop.types("Dan\n**dat**.", card)
        await loop.taps("Plaatsen", card)
        await loop.later(minutes=1)
        said = loop.posted()[-1].lines[0]
        assert "Dan dat." in said
        assert "de coördinator" in said

    loop.run(walk())


def test_the_digest_tells_what_became_of_promises(loop: Loop) -> None:
    """The next digest counts what was kept, stopped and is still going."""

    async def walk() -> None:
        made = await loop.promises()
        await loop.says(Tap("webchat", LEAD, f"0:ready!:{made.id}"))
        await loop.promises("Nog een.")
        for number in (1, 2, 3):
            await pass_round(loop.town, number)

    loop.run(walk())
    digests = [row for row in rows(loop.town, OutgoingRow) if row.id.startswith("digest:") and row.id.endswith(":ict")]
    assert any("1 gehaald, 1 loopt nog" in line for row in digests for line in row.lines)


def test_a_deputy_meets_the_points_when_the_channel_does(tmp_path: Path) -> None:
    """Not a day earlier, when only the lead reads, whatever button they make up."""
    with asyncio.Runner() as runner:
        loop = Loop(tmp_path / "klankbord.sqlite3", runner)
        times = round_of(0)

        async def walk() -> None:
            await loop.town.begin()
            await loop.town.to(times.opens_at)
            await loop.town.let_answer(late=False)
            await loop.town.to(times.reminds_at)
            await loop.town.let_answer(late=True)
            await loop.town.to(times.closes_at)
            await loop.town.to(times.leads_at)
            block = next(one.id for one in rows(loop.town, Block) if one.department == "ict")
            for moment, seen in ((times.leads_at, False), (times.digests_at, True)):
                await loop.town.to(moment)
                by_deputy = await loop.says(Tap("webchat", DEPUTY, f"0:take:{block}:take"))
                by_lead = await loop.says(Tap("webchat", LEAD, f"0:take:{block}:take"))
                assert ("Er is niets veranderd" in read(by_deputy)) is not seen
                assert by_lead is not None
                assert by_lead.choices

        runner.run(walk())
        loop.town.database.close()


def test_a_channel_that_is_tapped_by_a_stranger_answers_nothing(loop: Loop) -> None:
    """Somebody without an account learns nothing."""
    card = loop.posted()[0].card
    assert card is not None
    for button in buttons_of(card):
        assert loop.run(loop.says(Tap("webchat", "stranger", button.action, channel="#ict"))) is None
