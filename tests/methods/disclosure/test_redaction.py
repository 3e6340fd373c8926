"""Passages are taken out whole, whatever the text is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.methods.disclosure.redaction import Cut, find_passages, moved, take_out

MARK = "[taken out]"
TEXTS = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=60)


def test_each_passage_gives_way_to_its_mark() -> None:
    text = "John rang Mary at noon"
    cut, made = take_out(text, [Cut(10, 14, "[b]"), Cut(0, 4, "[a]")])
    assert cut == "[a] rang [b] at noon"
    assert [one.mark for one in made] == ["[a]", "[b]"]


def test_cuts_that_overlap_or_touch_are_one() -> None:
    text, made = take_out("abcdefgh", [Cut(1, 4, "[x]"), Cut(2, 6, "[y]"), Cut(6, 7, "[z]")])
    assert (text, made) == ("a[x]h", (Cut(1, 7, "[x]"),))


@pytest.mark.parametrize("cut", [Cut(-1, 2, ""), Cut(2, 2, ""), Cut(3, 2, ""), Cut(0, 9, "")])
def test_a_cut_outside_the_text_is_refused(cut: Cut) -> None:
    with pytest.raises(ValueError, match="no passage"):
        take_out("abc", [cut])


@pytest.mark.parametrize(
    ("text", "words", "left"),
    [
        ("The baker of Mill Lane", "mill lane", "The baker of [taken out]"),
        ("by  the\nmill", "the mill", "by  [taken out]"),
        ("Jo\u200bse\u0301 sang. JOSÉ!", "josé", "[taken out] sang. [taken out]!"),
        ("\u202eהבן שלי\u202c", "שלי", "\u202eהבן [taken out]"),
        ("the 👩🏽‍⚕️ said", "👩🏽‍⚕️", "the [taken out] said"),
        ("a.c abc", "a.c", "[taken out] abc"),
        ("nothing", "else", "nothing"),
        ("nothing", " \u200b ", "nothing"),
    ],
)
def test_typed_words_are_found_wherever_they_stand(text: str, words: str, left: str) -> None:
    assert take_out(text, find_passages(text, words, MARK))[0] == left


@given(TEXTS, st.data())
def test_what_is_left_is_what_stood_outside_the_cuts(text: str, data: st.DataObject) -> None:
    cuts = data.draw(
        st.lists(
            st.tuples(st.integers(0, len(text) - 1), st.integers(1, 5)).map(
                lambda pair: Cut(pair[0], min(len(text), sum(pair)), "\ufdd0")
            ),
            max_size=5,
        )
    )
    after, made = take_out(text, cuts)
    gone = {place for cut in cuts for place in range(cut.start, cut.end)}
    kept = "".join(char for place, char in enumerate(text) if place not in gone)
    assert after.replace("\ufdd0", "") == kept.replace("\ufdd0", "")
    for place in range(len(text)):
        if place not in gone:
            assert after[moved(place, made)] == text[place]
            assert after[moved(place + 1, made, is_end=True) - 1] == text[place]
