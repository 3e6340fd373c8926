"""What we ask people about themselves, once: the questions, their answers and exact wording.

A wording is never edited in place: a change gets a new version, because consent is given to the
words that were shown. The answers follow the groups of the 2021 census of England and Wales
(Office for National Statistics), so that counts can be compared with the area's.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

PREFER_NOT_TO_SAY = "prefer-not-to-say"


@dataclass(frozen=True)
class Choice:
    """One answer: the value that is stored and the words that are shown."""

    value: str
    text: LazyString
    hint: LazyString | None = None


@dataclass(frozen=True)
class Question:
    """One question about a person. Every one can be answered with "Prefer not to say"."""

    key: str
    version: int
    title: LazyString
    why: LazyString
    choices: tuple[Choice, ...]
    special_category: bool

    @property
    def wording(self) -> str:
        """The version of the wording that consent is given to, such as ``sex/1``."""
        return f"{self.key}/{self.version}"

    def text_of(self, value: str) -> LazyString | str:
        """The words of a stored value."""
        if value == PREFER_NOT_TO_SAY:
            return _l("Prefer not to say")
        return next((c.text for c in self.choices if c.value == value), value)

    def accepts(self, value: str) -> bool:
        """Whether this is one of the answers."""
        return value == PREFER_NOT_TO_SAY or any(c.value == value for c in self.choices)


AGE = Question(
    "age",
    2,
    _l("How old are you?"),
    _l("So that we can see whether people of all ages are being heard."),
    (
        Choice("under-16", _l("Under 16")),
        Choice("16-24", _l("16 to 24")),
        Choice("25-34", _l("25 to 34")),
        Choice("35-49", _l("35 to 49")),
        Choice("50-64", _l("50 to 64")),
        Choice("65-74", _l("65 to 74")),
        Choice("75-plus", _l("75 or over")),
    ),
    special_category=False,
)
SEX = Question(
    "sex",
    1,
    _l("What is your sex?"),
    _l("So that we can see whether women and men are being heard in fair numbers."),
    (Choice("female", _l("Female")), Choice("male", _l("Male"))),
    special_category=False,
)
ETHNIC_GROUP = Question(
    "ethnic-group",
    1,
    _l("What is your ethnic group?"),
    _l("Care does not work equally well for everyone. We want to see who we have not yet reached."),
    (
        Choice("asian", _l("Asian, Asian British or Asian Welsh")),
        Choice("black", _l("Black, Black British, Black Welsh, Caribbean or African")),
        Choice("mixed", _l("Mixed or multiple ethnic groups")),
        Choice("white", _l("White")),
        Choice("other", _l("Another ethnic group")),
    ),
    special_category=True,
)
DISABILITY = Question(
    "disability",
    1,
    _l("Do you have a health condition or disability that limits your day-to-day activities?"),
    _l(
        "Count only what has lasted, or will last, 12 months or more. People who use care the most"
        " should be heard the most."
    ),
    (
        Choice("limited-a-lot", _l("Yes, limited a lot")),
        Choice("limited-a-little", _l("Yes, limited a little")),
        Choice("not-limited", _l("No")),
    ),
    special_category=True,
)
CARER = Question(
    "carer",
    1,
    _l("Do you look after someone who could not manage without your help?"),
    _l("Carers often have the least time to speak up. We want to see whether they are here."),
    (
        Choice("yes", _l("Yes"), _l("For example family, a friend or a neighbour. Not paid work.")),
        Choice("no", _l("No")),
    ),
    special_category=False,
)
TENURE = Question(
    "tenure",
    1,
    _l("Do you own or rent your home?"),
    _l("Housing affects health. We want to hear from people in every kind of home."),
    (
        Choice("owned", _l("I own it, or am buying it")),
        Choice("social-rented", _l("I rent from a council or housing association")),
        Choice("private-rented", _l("I rent from a private landlord")),
        Choice("other", _l("Something else")),
    ),
    special_category=False,
)

QUESTIONS = (AGE, SEX, ETHNIC_GROUP, DISABILITY, CARER, TENURE)
BY_KEY = {question.key: question for question in QUESTIONS}
