"""What the pages of panels share between doors: what a panel is, its questions, its consents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from engagement.database.clock import day_of
from engagement.panels.features import Feature
from engagement.panels.queries import PanelRow
from engagement.panels.registration import WHERE
from engagement.panels.rules import PLACE
from engagement.panels.support import KINDS, read
from engagement.people.questions import PREFER_NOT_TO_SAY
from engagement.places.queries import find_place
from engagement.web.kit import (
    Fact,
)
from engagement.web.visits import current_partnership
from engagement.web.words import RECRUITMENT_TEXT, VOLUNTEERS_DRAWN_TEXT

NOT_SAID = _l("Prefer not to say")
# Where the code of somebody who came without a letter stays until they have sent their answers.
OWN_CODE = "own_code"
_A_MOMENT = timedelta(seconds=1)


# What a panel is


def recruitment_words(panel: PanelRow) -> str:
    """How its people come to it. A panel of volunteers never says that it stands for others."""
    if not panel.is_drawn:
        return str(
            _(
                "Volunteers. Anybody it is meant for can put their name forward. Because people"
                " choose to come, the panel does not stand for everybody who lives here."
            )
        )
    if panel.is_open_to_all:
        return str(
            _(
                "Volunteers, then a lottery. Anybody it is meant for can put their name forward."
                " A lottery then draws from them. Because people choose to come, the panel does not"
                " stand for everybody who lives here."
            )
        )
    return str(
        _(
            "By lot. Letters go to homes drawn by lot. A lottery then draws from the people who"
            " put their names forward, so that the panel looks like the area."
        )
    )


def recruitment_label(panel: PanelRow) -> str:
    """The same in a word or two."""
    if panel.is_drawn and panel.is_open_to_all:
        return str(VOLUNTEERS_DRAWN_TEXT)
    return str(RECRUITMENT_TEXT[panel.recruitment])


def ages_words(panel: PanelRow) -> str:
    """Of which age one must be; empty where any will do."""
    least, most = panel.least_age, panel.most_age
    if least is not None and most is not None:
        return str(_("You are %(least)d to %(most)d years old.", least=least, most=most))
    if least is not None:
        return str(_("You are %(least)d or older.", least=least))
    if most is not None:
        return str(_("You are %(most)d or younger.", most=most))
    return ""


def time_words(panel: PanelRow) -> str:
    """When the panel meets, as far as that is settled."""
    starts, ends = panel.starts_on, panel.ends_on
    if starts and ends and starts != ends:
        return str(_("From %(first)s to %(last)s", first=_day(starts), last=_day(ends)))
    only = starts or ends
    return _day(only) if only else str(_("The dates are not settled yet."))


def closing_words(panel: PanelRow) -> str:
    """Until when one can register; empty where that is open."""
    closes = panel.registration_closes_at
    if closes is None:
        return ""
    # What ends at a midnight ends with the day before.
    return _day(day_of(closes - _A_MOMENT))


def about_panel(panel: PanelRow, hosts: Sequence[str]) -> list[Fact]:
    """What somebody wants to know before they put their name forward."""
    own = [_lines(ages_words(panel)), _lines(panel.eligibility)]
    return [
        (_("The question"), panel.question),
        (_("Run by"), _listed(hosts)),
        (
            _("How many people"),
            ngettext("%(num)d person", "%(num)d people", panel.size),
        ),
        (_("How people are chosen"), recruitment_words(panel)),
        (_("Who can take part"), Markup("<br>").join(part for part in own if part)),
        (_("When"), time_words(panel)),
        (_("Payment and costs"), _lines(panel.payment)),
        (_("Help to take part"), _lines(panel.support)),
        (_("Last day to put your name forward"), closing_words(panel)),
        (_("Other formats and languages"), _lines(panel.other_formats)),
    ]


def _day(value: date) -> str:
    return str(format_date(value, "d MMMM y"))


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return str(_("%(first)s together with %(others)s", first=names[0], others=", ".join(names[1:])))


def _lines(text: str) -> Markup | str:
    return Markup('<span class="app-lines">{}</span>').format(text) if text else ""


# Its questions, one after another


@dataclass(frozen=True)
class Step:
    """One question: asked by itself, or ``WHERE`` for what follows from where somebody lives."""

    key: str
    title: Any
    why: Any
    features: tuple[Feature, ...]

    def answered(self, answers: Mapping[str, str]) -> bool:
        """Whether there is an answer to all of it."""
        return all(feature.key in answers for feature in self.features)


def steps_of(questions: Sequence[Feature]) -> list[Step]:
    """The questions of a panel in order; where one lives is asked once."""
    where = tuple(feature for feature in questions if feature.is_where_one_lives)
    steps: list[Step] = []
    for feature in questions:
        if not feature.is_where_one_lives:
            steps.append(Step(feature.key, feature.title, feature.why, (feature,)))
        elif feature is where[0]:
            why = _("So that every part of the area, and all kinds of areas, are heard.")
            steps.append(Step(WHERE, _("Where do you live?"), why, where))
    return steps


def answer_words(step: Step, answers: Mapping[str, str]) -> str:
    """The answer to a question in words; empty where there is none."""
    if not step.answered(answers):
        return ""
    if step.key != WHERE:
        return str(step.features[0].text_of(answers[step.key]))
    if all(answers[feature.key] == PREFER_NOT_TO_SAY for feature in step.features):
        return str(NOT_SAID)
    return "; ".join(_where_words(feature, answers[feature.key]) for feature in step.features)


def _where_words(feature: Feature, value: str) -> str:
    if value == PREFER_NOT_TO_SAY:
        return str(
            _("place not said") if feature.key == PLACE else _("how deprived it is: not known")
        )
    if feature.key == PLACE and value not in feature.choices:
        place = find_place(value)
        return place.name if place else value
    return str(feature.text_of(value))


def support_words(needs: str) -> Markup:
    """What was told, as it is shown to the one who told it."""
    told = read(needs)
    lines = [str(_(KINDS[kind])) for kind in told.kinds]
    if told.companion:
        lines.append(str(_("Comes with you: %(who)s", who=told.companion)))
    if told.words:
        lines.append(told.words)
    return Markup('<span class="app-lines">{}</span>').format("\n".join(lines))


# Words that are agreed to, kept as they were shown


def effect_words(panel: PanelRow) -> str:
    """What it does to one's chance not to say."""
    if panel.is_drawn:
        return str(
            _(
                "When few people like you put their names forward, you have a better chance if you"
                " tell us. If you prefer not to say, you count towards no group here, and your"
                " chance can be much smaller. You stay in the draw."
            )
        )
    return str(
        _(
            "If you prefer not to say, you count towards no group here. You stay on the list all"
            " the same."
        )
    )


