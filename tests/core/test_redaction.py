"""Names, numbers and addresses go out of a text; ordinary words stay."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.redaction import GAP, parts_of, readable, redacted

COLLEAGUES = (
    "Sanne Verhoeven",
    "Jan-Peter van der Berg",
    "Mark de Wit",
    "Wil Roos",
    "Roos van den Bos",
    "Fatima el Amrani",
    "José Noël",
    "Anna Vries-Bakker",
    "Daan in 't Veld",
    "Hans O'Brien",
    "Li Wang",
    "Björn Çelik",
    "Özge Şahin",
    "Max Uit den Bogaard",
)

TAKEN_OUT = [
    # names
    ("Sanne hielp snel", "[…] hielp snel"),
    ("sanne hielp snel", "[…] hielp snel"),
    ("SANNE hielp snel", "[…] hielp snel"),
    ("Sanne Verhoeven hielp snel", "[…] hielp snel"),
    ("Sanne's antwoord kwam laat", "[…] antwoord kwam laat"),
    ("Sanne’s antwoord kwam laat", "[…] antwoord kwam laat"),
    ("Sannes antwoord kwam laat", "[…] antwoord kwam laat"),
    ("Hans' antwoord, en Max' antwoord", "[…]' antwoord, en […]' antwoord"),
    ("Vraag het Jan-Peter van der Berg.", "Vraag het […] van der […]."),
    ("Vraag het Jan of Peter", "Vraag het […] of […]"),
    ("Mevrouw Van der Berg belde", "Mevrouw Van der […] belde"),
    ("mw. Vries-Bakker of mw. Bakker", "mw. […] of mw. […]"),
    ("Mark, Wil en Roos van den Bos", "[…], […] en […] van den […]"),
    ("Wil je terugbellen?", "[…] je terugbellen?"),  # too much: the writer sees it
    ("Fatima el Amrani", "[…] el […]"),
    ("Jose en JOSÉ en josé", "[…] en […] en josé"),
    ("Jose\u0301 belde", "[…] belde"),
    ("Noel belde", "[…] belde"),
    ("Daan in 't Veld", "[…] in 't […]"),
    ("meneer O'Brien en meneer O’Brien", "meneer […] en meneer […]"),
    ("Li zat aan de balie", "[…] zat aan de balie"),
    ("Bjorn Celik en Ozge Sahin", "[…] en […]"),
    ("Ask Sanne or Mark's team", "Ask […] or […] team"),
    ("de Sanne-aanpak werkt", "de […] werkt"),
    # addresses
    ("mail sanne.verhoeven@voorbeeld.nl maar", "mail […] maar"),
    ("mail (s.verhoeven+hr@mail.voorbeeld.nl).", "mail ([…])."),
    ("Mail: HR@VOORBEELD.NL", "Mail: […]"),
    ("a@b.nl@c.nl", "[…]"),
    ("zie https://intranet.voorbeeld.nl/zaak?id=12 voor", "zie […] voor"),
    ("see www.example.org/people/anna today", "see […] today"),
    # phone numbers
    ("bel +31 6 12345678", "bel […]"),
    ("bel +31612345678", "bel […]"),
    ("bel 0031 6 1234 5678", "bel […]"),
    ("bel +31 (0)6 12 34 56 78", "bel […]"),
    ("bel 06-12345678", "bel […]"),
    ("bel 06 - 12 34 56 78", "bel […]"),
    ("bel 0612345678 of 06 1234 5678.", "bel […] of […]."),
    ("bel (070) 123 45 67", "bel […]"),
    ("bel 070-1234567", "bel […]"),
    ("bel 0800-1234", "bel […]"),
    ("bel 123 45 67", "bel […]"),
    ("call (+44) 20 7946 0958", "call […]"),
    ("toestel 2210 neemt niet op", "toestel […] neemt niet op"),
    ("Tel. 2210, tst. 311", "Tel. […], tst. […]"),
    ("ext 4312 or extension: 4312", "ext […] or extension: […]"),
    # case numbers and other long numbers
    ("zaak Z-2026-00123 loopt", "zaak […] loopt"),
    ("zaak ZK2026123 loopt", "zaak […] loopt"),
    ("zaaknummer2026123", "[…]"),
    ("zaak 2026-00123, 2026/00123 en 2026.001234", "zaak […], […] en […]"),
    ("melding M2609 0123 en M2609-0123", "melding […] en […]"),
    ("INC0012345 staat open", "[…] staat open"),
    ("Z-1234 staat open", "[…] staat open"),
    ("BSN 123456782", "BSN […]"),
    ("BSN 123.456.782 of 1234 56 782", "BSN […] of […]"),
    ("NL91 ABNA 0417 1643 00", "[…]"),
    ("op nl91abna0417164300 gestort", "op […] gestort"),
    ("BE68 5390 0754 7034", "[…]"),
    ("personeelsnummer 104233", "personeelsnummer […]"),
    ("geboren 12-03-1980", "geboren […]"),
    ("sinds 01-09-2026", "sinds […]"),  # tips are shown without a date
    # more than one
    ("Sanne, 06-12345678, s@v.nl", "[…], […], […]"),
    ("Sanne 06-12345678 s@v.nl", "[…]"),
]

ORDINARY = [
    "in 2026 duurde het 3 weken",
    "In 2026 10 keer gebeld, in 2025 2 keer",
    "2 van de 5 keer",
    "versie 11.4",
    "versie 11.4.22 en v11.4.2",
    "kamer 2.14",
    "kamer B2.14 en kamer B12.34",
    "half 10",
    "om 9.30 uur of om 14:05",
    "van 9.00-17.00 uur",
    "van 09.00 - 17.00 uur",
    "tussen 08:30-17:00",
    "50.000 euro",
    "€ 1.250.000,00 en € 1.250,00",
    "boven de 50.000 duurt het 6 weken",
    "in 2025-2026 en 2025/2026, begroting-2026",
    "schooljaar 2025/26",
    "100-200 meldingen",
    "45–81 %",
    "24/7 bereikbaar",
    "Office365 en M365, Windows11, 2FA",
    "een A4, COVID-19, de G4",
    "artikel 3.1.4, lid 2",
    "op 1 september 2026",
    "1, 2, 3, 4, 5",
    "1 2 3 4 5",
    "10 20 30",
    "Q3-2026 was beter dan Q1/2026",
    "twee keer 1500 stoelen",
    "met 0,5 fte en 0.75 fte",
    "ga zo door!",
    "Ik wil dat de mark van het bos, een roos, bij de balie staat",
    "van de week, in het veld",
    "Van der week, Uit het systeem, Voor mij, Over HR, In de hal, De balie",
    "Sneller antwoord, a.u.b. (binnen 2 dagen) – i.v.m. planning",
    "the form has 3 pages; it took 2 hours & 15 minutes",
    "in 2026 it took 3 weeks, 2 out of 5 times",
    "I'd like version 11.4 by half past 10",
    "één formulier in plaats van drie",
    "regel 1\nregel 2\n\n- streepje",
    "🙂 prima 👍🏽",
    "",
]


@pytest.mark.parametrize(("text", "left"), TAKEN_OUT)
def test_taken_out(text: str, left: str) -> None:
    """What shows who somebody is makes place for a gap, and the words around it stay."""
    assert redacted(readable(text), COLLEAGUES) == left


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays(text: str) -> None:
    """A year, an hour, a version, a room, an amount and a word that is a name too are left alone."""
    assert redacted(text, COLLEAGUES) == text
    assert redacted(text) == text


def test_without_names() -> None:
    """A name that is nobody's here stays: names are known, not guessed."""
    assert redacted("Willem hielp", COLLEAGUES) == "Willem hielp"


