"""The words of an invitation: ours from what is settled for the panel, or what somebody made of
them, and their translations."""

from __future__ import annotations

from datetime import date

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy import delete, select

from engagement.audit.service import record
from engagement.database.clock import day_of
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.panels.models import InvitationWording
from engagement.panels.queries import PanelRow
from engagement.panels.service import Visible, panel_to_change
from engagement.prompts.languages import LANGUAGES


def wordings_of(panel_id: int) -> dict[str, str]:
    """The words that were written for a panel's letters, by language; English only where somebody
    changed ours."""
    rows = db.session.execute(
        select(InvitationWording.language, InvitationWording.text).where(
            InvitationWording.panel_id == panel_id
        )
    )
    found = {row.language: row.text for row in rows}
    return {language: found[language] for language in LANGUAGES if language in found}


@transactional
def set_wording(visible: Visible, panel: str, language: str, text: str) -> None:
    """Write a panel's letter in one language; without text, its English is ours again and another
    language is left out. Raises ``UnknownPanel``.
    """
    found = panel_to_change(visible, panel)
    db.session.execute(
        delete(InvitationWording).where(
            InvitationWording.panel_id == found.id, InvitationWording.language == language
        )
    )
    if text.strip():
        db.session.add(InvitationWording(panel_id=found.id, language=language, text=text.strip()))
    record("invitation.wording set", "panel", panel, facts={"language": language})


def our_words(panel: PanelRow, run_by: str) -> str:
    """The letter as we propose it; ``run_by`` names who convenes the panel."""
    parts = [_("Dear resident,"), *_what_it_is(panel)]
    parts += [_("# What it means to take part"), "\n".join(_what_it_means(panel))]
    parts += [_("# Who may put their name forward"), *_who_may(panel)]
    parts.append(
        _(
            "You decide whether you answer. If you do not, nothing changes for you; we may write"
            " once more. We keep your address for these letters only, and delete it within a year."
        )
    )
    parts.append(_("%(names)s run this together.", names=run_by))
    return "\n\n".join(parts)


def _what_it_is(panel: PanelRow) -> list[str]:
    size = ngettext(
        "We are looking for %(num)d person who lives here to think a question through together"
        " with others, before the NHS and the councils decide.",
        "We are looking for %(num)d people who live here to think a question through together,"
        " before the NHS and the councils decide.",
        panel.size,
    )
    if panel.is_random:
        size += " " + _("Your address was drawn by lot.")
    return [size, _("The question is: %(question)s", question=panel.remit)]


def _what_it_means(panel: PanelRow) -> list[str]:
    lines = [_("You need to know nothing about health care. What you have lived through counts.")]
    if when := _when(panel.starts_on, panel.ends_on):
        lines.insert(0, when)
    if panel.payment:
        lines.append(_("What you are paid: %(payment)s", payment=panel.payment))
    if panel.support:
        lines.append(_("What we can arrange for you: %(support)s", support=panel.support))
    return [f"- {' '.join(line.split())}" for line in lines]


def _when(begins: date | None, ends: date | None) -> str:
    said = ""
    if begins and ends:
        said = _("It runs from %(begins)s to %(ends)s.", begins=_day(begins), ends=_day(ends))
    elif begins:
        said = _("It begins on %(begins)s.", begins=_day(begins))
    return said


def _who_may(panel: PanelRow) -> list[str]:
    age = {
        (True, True): _(
            "Everybody aged %(least)d to %(most)d who lives at this address may put their name"
            " forward, each for themselves.",
            least=panel.least_age or 0,
            most=panel.most_age or 0,
        ),
        (True, False): _(
            "Everybody aged %(least)d or over who lives at this address may put their name"
            " forward, each for themselves.",
            least=panel.least_age or 0,
        ),
    }.get(
        (panel.least_age is not None, panel.most_age is not None),
        _("Everybody who lives at this address may put their name forward, each for themselves."),
    )
    said = [" ".join(filter(None, [age, panel.eligibility.strip()]))]
    if panel.is_random:
        said.append(
            _(
                "A second lottery then draws the panel from those who did, so that it looks like"
                " the people who live here."
            )
        )
    elif panel.is_drawn:
        said.append(_("A lottery then draws the panel from those who did."))
    if panel.registration_closes_at:
        said.append(_("Please answer by %(day)s.", day=_day(day_of(panel.registration_closes_at))))
    return said


def _day(day: date | None) -> str:
    shown: str = format_date(day, "d MMMM yyyy")
    return shown
