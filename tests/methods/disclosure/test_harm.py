"""Words that may tell of harm: sentences that must be seen, and sentences that must not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.methods.disclosure.harm import Harm, find_harm, tells_of_harm

SEEN = {
    Harm.SELF: """
        I want to kill myself
        I don't want to kill myself but nobody listens
        I am never going to kill myself, I promise
        Some nights I think about ending my life.
        I have thought of taking my own life
        I just want to die
        I wish I was dead
        They would all be better off without me, everyone would be better off dead
        I am better off dead
        I don't want to be here any more
        I dont want to live.
        There is no point in living
        I can't go on.
        I can’t go on like this
        I have nothing left to live for
        my life is pointless
        I feel suicidal most days
        I was suicidle and nobody rang back
        My son is suicidal and we wait 18 weeks
        My daughter has self-harmed since the spring
        she is self harming again
        I cut myself when it is bad
        I took an overdose last month
        My sister overdosed twice
        He attempted suicide in May
        Not once did anybody ask, but I am suicidal
        I WANT TO DIE
        I want to ki\u200bll mys\u00adelf
        i want to end it all
    """,
    Harm.BY_OTHERS: """
        My husband hits me
        My husband has often hit me when he drinks
        He beats her and the children hear it
        The carer slaps my mother
        my partner threatens me
        he hurts my daughter
        the carer hurts my mother
        I am being abused by my son
        I was raped
        She was sexually assaulted on the ward
        He raped me
        I live in an abusive relationship
        I am scared of my husband
        I am afraid to go home
        I do not feel safe at home
        There are bruises on her arms
        I suffered domestic violence for years
        My neighbour is being abused
        staff have been kicking the residents
        There were three acts of violence towards me
        A patient tried to attack me
        I had domestic and childhood abuse
    """,
    Harm.TO_OTHERS: """
        I am going to kill him
        He threatened to kill me
        I'll stab someone if this goes on
        I have thoughts of hurting my baby, thoughts of harming
        I will bring a knife next time
        He said he would kill himself
    """,
    Harm.NEGLECT: """
        My mother was neglected in the home
        The children are not fed
        They found him lying in his own urine
        she locks my nan in, she is neglecting my nan
        no food or heating for three days
        A report tells of neglect of an elderly man
    """,
}

NOT_SEEN = """
    I am dying to see the new clinic
    My feet are killing me
    My back is killing me after two hours in that chair
    I was bored to death
    he hurts my feelings when he laughs
    All this paperwork is killing us
    It was to die for
    The wait nearly bored us to tears
    The cost of parking hits us hard
    Rising prices hit me hard
    We need suicide prevention training in every school
    More help for people who self-harm
    Services for victims of domestic abuse should be open at night
    Reduce suicide rates among men
    The suicide prevention strategy is good
    I am not suicidal
    I have never self-harmed
    I have no suicidal thoughts
    She was not abused
    Nobody was assaulted
    That road is suicidal driving at its worst
    I don't want to live in Leeds
    I do not want to be here for three hours in the waiting room
    I can't go on Tuesdays
    I would rather die at home than in hospital
    My father wanted to die at home with us
    The doctor beat about the bush
    We beat cancer
    The hit list of road repairs
    Staff hit their targets
    We tried to attack the problem
    Violence against women is a priority
    Kill the motor on the mower outside the ward
    He killed the lights
    I cut my finger and the nurse was lovely
    Do not overdose the soup with salt
    Assisted suicide should be legal
    Domestic abuse is on the list of priorities
    I love the waiting room
    The service was dead slow
    My mother is going to die at home, the nurses help us
    Parking was murder
"""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


@pytest.mark.parametrize(
    ("harm", "sentence"), [(harm, line) for harm in SEEN for line in _lines(SEEN[harm])]
)
def test_a_sign_of_harm_is_seen(harm: Harm, sentence: str) -> None:
    assert harm in {sign.harm for sign in find_harm(sentence)} or (
        harm is Harm.TO_OTHERS and tells_of_harm(sentence)
    )


@pytest.mark.parametrize("sentence", _lines(NOT_SEEN))
def test_other_words_are_no_sign(sentence: str) -> None:
    assert find_harm(sentence) == ()


def test_a_sign_says_what_and_why_and_whether_it_was_denied() -> None:
    (sign,) = find_harm("Thank you.\nI don’t want to kill myself.")
    assert (sign.phrase, sign.harm) == ("kill myself", Harm.SELF)
    assert "Denied" in sign.why
    (plain,) = find_harm("I will kill myself")
    assert "Denied" not in plain.why


def test_places_are_those_of_the_text_as_it_was_given() -> None:
    text = "👩‍⚕️ Zoe\u0308 said: I want to d\u200bie."
    (sign,) = find_harm(text)
    assert text[sign.start : sign.end] == "want to d\u200bie"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_read_twice_alike_and_places_are_within(text: str) -> None:
    signs = find_harm(text)
    assert signs == find_harm(text)
    assert all(0 <= sign.start < sign.end <= len(text) for sign in signs)


def test_a_very_long_text_is_read_in_a_moment() -> None:
    assert find_harm("my husband has often been very " * 4000) == ()
    assert len(find_harm("I want to die. " * 1000)) == 1000