def consent_words(panel: PanelRow) -> str:
    """What somebody agrees to by saving an answer."""
    who = current_partnership().name
    if panel.is_random:
        return str(
            _(
                "By saving an answer you agree that %(partnership)s uses it for the draw, so that"
                " the panel looks like the area. We keep it for up to 3 years. You can change it"
                " until registration closes, and take your name back at any time: then we delete"
                " it.",
                partnership=who,
            )
        )
    if panel.is_drawn:
        return str(
            _(
                "By saving an answer you agree that %(partnership)s uses it for the draw, so that"
                " the panel is made of all kinds of people. We keep it for up to 3 years. You can"
                " change it until registration closes, and take your name back at any time: then"
                " we delete it.",
                partnership=who,
            )
        )
    return str(
        _(
            "By saving an answer you agree that %(partnership)s uses it to put the panel together,"
            " and to see who is missing. We keep it for up to 3 years. You can change it until"
            " registration closes, and take your name back at any time: then we delete it.",
            partnership=who,
        )
    )


def support_consent() -> str:
    """What somebody agrees to by saying what would help them."""
    return str(
        _(
            "By saving this you agree that the people who prepare the meetings see it, and nobody"
            " else. It plays no part in who is chosen. We delete it after a year at the latest."
        )
    )


def shown_words(step: Step, panel: PanelRow) -> str:
    """All that somebody read before they answered a question, a line for each part."""
    return f"{step.title}\n{step.why}\n{effect_words(panel)}\n{consent_words(panel)}"