def test_parts_of_names() -> None:
    """Particles and single letters are no names; the halves of a double name are."""
    assert parts_of(["J. van der Berg"]) == {"berg"}
    assert parts_of(["Jan-Peter"]) == {"jan-peter", "jan", "peter"}
    assert parts_of(["Daan in 't Veld"]) == {"daan", "veld"}
    assert parts_of([]) == frozenset()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\x00b\x1bc\x7fd", "abcd"),
        ("a\ud800b", "ab"),
        ("a\r\nb\n\tc", "a\nb\n\tc"),
        ("Jose\u0301", "José"),
        ("👩‍👩‍👧 🙂", "👩‍👩‍👧 🙂"),
    ],
)
def test_readable(text: str, left: str) -> None:
    """Control characters and halves of characters go, lines and composed emoji stay."""
    assert readable(text) == left


# --- anything at all -------------------------------------------------------------------------------------------

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)
NUMBERISH = st.text("0123456789 .-/()+@[]…,'’aZzÉ€\n", max_size=200)
WORDS = st.lists(st.sampled_from([*COLLEAGUES, GAP, "06-12345678", "a@b.nl", "Z-12", "2026", "van", "@", "-"])).map(
    " ".join
)
TEXTS = ANYTHING | NUMBERISH | WORDS


@given(TEXTS)
def test_twice_is_once(text: str) -> None:
    """Taking out again takes out nothing more."""
    once = redacted(text, COLLEAGUES)
    assert redacted(once, COLLEAGUES) == once


@given(TEXTS, TEXTS, st.sampled_from(["s.verhoeven@voorbeeld.nl", "x+y@mail.example.org"]))
def test_no_mail_address_survives(before: str, after: str, address: str) -> None:
    """A mail address between spaces is taken out, whatever stands around it."""
    assert address not in redacted(f"{before} {address} {after}", COLLEAGUES)


@given(TEXTS, TEXTS, st.sampled_from(["06-12345678", "+31 6 12345678", "(070) 123 45 67", "0031612345678"]))
def test_no_phone_number_survives(before: str, after: str, number: str) -> None:
    """A phone number between words is taken out, whatever stands around them."""
    left = redacted(f"{before} bel {number} of {after}", COLLEAGUES)
    assert f"bel {number} of" not in left
    assert "bel […] of" in left


@given(TEXTS, TEXTS, st.sampled_from(["Sanne", "Jan-Peter", "Mark", "Fatima", "José", "O'Brien", "Li"]))
def test_no_name_survives(before: str, after: str, name: str) -> None:
    """A colleague's name between spaces is taken out, whatever stands around it."""
    assert f" {name} " not in redacted(f"{before} {name} {after}", COLLEAGUES)


@given(st.text("abcdefghij ,.!?\n", max_size=300))
def test_words_alone_stay(text: str) -> None:
    """Without a name, a digit, a link or an address nothing is taken out."""
    assert redacted(text, ["Sanne"]) == text


@pytest.mark.parametrize(
    "piece",
    ["a", "1", "1 ", "1.", "a@", "a.", "+", "(0", "-", "a-", "[…]@", "@a.b", "Sanne ", "A1 ", "1234 ", "NL91 ", "'"],
)
def test_a_thousand_characters_take_no_time(piece: str) -> None:
    """However odd a thousand characters are, they take well under half a second."""
    text = (piece * 1000)[:1000]
    begun = time.perf_counter()
    for ending in ("", "@", "x", "1", "é"):
        redacted(text + ending, COLLEAGUES)
    assert time.perf_counter() - begun < 2.5
