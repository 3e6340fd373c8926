"""Words that may tell of harm to somebody: for a person to look at at once, never to decide.

A lexicon with the ways in which such words mean something else: figures of speech, services and
policies, and denials. English only. What it misses is in ``docs/methods/disclosure.md``.

Denials. "I am not suicidal" and "I have never self-harmed" are not signs. But somebody who writes
"I don't want to kill myself" thinks of it: words of killing oneself or ending one's life count
whether or not they are denied, and their sign says that they were.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from engagement.methods.disclosure.plain import plain

N_ = str  # marks a sentence for the catalogue of translations


class Harm(StrEnum):
    """What kind of harm words may tell of."""

    SELF = "harm to oneself"
    BY_OTHERS = "violence or abuse"
    TO_OTHERS = "a threat to others"
    NEGLECT = "neglect"


@dataclass(frozen=True)
class Sign:
    """A passage ``text[start:end]`` (code points) that may tell of harm, and why it counts."""

    harm: Harm
    start: int
    end: int
    phrase: str
    why: str


@dataclass(frozen=True)
class _Rule:
    harm: Harm
    pattern: re.Pattern[str]
    why: str
    always: bool = False
    """Whether it counts although it is denied."""
    of_somebody: bool = False
    """Whether it counts only where the sentence speaks of somebody, not of a matter."""


def _rule(
    harm: Harm, why: str, *patterns: str, always: bool = False, of_somebody: bool = False
) -> _Rule:
    pattern = re.compile(rf"\b(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)
    return _Rule(harm, pattern, why, always, of_somebody)


_SELF = r"(?:myself|my self|meself|ourselves)"
_NEAR = (
    r"(?:husband|wife|partner|boyfriend|girlfriend|ex|dad|father|step ?dad|stepfather|mum|mother|"
    r"son|daughter|brother|uncle|carer|carers|he|she|they|neighbour|boss|staff|nurse|somebody|someone)"
)
_HURTING = (
    r"(?:hits?|hitting|hit|beats?|beating|slaps?|slapped|slapping|punch(?:es|ed|ing)?|kicks?|kicked|"
    r"kicking|strangl(?:es|ed|ing)|chok(?:es|ed|ing)|burn(?:s|ed|t|ing)|threaten(?:s|ed|ing)|"
    r"hurt(?:s|ing)?|grop(?:es|ed|ing)|shov(?:es|ed|ing)|abus(?:es|ed|ing)|rap(?:es|ed|ing)|"
    r"molest(?:s|ed|ing)|controls|stalk(?:s|ed|ing)|attack(?:s|ed|ing)|"
    r"touch(?:es|ed)\s+inappropriately)"
)
_KIN = (
    r"(?:mum|mother|dad|father|wife|husband|son|daughter|nan|gran|grandad|grandmother|grandfather|"
    r"brother|sister|child|children|baby|kids?|neighbour|residents?|patients?|partner|friend)"
)
_LOVED = rf"(?:{_KIN}|he|she|they)"
_SOMEBODY = (
    r"(?:him|her|them|me|us|themselves|himself|herself|someone|somebody|"
    rf"(?:my|his|her|their|our|the|a)\s+(?:\w+\s+)?{_KIN})"
)

_RULES = (
    _rule(
        Harm.SELF,
        N_("Words about ending one’s own life"),
        rf"kil+(?:ing|ed)?\s+{_SELF}",
        rf"(?:hang|hanging|drown|drowning|unalive|shoot|poison)\s+{_SELF}",
        r"(?:end|ending|ended|take|taking|took)\s+my\s+(?:own\s+)?life",
        r"end(?:ing)?\s+it\s+all",
        r"top\s+myself",
        r"kms",
        always=True,
    ),
    _rule(
        Harm.SELF,
        N_("Words about wanting to be dead"),
        r"(?:want(?:ed|ing)?|wan|wanna|ready|rather|wish\s+(?:to|i\s+could)|hoping|like)\s*(?:to\s+)?"
        r"(?:die|be\s+dead)(?!\s+(?:for|to|at\s+home|in\s+(?:my|a|the|peace|hospital|hospice)|with))",
        r"(?:wish|wished)\s+(?:that\s+)?i\s+(?:was|were|am)\s+dead",
        r"(?:i'm|i\s+am|i'd\s+be|i\s+would\s+be|they'd\s+be|everyone(?:'d|\s+would|\s+is)?(?:\s+be)?)"
        r"\s+better\s+off\s+(?:dead|without\s+me)",
        r"\bi(?:'m)?\s+(?:\w+\s+)?(?:do(?:n't|\s+not|nt)\s+want|not\s+wanting)\s+to\s+(?:be\s+alive|wake\s+up|"
        r"exist|(?:live|be\s+here)(?!\s+(?:together|in|with|at|near|on|for|too|so|again)))",
        r"no(?:\s+|t\s+any\s+)(?:reason|point)\s+(?:in\s+)?(?:to\s+)?(?:live|living|going\s+on|carrying\s+on)",
        r"i\s+(?:\w+\s+)?(?:can't|cannot|cant|can\s+not)\s+(?:go\s+on(?:\s+like\s+this)?|carry\s+on\s+living|"
        r"live\s+like\s+this|do\s+this\s+any\s?more)(?=\s*(?:$|[.!?,;]|any\s?more|and))",
        r"(?:my\s+)?life\s+is\s+(?:pointless|not\s+worth\s+(?:living|it))",
        r"(?:nothing|not\s+much)\s+(?:left\s+)?to\s+live\s+for",
        always=True,
    ),
    _rule(
        Harm.SELF,
        N_("Words about suicide or self-harm"),
        r"s[ui]{1,2}c[ia]?i?d(?:al|ally|le)",
        r"suicide\s+(?:attempts?|note|plan|thoughts?)",
        r"(?:attempt(?:ed|ing)?|tried|considering|contemplat(?:ed|ing)|thinking\s+(?:of|about))\s+suicide",
        r"self[\s-]?harm(?:s|ed|ing|er)?",
        rf"(?:harm|hurt|cut|burn|starve)(?:ing|ed|ting)?\s+{_SELF}",
        r"(?:took|taken|take|taking)\s+an\s+(?:od|overdose)",
        r"slit(?:ting)?\s+my\s+wrists?",
    ),
    _rule(
        Harm.SELF,
        N_("Words about suicide or self-harm"),
        r"suicides?",
        r"overdos(?:e|ed|es|ing)",
        of_somebody=True,
    ),
    _rule(
        Harm.BY_OTHERS,
        N_("Words about violence or abuse by somebody"),
        rf"{_NEAR}\s+(?:(?:often|always|sometimes|regularly|still|has|have|had|is|was|are|were|keeps|"
        rf"kept|then|also|been|just|who)\s+){{0,3}}{_HURTING}\s+{_SOMEBODY}",
        r"(?:being|been|was|were|is|are|get|gets|got|getting|am|i'm)\s+(?:\w+ly\s+)?(?:physically\s+|"
        r"sexually\s+|emotionally\s+|verbally\s+|financially\s+)?(?:abused|raped|beaten(?:\s+up)?|"
        r"assaulted|molested|groomed|strangled|stabbed|stalked|trafficked|attacked|hit\s+by)",
        r"(?:raped|abused|molested|groomed|assaulted|stabbed)\s+(?:me|my\s+\w+|her|him|them|a\s+child)",
        rf"violen(?:ce|t)\s+(?:towards?|against|with|to)\s+{_SOMEBODY}",
        rf"(?:tried|tries|trying)\s+to\s+(?:attack|hit|stab|strangle|rape|hurt)\s+{_SOMEBODY}",
        r"abusive\s+(?:relationship|husband|wife|partner|marriage|home|ex|father|mother|boyfriend)",
        r"(?:my|his|her|their)\s+(?:\w+\s+)?abuser",
        r"(?:frightened|scared|afraid|terrified)\s+(?:of|that)\s+(?:my|her|his|their)\s+(?:own\s+)?"
        r"(?:husband|wife|partner|boyfriend|girlfriend|ex|dad|father|mum|mother|son|carer|step\w+)",
        r"(?:frightened|scared|afraid|terrified)\s+to\s+(?:go|be|stay|live|sleep)\s+(?:at\s+|in\s+|"
        r"back\s+)?(?:home|(?:my|our)\s+(?:own\s+)?(?:home|house|flat))",
        r"(?:not|don't\s+feel|do\s+not\s+feel|never\s+feel|isn't|aren't)\s+safe\s+at\s+home",
        r"unsafe\s+at\s+home",
        r"forced?\s+(?:me|her|him)?\s*(?:to\s+have\s+sex|into\s+(?:sex|marriage))",
        r"(?:forced\s+marriage|honour\s+based|fgm)\s+(?:is|was|has|happened|on\s+my)",
        r"(?:bruises?|bruising|marks|burns)\s+(?:on|all\s+over|over|round|around)\s+(?:\w+\s+)?"
        r"(?:arms?|legs?|body|neck|face|back|wrists?|him|her|them|the\s+(?:child|baby|children))",
    ),
    _rule(
        Harm.BY_OTHERS,
        N_("Words about violence or abuse by somebody"),
        r"(?:domestic|sexual|physical|child(?:hood)?|elder|financial|historic)\s+"
        r"(?:abuse|violence|assault)",
        of_somebody=True,
    ),
    _rule(
        Harm.TO_OTHERS,
        N_("Words about hurting somebody"),
        r"(?:i'll|i\s+will|i'm\s+going\s+to|i\s+am\s+going\s+to|im\s+going\s+to|gonna|i\s+want\s+to|want\s+to|"
        r"going\s+to|might|threatened\s+to|threatens\s+to|threatening\s+to|plan(?:ning)?\s+to)\s+"
        r"(?:kill|stab|shoot|hurt|strangle|attack|poison|beat\s+up|harm)\s+(?!myself)"
        r"(?:him|her|them|you|someone|somebody|people|everyone|me|us|himself|herself|themselves|my\s+\w+|the\s+\w+)",
        r"(?:kill|killed|killing|hang(?:ed)?|hanging)\s+(?:himself|herself|themselves)",
        r"thoughts\s+(?:of|about)\s+(?:hurting|harming|killing|stabbing)",
        r"bring(?:ing)?\s+a\s+(?:knife|gun|weapon)",
    ),
    _rule(
        Harm.NEGLECT,
        N_("Words about somebody who is not looked after"),
        rf"{_LOVED}\s+(?:(?:is|are|was|were|has|have|had|been|being|left)\s+){{1,3}}(?:badly\s+|totally\s+|"
        r"completely\s+|severely\s+)?(?:neglected|starved|starving|not\s+fed|locked\s+in|tied)",
        r"(?:neglects|neglecting|starving|not\s+feeding|locks|locking\s+up|leaving\s+alone)\s+(?:my|his|her|"
        r"their|the)\s+(?:own\s+)?(?:mum|mother|dad|father|child|children|kids|baby|residents?|nan|gran|wife)",
        r"neglect(?:ed)?\s+(?:of|to)\s+(?:my|his|her|an?)\s+(?:\w+\s+)?(?:man|woman|child|mum|mother|dad|father)",
        r"(?:left|lying|sitting|lay)\s+(?:\w+\s+){0,3}in\s+(?:his|her|my|their)\s+own\s+(?:urine|faeces|"
        r"wee|poo|mess|excrement|filth)",
        r"(?:no|without)\s+food\s+(?:or|and)\s+(?:water|drink|heating)\s+for\s+\w+\s+days",
    ),
)

_DENIED = re.compile(
    r"\b(?:not|no|never|nobody|none|without|isn't|wasn't|aren't|weren't|hasn't|haven't|hadn't|don't|"
    r"didn't|doesn't|wouldn't|won't|can't|cannot|dont|didnt|nor|neither|no longer|free of)\s+"
    r"(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)
_SOMEBODY_THERE = re.compile(
    r"\b(?:i|i'm|i've|i'd|me|my|he|she|him|her|his|son|daughter|mum|dad|husband|wife|partner|sister|"
    r"brother|neighbour|friend)\b",
    re.IGNORECASE,
)
_TURNED = re.compile(r"\b(?:but|although|though|until|unless|except|only)\b", re.IGNORECASE)
_OF_A_SUBJECT_AFTER = re.compile(
    r"^[\s-]+(?:prevention|awareness|rates?|statistics|training|services?|strategy|policy|policies|support|"
    r"bereavement|watch|line|helplines?|charit\w+|research|team|teams|nurses?|clinics?|pathways?|"
    r"safeguarding|campaigns?|refuges?|workers?|victims|survivors|patients?|people|kits?|figures|risk)\b",
    re.IGNORECASE,
)
_OF_A_SUBJECT_BEFORE = re.compile(
    r"\b(?:people|those|anyone|patients|young people|men|women|children|victims|survivors)\s+"
    r"(?:who|that|with|of|in|at|experiencing|facing|affected by|fleeing|having)\s+(?:\w+\s+){0,3}$"
    r"|\b(?:prevent|preventing|prevention of|tackle|tackling|reduce|reducing|stop|stopping|"
    r"support for|help for|services for|training (?:on|in|about)|awareness of|rates? of|"
    r"victims of|survivors of|cases of|causes? of|risks? of|funding for|more on|"
    r"information (?:on|about)|levels of|"
    r"group (?:on|about|for))\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_PARTS = r"(?:back|feet|foot|legs?|knees?|head|hands?|eyes?|ears?|pocket|feelings|mood)"
_FIGURE = re.compile(
    r"ass?i[a-z]*ted suicide|assist(?:ing|s)?\b.{0,20}suicide|suicid\w+ (?:driving|mission|squad)|"
    r"(?:commercial|political|social|career) suicide|overdose of (?:fun|sugar|chocolate)|"
    r"hit(?:s|ting)? (?:me|us|him|her|them) (?:hard|that|in the pocket|financially)|"
    rf"(?:killing|hurts?|burns?) (?:me in the pocket|my {_PARTS})|"
    r"(?:is|are|'s) killing (?:me|us)\b|"
    r"beats? (?:me why|me how|them all|us all)\b",
    re.IGNORECASE,
)


def find_harm(text: str) -> tuple[Sign, ...]:
    """The passages of a text that may tell of harm, in order, none within another."""
    seen = plain(text)
    found: list[tuple[int, int, Harm, str]] = []
    for rule in _RULES:
        for match in rule.pattern.finditer(seen.text):
            start, end = match.span()
            if any(start < other[1] and other[0] < end for other in found):
                continue
            if why := _counts(rule, seen.text, start, end):
                found.append((start, end, rule.harm, why))
    signs = []
    for start, end, harm, why in sorted(found):
        first, last = seen.back(start, end)
        signs.append(Sign(harm, first, last, seen.text[start:end], why))
    return tuple(signs)


def tells_of_harm(text: str) -> bool:
    """Whether any passage of a text may tell of harm."""
    return bool(find_harm(text))


def _counts(rule: _Rule, text: str, start: int, end: int) -> str | None:
    """Why a match counts as a sign; ``None`` where it does not."""
    before, after = text[max(0, start - 80) : start], text[end : end + 40]
    clause = re.split(r"[.!?;\n]", before)[-1]
    for figure in _FIGURE.finditer(text[max(0, start - 20) : end + 30]):
        first = figure.start() + max(0, start - 20)
        if first < end and first + len(figure[0]) > start:
            return None
    denied = _DENIED.search(clause)
    if rule.always:
        return N_("Denied, but somebody who writes it thinks of it") if denied else rule.why
    if _OF_A_SUBJECT_AFTER.match(after) or _OF_A_SUBJECT_BEFORE.search(clause):
        return None
    if denied and not _TURNED.search(denied[0]):
        return None
    sentence = clause + text[start:end] + re.split(r"[.!?;\n]", after)[0]
    if rule.of_somebody and not _SOMEBODY_THERE.search(sentence):
        return None
    return rule.why
