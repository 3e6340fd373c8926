"""Who is not yet reached, in words: groups of people, and how many of them take part."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.insight.reach import CHANNEL, Comparison, Group
from engagement.insight.rules import GAPS, Size
from engagement.panels.rules import DEPRIVATION, PLACE
from engagement.web.kit import Column, GroupedBarChart, Series, Table
from engagement.web.kit.charts import SUPPRESSED
from engagement.web.words import CHANNEL_TEXT

FEATURE_TEXT = {
    PLACE: _l("Where people live"),
    DEPRIVATION: _l("How deprived the area is"),
    "age": _l("Age"),
    "sex": _l("Sex"),
    "ethnic-group": _l("Ethnic group"),
    "disability": _l("Health condition or disability"),
    "carer": _l("Looking after somebody"),
    "tenure": _l("Kind of home"),
    CHANNEL: _l("How people came"),
}
GROUP_TEXT = {
    (DEPRIVATION, "1"): _l("People in the most deprived fifth of England’s areas"),
    (DEPRIVATION, "2"): _l("People in the second most deprived fifth"),
    (DEPRIVATION, "3"): _l("People in the middle fifth"),
    (DEPRIVATION, "4"): _l("People in the second least deprived fifth"),
    (DEPRIVATION, "5"): _l("People in the least deprived fifth of England’s areas"),
    ("age", "under-16"): _l("Children under 16"),
    ("age", "16-24"): _l("People aged 16 to 24"),
    ("age", "25-34"): _l("People aged 25 to 34"),
    ("age", "35-49"): _l("People aged 35 to 49"),
    ("age", "50-64"): _l("People aged 50 to 64"),
    ("age", "65-plus"): _l("People aged 65 or over"),
    ("sex", "female"): _l("Women and girls"),
    ("sex", "male"): _l("Men and boys"),
    ("ethnic-group", "asian"): _l("People who are Asian, Asian British or Asian Welsh"),
    ("ethnic-group", "black"): _l(
        "People who are Black, Black British, Black Welsh, Caribbean or African"
    ),
    ("ethnic-group", "mixed"): _l("People of mixed or multiple ethnic groups"),
    ("ethnic-group", "white"): _l("People who are White"),
    ("ethnic-group", "other"): _l("People of another ethnic group"),
    ("disability", "disabled"): _l("Disabled people"),
    ("disability", "not-limited"): _l("People without a disability"),
    ("carer", "yes"): _l("People who look after somebody"),
    ("carer", "no"): _l("People who do not look after somebody"),
    ("tenure", "owned"): _l("People who own their home"),
    ("tenure", "social-rented"): _l("People who rent from a council or housing association"),
    ("tenure", "private-rented"): _l("People who rent from a private landlord"),
    ("tenure", "other"): _l("People in another kind of home"),
    **{(CHANNEL, channel.value): text for channel, text in CHANNEL_TEXT.items()},
}
NOTES = {
    "tenure": _l("The area’s figures count homes, not people."),
    "age": _l("People who told us their age, beside everybody who lives here."),
}


def group_name(feature: str, value: str, name: str) -> Any:
    """What a group is called at the beginning of a sentence."""
    if feature == PLACE:
        return _("People in %(place)s", place=name)
    return GROUP_TEXT.get((feature, value), value)


def gap_sentence(feature: str, value: str, name: str, size: Size) -> str:
    """How many of a group are here beside how many live there, as a sentence."""
    who = group_name(feature, value, name)
    sentences = {
        Size.NOBODY: _("%(who)s: nobody has come yet.", who=who),
        Size.FAR_FEWER: _("%(who)s: far fewer are here than in the area.", who=who),
        Size.THIRD: _("%(who)s: a third as many are here as in the area.", who=who),
        Size.HALF: _("%(who)s: half as many are here as in the area.", who=who),
        Size.FEWER: _("%(who)s: somewhat fewer are here than in the area.", who=who),
        Size.ALIKE: _("%(who)s: about as many are here as in the area.", who=who),
        Size.MORE: _("%(who)s: more are here than in the area.", who=who),
    }
    return str(sentences[size])


def gaps_in(comparison: Comparison) -> list[str]:
    """The sentences about those groups of a comparison that are not yet reached."""
    return [
        gap_sentence(comparison.feature, group.value, group.name, group.compared.size)
        for group in comparison.groups
        if group.compared.size in GAPS and group.compared.size
    ]


def chart_of(comparison: Comparison) -> GroupedBarChart | None:
    """The shares here and there, where both are known of at least one group."""
    groups = [one for one in comparison.groups if one.compared.there is not None]
    if not any(one.compared.here is not None for one in groups):
        return None
    title = FEATURE_TEXT[comparison.feature]
    return GroupedBarChart(
        title=_("%(feature)s: here and in the area", feature=title),
        description="; ".join(_told(comparison.feature, one) for one in groups),
        labels=[group_name(comparison.feature, one.value, one.name) for one in groups],
        series=[
            Series(_("Here"), [_percent(one.compared.here) for one in groups]),
            Series(_("In the area"), [_percent(one.compared.there) for one in groups]),
        ],
        unit="%",
        most=100,
        name=f"reach-{comparison.feature}",
        suppressed=_("too few people to show, or hidden so that a small number stays hidden"),
    )


def table_of(comparison: Comparison) -> Table:
    """How many people of each group are here, as may be shown."""
    rows = [
        [group_name(comparison.feature, one.value, one.name), _count(one.people)]
        for one in comparison.groups
    ]
    rows.append([_("Not known"), _count(comparison.unknown)])
    return Table(
        caption=FEATURE_TEXT[comparison.feature],
        caption_hidden=True,
        columns=[Column(_("Group")), Column(_("People"), numeric=True)],
        rows=rows,
        name=f"people-{comparison.feature}",
    )


def _told(feature: str, group: Group) -> str:
    told = _(
        "%(who)s: %(here)s here, %(there)s in the area",
        who=group_name(feature, group.value, group.name),
        here=_shown(group.compared.here),
        there=_shown(group.compared.there),
    )
    return str(told)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share)


def _shown(share: float | None) -> str:
    return SUPPRESSED if share is None else f"{_percent(share)}%"


def _count(count: int | None) -> str:
    return SUPPRESSED if count is None else str(count)
