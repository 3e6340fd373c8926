"""What is wrong in a file, as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from engagement.documents.sheets import Fault
from engagement.web.kit import Column, Table

FAULTS_SHOWN = 200


def faults_table(faults: Sequence[Fault], *, caption_hidden: bool = False) -> Table:
    """The first faults of a file, row by row, with what stands there."""
    return Table(
        caption=_("What is wrong"),
        caption_hidden=caption_hidden,
        columns=[
            Column(_("Row"), numeric=True),
            Column(_("Column")),
            Column(_("What is wrong, and what to do")),
            Column(_("What stands there")),
        ],
        rows=[
            [fault.row, fault.column, _(fault.problem), fault.value]
            for fault in faults[:FAULTS_SHOWN]
        ],
        name="faults",
        first_is_heading=False,
    )
