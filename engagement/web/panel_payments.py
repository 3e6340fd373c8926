"""What doors share about paying members: amounts, the ways to be paid, what to know first."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import format_currency
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.panels.rules import PayBy
from engagement.sessions.payments import LineRow
from engagement.web.context import day
from engagement.web.kit import Choice, KitForm, RadiosField
from engagement.web.words import PAID_BY_TEXT, PAY_BY_TEXT


class PayForm(KitForm):
    """How somebody wants to be paid; never bank details."""

    pay_by = RadiosField(
        _l("How do you want to be paid?"),
        missing=_l("Choose how you want to be paid, or that you do not want to be"),
        hint=_l("You can change this later, for what is not paid yet."),
        choices=[
            Choice(PayBy.VOUCHER.value, PAY_BY_TEXT[PayBy.VOUCHER]),
            Choice(
                PayBy.FINANCE.value,
                PAY_BY_TEXT[PayBy.FINANCE],
                _l("They ask you for what they need. Do not give us your bank details here."),
            ),
            Choice(
                PayBy.NOTHING.value,
                PAY_BY_TEXT[PayBy.NOTHING],
                _l("You are a member like everybody else."),
            ),
        ],
    )


def pounds(pence: int) -> str:
    """An amount in words."""
    return str(format_currency(Decimal(pence) / 100, "GBP"))


def pay_words(pay_by: PayBy | None) -> Any:
    """How somebody is paid."""
    return PAID_BY_TEXT[pay_by] if pay_by else _("Not chosen yet")


def paid_words(line: LineRow) -> str:
    """Whether a line was paid."""
    if not line.is_to_be_paid:
        return str(_("Nothing to pay"))
    if line.paid_at is None:
        return str(_("Not paid yet"))
    return str(_("Paid on %(day)s", day=day(line.paid_at)))


def benefits_note() -> Sequence[str]:
    """What to know before one says yes to a seat that is paid, a sentence or two at a time."""
    return (
        _(
            "A payment may count as money you earned. It may change a benefit that depends on what"
            " you earn or have saved, such as Universal Credit."
        ),
        _(
            "Ask before you say yes. Ask the office that pays your benefit, or an advice service."
            " We can give you a letter that says what the payment is for."
        ),
        _(
            "You can be paid with a voucher, or take no payment at all. A voucher may count too, so"
            " ask about it as well."
        ),
        _("Whatever you choose, the seat is yours."),
    )
