"""Ballots in words: their kinds, states and steps, their rules, and what they came to."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import format_percent, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.ballots.queries import BallotRow
from engagement.ballots.rules import LEAST_VOTES, Kind, Lack, State
from engagement.methods.choice.consent import CONSENTS, Step
from engagement.methods.choice.ranking import TOP
from engagement.methods.choice.rules import Denominator, Outcome
from engagement.web.kit import Column, GroupedBarChart, Table, bar_chart

BALLOT_KIND_TEXT = {
    Kind.CONSENT: _l("Ballot on a proposal"),
    Kind.RANKING: _l("Ballot by ranking"),
    Kind.STRAW: _l("Straw poll"),
}
BALLOT_STATE_TEXT = {
    State.DRAFT: _l("Being prepared"),
    State.OPEN: _l("Open"),
    State.CLOSED: _l("Closed, not counted yet"),
    State.TALLIED: _l("Counted"),
    State.VOID: _l("Void"),
}
BALLOT_STATE_COLOUR = {
    State.DRAFT: "grey",
    State.OPEN: "green",
    State.CLOSED: "yellow",
    State.TALLIED: "blue",
    State.VOID: "red",
}
STEP_TEXT = {
    Step.LOVE: _l("Love it"),
    Step.LIKE: _l("Like it"),
    Step.LIVE_WITH: _l("Can live with it"),
    Step.LAMENT: _l("Lament it"),
    Step.LOATHE: _l("Loathe it"),
}
STEP_HINT = {
    Step.LOVE: _l("This is what I hoped for."),
    Step.LIKE: _l("It is good."),
    Step.LIVE_WITH: _l("It is not what I would choose, and I consent."),
    Step.LAMENT: _l("I do not consent. It would make me sad."),
    Step.LOATHE: _l("I do not consent. It is wrong."),
}
LACK_OF_BALLOT_TEXT = {
    Lack.OPTIONS: _l("It needs two options or more."),
    Lack.PEOPLE: _l(
        "Too few have taken a seat: with fewer than five a secret vote is no secret, and a straw"
        " poll needs one."
    ),
    Lack.QUORUM: _l("The quorum is more than the people who have taken a seat."),
    Lack.CLOSE: _l("It needs a last day that is still to come."),
    Lack.KEYS: _l("Two convenors must each have made a key."),
}
OUTCOME_TEXT = {
    Outcome.PASSED: _l("Passed"),
    Outcome.FAILED: _l("Not passed"),
    Outcome.NO_QUORUM: _l("No result: too few voted"),
}
DENOMINATOR_TEXT = {
    Denominator.VOTES: _l("of those who voted, without abstentions"),
    Denominator.BALLOTS: _l("of those who voted, abstentions among them"),
    Denominator.ROLL: _l("of everybody who may vote"),
}


def rules_words(ballot: BallotRow) -> list[str]:
    """The rules of a ballot, each in a sentence."""
    words = []
    if ballot.kind is Kind.CONSENT:
        words.append(
            _(
                "It passes if %(share)s or more %(whom)s can live with it, like it or love it.",
                share=format_percent(ballot.share / 100),
                whom=DENOMINATOR_TEXT[ballot.denominator],
            )
        )
    if ballot.kind is Kind.RANKING:
        words.append(
            _(
                "The order is found by Schulze’s method: what more people prefer stands first, pair"
                " by pair. What it cannot tell apart stays equal."
            )
        )
    if ballot.quorum:
        words.append(_("At least %(num)d must vote.", num=ballot.quorum))
    if ballot.roll is not None:
        words.append(ngettext("%(num)d member may vote.", "%(num)d members may vote.", ballot.roll))
    return words


@dataclass(frozen=True)
class Result:
    """What a ballot came to, ready to be shown; ``tag`` is the outcome in words."""

    tag: Any
    colour: str
    sentences: list[str]
    chart: GroupedBarChart | None
    tables: list[Table]


def result_of(ballot: BallotRow) -> Result | None:
    """The result of a ballot that was counted."""
    record = ballot.record
    if record is None:
        return None
    if ballot.kind is Kind.STRAW:
        return _of_straw(record)
    if "too_few" in record:
        why = _(
            "Fewer than %(least)d people voted. With so few a count would tell how somebody voted,"
            " so the votes were deleted uncounted.",
            least=LEAST_VOTES,
        )
        return Result(OUTCOME_TEXT[Outcome.NO_QUORUM], "yellow", [why], None, [])
    sentences = [
        _(
            "%(votes)s and %(abstained)s, of %(roll)s.",
            votes=ngettext("%(num)d vote", "%(num)d votes", record["votes"]),
            abstained=ngettext("%(num)d abstention", "%(num)d abstentions", record["abstained"]),
            roll=ngettext(
                "%(num)d member who may vote",
                "%(num)d members who may vote",
                record["rules"]["roll"],
            ),
        )
    ]
    if record["left"]:
        sentences.append(
            ngettext(
                "%(num)d member left while it ran; their vote is not in it.",
                "%(num)d members left while it ran; their votes are not in it.",
                record["left"],
            )
        )
    return (_of_consent if ballot.kind is Kind.CONSENT else _of_ranking)(record, sentences)


def _of_straw(record: dict[str, Any]) -> Result:
    counts = record["counts"]
    return Result(
        _("No result"),
        "grey",
        [_("A straw poll shows which way people leaned on that day. It decides nothing.")],
        bar_chart(
            title=_("Straw poll"),
            description=_("How many chose each option."),
            labels=[option or _("Abstained") for option in counts],
            values=[*counts.values()],
            measure=_("People"),
            name="straw",
        ),
        [],
    )


def _of_consent(record: dict[str, Any], sentences: list[str]) -> Result:
    counts = record["counts"]
    outcome = Outcome(record["outcome"])
    if record["share"] is not None:
        share = float(Fraction(record["share"]))
        can = sum(counts[step.value] for step in CONSENTS)
        sentences.append(
            _(
                "%(can)s can live with it, like it or love it: %(share)s, where %(least)s passes.",
                can=can,
                share=format_percent(share, "#,##0.#%"),
                least=format_percent(float(Fraction(record["rules"]["threshold"]))),
            )
        )
    chart = bar_chart(
        title=_("How people voted"),
        description=", ".join(f"{STEP_TEXT[step]}: {counts[step.value]}" for step in Step),
        labels=[STEP_TEXT[step] for step in Step],
        values=[counts[step.value] for step in Step],
        measure=_("Members"),
        name="consent",
    )
    colour = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.NO_QUORUM: "yellow"}
    return Result(OUTCOME_TEXT[outcome], colour[outcome], sentences, chart, [])


def _of_ranking(record: dict[str, Any], sentences: list[str]) -> Result:
    if record["outcome"]:
        return Result(OUTCOME_TEXT[Outcome.NO_QUORUM], "yellow", sentences, None, [])
    for one, other in record["equal"]:
        sentences.append(
            _("The method does not tell “%(one)s” and “%(other)s” apart.", one=one, other=other)
        )
    options, top = record["options"], record.get("top", [])
    if TOP <= len(top) < len(options):
        sentences.append(_("First stand: %(top)s.", top="; ".join(top)))
    order = Table(
        caption=_("The order"),
        columns=[Column(_("Option")), Column(_("Place"), numeric=True)],
        rows=[[option, place] for place, step in enumerate(record["order"], 1) for option in step],
        name="order",
    )
    pairs = Table(
        caption=_("How many prefer the option of the row to that of the column"),
        columns=[Column(_("Option")), *(Column(option, numeric=True) for option in options)],
        rows=[
            [option, *("–" if one == other else count for other, count in enumerate(counts))]
            for one, (option, counts) in enumerate(zip(options, record["pairwise"], strict=True))
        ],
        name="pairs",
        narrow="scroll",
        caption_size="s",
    )
    return Result(_("Counted"), "blue", sentences, None, [order, pairs])
