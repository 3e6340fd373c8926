"""Identifiers in texts: what must be found, what must not, and places in awkward texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.methods.disclosure.identifiers import (
    Kind,
    find_identifiers,
    is_nhs_number,
    kinds_in,
)

# Each passage that must be found stands between « and ».
FOUND = {
    Kind.NAME: """
        «Mrs Jones» was kind
        Thank you «Dr. Khan» for your time
        I saw «mr smith» on Monday
        Nobody told «Sister O'Brien»'s team
        my neighbour «John Smith» drinks
        my neighbour «john smith» drinks
        My neighbour, «Olumide Adeyemi», is alone
        The receptionist «Sharon» was rude
        «Sharon» was rude
        the man called «Bogdan» next door
        a nurse called «Faith» helped us
        my name is «Ngozi Eze»
        I spoke to «Wojciech Zielinski» twice
        thanks to «Grace Okafor»
        we all love «Sue» at the desk
        «SHARON HUGHES» SHOUTED AT US
        «Zoe\u0308» listened
        «Siobhán»'s clinic
        «Anne-Marie Lloyd» runs it
        «Jo\u200bhn Smi\u00adth» lives there
        "«Matthew»" is not on the list
    """,
    Kind.PHONE: """
        ring me on «07700 900123»
        «07700900123»
        «+44 7700 900 123»
        «+44 (0)20 7946 0958»
        «(020) 7946 0958»
        «0044 161 496 0000»
        «01632 960001» after six
        «07700\u200b900\u200b123»
        «０７７００ ９００１２３»
        «07700-900-123»
        call me on «496 0000»
    """,
    Kind.EMAIL: """
        write to «john.smith@example.org»
        «JO+nhs@mail.example.co.uk» please
        «jo at example dot com»
        «jo(at)example.org»
    """,
    Kind.POSTCODE: """
        I live in «BS3 4QT»
        i live at «bs34qt» now
        «SW1A 1AA»
        «M1 1AE», flat above the shop
        «EC1A 1BB»
    """,
    Kind.NHS_NUMBER: """
        My NHS number is «943 476 5919»
        NHS no. «9434765919»
        my number is «943-476-5919»
        «9434765919» is my NHS number
        NHS number: «943\u200b4765919»
    """,
    Kind.ADDRESS: """
        I live at «12 High Street»
        «12 high street»
        «12a Queens Rd», top bell
        «7 St Mary's Close»
        «Flat 3, 14 Station Road»
        «Flat 9, Rose House»
        he moved to «221b Baker Street»
        «5 The Avenue»
    """,
}

NOT_FOUND = """
    I went to Queen Elizabeth Hospital
    St James's Hospital was full
    The Princess Anne Wing
    Victoria Road is closed
    I waited in Ward 12 at Elizabeth House
    Thank You to all the Staff at North Bristol Trust
    In May and June the clinic closed; Will it open in August?
    Mark my words
    Will somebody listen? Grace under pressure. Hope is not lost.
    The Mental Health Team saw me
    Dr appointments are hard to get
    doctors and nurses
    my GP Surgery
    my mother English is poor
    Nurse Practitioner clinics; Sister in charge
    The Marie Curie nurses
    I'm Polish and my husband is from Leeds
    NHS 111 sent me to A&E
    I rang 999
    We wait 18 weeks, 2 of 10 in 2023
    It cost 1,234,567.89 pounds
    bus 76 to Church Road
    2 miles down the road
    15 minutes along the main street
    it is on the High Street
    the number is 943 476 5918
    9434765919 tablets
    Order 9434765919 came
    room 12 of the 3rd floor
    the 1st and 2nd of 10th
    at 10am or 5pm
    £20 a week @ home
    covid 19 2nd jab
    born in 1950
    4 roads lead there
    i live in bs3
"""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip("\n ").split("\n")]


def _passages(text: str, kind: Kind) -> list[str]:
    return [text[one.start : one.end] for one in find_identifiers(text) if one.kind is kind]


@pytest.mark.parametrize(
    ("kind", "marked"), [(kind, line) for kind in FOUND for line in _lines(FOUND[kind])]
)
def test_an_identifier_is_found_from_its_first_character_to_its_last(
    kind: Kind, marked: str
) -> None:
    expected = marked[marked.index("«") + 1 : marked.index("»")]
    text = marked.replace("«", "").replace("»", "")
    assert _passages(text, kind) == [expected]
    assert kinds_in(text) == [kind]


@pytest.mark.parametrize("sentence", _lines(NOT_FOUND))
def test_other_words_are_no_identifier(sentence: str) -> None:
    assert [sentence[one.start : one.end] for one in find_identifiers(sentence)] == []


@pytest.mark.parametrize("number", ["9434765919", "4505577104", "9876543210"])
def test_numbers_that_pass_modulus_11(number: str) -> None:
    assert is_nhs_number(number)
    assert not is_nhs_number(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize("number", ["", "943476591", "0000000000", "1111111111", "943476591a"])
def test_what_is_no_nhs_number(number: str) -> None:
    assert not is_nhs_number(number)


def test_a_number_alone_is_not_taken_for_an_nhs_number() -> None:
    assert kinds_in("The reference was 9434765919.") == []


def test_several_in_one_text_come_in_order_and_do_not_overlap() -> None:
    text = (
        "👩🏽‍⚕️ My neighbour John Smith, 12 High Street, BS3 4QT, ring 07700 900123 or write to "
        "john@example.org; his NHS number is 943 476 5919."
    )
    found = find_identifiers(text)
    assert [(one.kind, text[one.start : one.end]) for one in found] == [
        (Kind.NAME, "John Smith"),
        (Kind.ADDRESS, "12 High Street"),
        (Kind.POSTCODE, "BS3 4QT"),
        (Kind.PHONE, "07700 900123"),
        (Kind.EMAIL, "john@example.org"),
        (Kind.NHS_NUMBER, "943 476 5919"),
    ]
    assert all(one.why for one in found)


def test_marks_and_unseen_characters_belong_to_what_is_found() -> None:
    text = "\u202eשלום\u202c and Jose\u0301\u200d was kind"
    (one,) = find_identifiers(text)
    assert text[one.start : one.end] == "Jose\u0301\u200d"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_read_twice_alike_and_places_are_in_order(text: str) -> None:
    found = find_identifiers(text)
    assert found == find_identifiers(text)
    places = [place for one in found for place in (one.start, one.end)]
    assert places == sorted(places)
    assert all(one.start < one.end <= len(text) for one in found)


def test_a_very_long_text_is_read_in_a_moment() -> None:
    assert len(find_identifiers("ring 07700 900123 or Sharon, " * 2000)) == 4000
    assert find_identifiers("12 high " * 10000) == ()
    assert find_identifiers("a.b" * 20000) == ()
    assert find_identifiers("0 " * 20000) == ()
