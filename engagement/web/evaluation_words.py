"""The evaluation in words: its standard items, the marks, and how replies fall as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.deliberation.evaluation import Distribution, Given, ObserverRow
from engagement.deliberation.rules import CHECKS, ITEMS, MARKS, MEMBERS, EvaluationPart
from engagement.web.kit import Column, Table

PART_TEXT = {
    EvaluationPart.BEFORE: _l("Members, before"),
    EvaluationPart.AFTER: _l("Members, after"),
    EvaluationPart.ORGANISER: _l("Those who organised it"),
    EvaluationPart.OBSERVER: _l("Independent observers"),
}
MARK_TEXT = dict(
    zip(
        MARKS,
        (
            _l("Disagree strongly"),
            _l("Disagree"),
            _l("Neither"),
            _l("Agree"),
            _l("Agree strongly"),
        ),
        strict=True,
    )
)
CHECK_TEXT = dict(zip(CHECKS, (_l("Yes"), _l("Partly"), _l("No")), strict=True))
ITEM_TEXT = {
    "information": _l("I have the information that I need to take part."),
    "voice": _l("I can say what matters to me, and somebody listens."),
    "respect": _l("People on the panel treat each other with respect, also where they disagree."),
    "influence": _l("What the panel says will make a difference."),
    "fatigue": _l("Taking part is more tiring than I can manage."),
    "trust": _l("I trust those who run the panel to be fair."),
    "recruitment": _l("Those who took part were those who were drawn or invited, up to the end."),
    "time": _l("There was time enough to learn, to weigh and to find words."),
    "balance": _l("Members heard each side from somebody who holds it."),
    "independence": _l("Nobody who pays or commissions had a say in what members wrote."),
    "support": _l("What members needed to take part was there when they needed it."),
    "commitment": _l("Those who must answer said how they will, and by when."),
    "open question": _l("The question was open: no answer was settled beforehand."),
    "each side": _l("Each side was heard from somebody who holds it, with the evidence for it."),
    "all heard": _l("Quiet members were heard as well, in whatever way suits them."),
    "no steering": _l("Those who facilitated steered nobody to an answer."),
    "time to weigh": _l("Members had time to weigh, and went home in time."),
    "own words": _l("Recommendations are in the members’ own words."),
    "record": _l("What was noted is what was said, and members could check it."),
    "dissent": _l("Members who disagreed could say so, and it is on record."),
}
"""Each standard item, by its name."""


def asked_words(part: EvaluationPart) -> Any:
    """What a part is, for whoever answers it."""
    if part is EvaluationPart.BEFORE:
        return _("The same questions come again at the end, so that we see what has changed.")
    if part is EvaluationPart.AFTER:
        return _("These are the questions from the beginning. Answer them as it is for you now.")
    if part is EvaluationPart.ORGANISER:
        return _("Answer for yourself. Of each of you the last reply counts.")
    return _("How long somebody talks is not asked, for it is no measure of quality.")


def tables_of(given: Given) -> list[Table]:
    """How the replies of members and organisers fall, where there are enough to be shown."""
    both = (_member_table(given.distributions), _organiser_table(given.distributions))
    return [table for table in both if table]


def _member_table(given: Mapping[EvaluationPart, Distribution]) -> Table | None:
    shown = {part: given[part] for part in MEMBERS if given[part].replies}
    rows = [
        [ITEM_TEXT[item], PART_TEXT[part], *of.counts[item], of.replies - sum(of.counts[item])]
        for item in ITEMS[EvaluationPart.BEFORE]
        for part, of in shown.items()
        if item in of.counts
    ]
    if not rows:
        return None
    return Table(
        caption=_("What members answered"),
        columns=[Column(_("Statement")), Column(_("When")), *_mark_columns()],
        rows=rows,
        name="members",
    )


def _organiser_table(given: Mapping[EvaluationPart, Distribution]) -> Table | None:
    of = given[EvaluationPart.ORGANISER]
    if not of.counts:
        return None
    return Table(
        caption=_("What those who organised it answered"),
        columns=[Column(_("Statement")), *_mark_columns()],
        rows=[
            [ITEM_TEXT[item], *counts, of.replies - sum(counts)]
            for item, counts in of.counts.items()
        ],
        name="organisers",
    )


def _mark_columns() -> list[Column]:
    texts = [*MARK_TEXT.values(), _("No answer")]
    return [Column(text, numeric=True) for text in texts]


def observer_facts(row: ObserverRow) -> list[tuple[str, str]]:
    """What an observer says, as a list of facts."""
    unsaid = _("Not said")
    return [
        (str(ITEM_TEXT[item]), str(CHECK_TEXT.get(row.marks.get(item, ""), unsaid)))
        for item in ITEMS[EvaluationPart.OBSERVER]
    ]
