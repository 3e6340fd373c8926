"""Forms on paper as PDF, with what is asked and how to hand them in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.contributions.rules import Speaker
from engagement.database.clock import day_of
from engagement.documents.letters import FormWords, Frame, Print, Sheet, Shown, forms_pdf
from engagement.messages.service import absolute_link
from engagement.programmes.queries import ActivityRow, ProgrammeRow
from engagement.prompts.queries import cards_of_activity
from engagement.web.context import day
from engagement.web.visits import current_partnership, present

ON_PAPER = (Speaker.RESIDENT, Speaker.CARER, Speaker.PROFESSIONAL, Speaker.ELECTED)
"""The roles that a form asks about: who speaks for others sends a letter, and is talked to."""
ROLE_TICKS = {
    Speaker.RESIDENT: _l("I live here, or use services here"),
    Speaker.CARER: _l("I look after somebody who does"),
    Speaker.PROFESSIONAL: _l("I work in health or care"),
    Speaker.ELECTED: _l("I am a councillor or MP"),
}
CONSENT_TICK = _l("Yes: show my words to others, without my name")


def print_forms(
    programme: ProgrammeRow, activity: ActivityRow, sheets: Sequence[Sheet], print_: Print
) -> bytes:
    """The forms of a batch as PDF. Raises ``CannotBePrinted``."""
    return forms_pdf(sheets, _frame(programme, activity), _words(programme, activity), print_)


def _frame(programme: ProgrammeRow, activity: ActivityRow) -> Frame:
    link = absolute_link(
        "public.programme", slug=current_partnership().slug, public_id=programme.public_id
    )
    today: date = day_of(present())
    return Frame(
        title=activity.title,
        sender=current_partnership().name,
        sender_address=programme.taking.contact_address,
        day=day(today),
        web=link.partition("://")[2],
        link=link,
        phone=programme.taking.contact_phone,
        number=_("Form"),
        picture=_("A code to scan, which leads to %(web)s", web=link),
        made_on=today,
    )


def _words(programme: ProgrammeRow, activity: ActivityRow) -> FormWords:
    address, phone = programme.taking.contact_address, programme.taking.contact_phone
    hand_in = [
        _("Post it to: %(address)s.", address=", ".join(address.splitlines())) if address else "",
        activity.offline_routes or programme.taking.offline_routes,
        _("Questions? Call %(phone)s.", phone=phone) if phone else "",
        _("Please send it by %(day)s.", day=day(activity.closes_at)) if activity.closes_at else "",
    ]
    return FormWords(
        language="en",
        text=activity.about,
        question=activity.prompt or programme.remit.question,
        shown=[
            Shown(card.title, card.plain_words, _("Source: %(source)s", source=card.source))
            for card in cards_of_activity(activity.id)
        ],
        write=_("Write in your own words. There is more room overleaf. No names, please."),
        more=_("More room to write"),
        place=_("Where do you live? A village, estate or part of town is enough."),
        date=_("Today’s date"),
        role=_("Who are you? Tick one."),
        roles=[str(text) for text in ROLE_TICKS.values()],
        consent=_("May we show your words to others? If you do not tick, we do not."),
        consents=[str(CONSENT_TICK)],
        hand_in=_("How to hand it in"),
        hand_in_text="\n".join(filter(None, hand_in)),
        online=_("Would you rather answer online?"),
        online_text=_(
            "Answer here instead, once. Keep the code of this form: with it you can take back what"
            " you wrote. It says nothing about who you are."
        ),
        code=_("Code"),
    )
