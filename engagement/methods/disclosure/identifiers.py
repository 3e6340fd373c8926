"""What in a text may tell who somebody is or where they live: found to be proposed, never decided.

Names, telephone numbers, e-mail addresses, postcodes, NHS numbers and addresses of houses, written
as people in the United Kingdom write them. Pure and deterministic: rules and short lists. What
it misses is in ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from engagement.methods.disclosure.naming import find_names
from engagement.methods.disclosure.plain import plain

N_ = str  # marks a sentence for the catalogue of translations


class Kind(StrEnum):
    """What kind of identifier was found."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    POSTCODE = "postcode"
    NHS_NUMBER = "NHS number"
    ADDRESS = "address"


@dataclass(frozen=True)
class Identifier:
    """A passage ``text[start:end]`` that may identify somebody, and why it was found.

    ``start`` and ``end`` count code points of the text as it was given, combining marks and
    characters of no width included.
    """

    kind: Kind
    start: int
    end: int
    why: str


_Found = tuple[Kind, int, int, str]

_EMAIL = re.compile(
    r"(?<![\w.+'%-])(?:[\w.+'%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    r"|[\w.+-]{1,64}(?:\s?[([]at[)\]]\s?|\sat\s)[\w-]{1,63}"
    r"(?:(?:\s?[([]dot[)\]]\s?|\sdot\s|\.)(?:com|co|uk|org|net|nhs)\b){1,3})",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w+])(?:\(?(?:\+|00)44\)?[ .-]{0,2}(?:\(0\))?|\(?0)(?:[ ./()-]{0,2}\d){9,10}(?!\w)"
)
_SHORT_PHONE = re.compile(
    r"\b(?:phone|call|ring|rung|tel|telephone|mobile|landline|text|whatsapp)(?: number| no\.?| me)?"
    r"(?: is| on| at|:)+ (?P<number>\d{3,4}[ -]?\d{3,4})(?![\w-])",
    re.IGNORECASE,
)
_AREAS = (
    "AB AL B BA BB BD BF BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY"
    " E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE"
    " LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL"
    " SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE"
).split()
_POSTCODE = re.compile(
    rf"\b(?:{'|'.join(sorted(_AREAS, key=len, reverse=True))})\d[A-Z\d]?[ -]{{0,2}}"
    r"\d[ABD-HJLNP-UW-Z]{2}\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)$")
_TEN_DIGITS = re.compile(r"(?<![\w+-])\d{3}[ .-]?\d{3}[ .-]?\d{4}(?![\w-])")
_OF_NHS_NUMBER = re.compile(
    r"\bnhs\b|\bmy (?:number|no)\b|\bpatient (?:number|no|id)\b"
    r"|\b(?:hospital|medical) (?:number|no)\b|\bnumber is\b",
    re.IGNORECASE,
)
_ROADS = "street|str|road|rd|avenue|ave|lane|crescent|cres|terrace|mews|st"
_MORE_ROADS = (
    "ln|close|drive|way|court|gardens|place|grove|hill|square|walk|row|park|rise|view|green|"
    "parade|wharf|quay|circus|mount|bank|cottages|villas|buildings"
)
_NUMBERED = r"\b(?:(?:flat|apartment|apt|unit|room) ?\d{1,4}[a-z]?,? )?\d{1,4}[a-z]?,? "
_ADDRESS = re.compile(
    rf"{_NUMBERED}(?:(?:[a-z][\w'.]+|the) ){{1,3}}(?P<road>(?:{_ROADS}))\b"
    rf"|(?-i:{_NUMBERED}(?:[A-Z][\w'.]+ ){{1,3}})(?P<other>(?:{_MORE_ROADS}))\b"
    r"|\b(?:flat|apartment|apt) ?\d{1,4}[a-z]?,? (?-i:[A-Z])[\w']+(?: (?-i:[A-Z])[\w']+){0,2}",
    re.IGNORECASE,
)
_NOT_IN_ADDRESS = re.compile(
    r"\b(?:a|an|of|in|to|for|from|up|down|along|across|off|on|at|and|is|was|are|my|our|your|this|that|"
    r"miles?|minutes?|mins?|hours?|days?|weeks?|months?|years?|times?|people|cars?|buses|yards|"
    r"metres?|km|pm|am|more|other|different|st of|side|main|busy|closed?|new|pounds?|patients?)\b",
    re.IGNORECASE,
)
_NOT_A_HOUSE = re.compile(r"\b(?:ward|bay|bus|route|junction|platform|level|floor|the|bed) $", re.I)


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits pass the check of NHS numbers: modulus 11 with weights 10 to 2."""
    if len(digits) != 10 or not digits.isdigit() or len(set(digits)) == 1:
        return False
    rest = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return rest != 10 and rest % 11 == int(digits[9])


def find_identifiers(text: str) -> tuple[Identifier, ...]:
    """What may identify somebody in a text, in order, none overlapping another."""
    seen = plain(text)
    found: list[_Found] = []
    taken = [False] * len(seen.text)
    for find in (_emails, _nhs_numbers, _phones, _postcodes, _addresses, _names):
        for kind, start, end, why in find(seen.text):
            if not any(taken[start:end]):
                taken[start:end] = [True] * (end - start)
                found.append((kind, start, end, why))
    return tuple(
        Identifier(kind, *seen.back(start, end), why)
        for kind, start, end, why in sorted(found, key=lambda one: one[1])
    )


def kinds_in(text: str) -> list[Kind]:
    """The kinds of identifiers that are in a text, each once, in a fixed order."""
    there = {one.kind for one in find_identifiers(text)}
    return [kind for kind in Kind if kind in there]


def _emails(text: str) -> Iterator[_Found]:
    for match in _EMAIL.finditer(text):
        yield Kind.EMAIL, *match.span(), N_("Written as an e-mail address")


def _nhs_numbers(text: str) -> Iterator[_Found]:
    for match in _TEN_DIGITS.finditer(text):
        start, end = match.span()
        near = text[max(0, start - 60) : start] + " " + text[end : end + 40]
        if is_nhs_number(re.sub(r"\D", "", match[0])) and _OF_NHS_NUMBER.search(near):
            yield Kind.NHS_NUMBER, start, end, N_("A number that passes the check of NHS numbers")


def _phones(text: str) -> Iterator[_Found]:
    for match in _PHONE.finditer(text):
        digits = re.sub(r"^(?:00)?44", "0", re.sub(r"\D", "", match[0]))
        digits = "0" + digits.lstrip("0")
        if len(digits) in (10, 11) and digits[1] in "1235789":
            yield Kind.PHONE, *match.span(), N_("As many digits as a telephone number")
    for match in _SHORT_PHONE.finditer(text):
        yield Kind.PHONE, *match.span("number"), N_("A number after a word for telephoning")


def _postcodes(text: str) -> Iterator[_Found]:
    for match in _POSTCODE.finditer(text):
        if not _ORDINAL.search(match[0]):
            yield Kind.POSTCODE, *match.span(), N_("Written as a postcode")


def _addresses(text: str) -> Iterator[_Found]:
    for match in _ADDRESS.finditer(text):
        start, end = match.span()
        road = match["road"] or match["other"]
        between = match[0][: -len(road)] if road else ""
        if not _NOT_IN_ADDRESS.search(between) and not _NOT_A_HOUSE.search(text[:start][-12:]):
            yield Kind.ADDRESS, start, end, N_("A number and the name of a road or a house")


def _names(text: str) -> Iterator[_Found]:
    for start, end, why in find_names(text):
        yield Kind.NAME, start, end, why
