"""The first stage: a lottery over a list of addresses, looked at before letters are made of it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from engagement.audit.service import record
from engagement.database.columns import new_public_id
from engagement.database.transactions import transactional
from engagement.documents.sheets import LongTable, NotATable
from engagement.extensions import db
from engagement.files.errors import FileMissing
from engagement.files.service import expire_file, files_of, keep_file, open_file
from engagement.methods.sortition.errors import Fault, SelectionRefused
from engagement.methods.sortition.letters import (
    NAME,
    VERSION,
    Mailing,
    Stratum,
    draw_letters,
    plain_address,
)
from engagement.panels.addresses import (
    ListPlan,
    guess_address,
    headings_of,
    notes_on,
    plan_list,
    read_addresses,
    shown_stratum,
)
from engagement.panels.errors import BatchMadeMeanwhile, ListHasFaults, UnknownList
from engagement.panels.invitations import MOST_LETTERS, Drawn, make_letters
from engagement.panels.mailing import check_inviting, keep_codes
from engagement.panels.models import Invitation, InvitationBatch
from engagement.panels.queries import find_panel
from engagement.panels.service import Visible, panel_to_change

LIST_WAITS = timedelta(days=1)
USUAL_LINES = {"name", "address", "street", "town", "city", "county", "postcode"} | {
    f"{word}{gap}{number}"
    for word in ("line", "address", "address line")
    for gap in ("", " ", "_")
    for number in range(1, 6)
}


@transactional
def put_list(visible: Visible, panel: str, name: str, content: bytes) -> str:
    """Take a list of addresses to look at, for a day; returns its id. Nobody is invited yet.

    Raises ``UnknownPanel``, ``NotATable`` or ``SelectionRefused``.
    """
    panel_to_change(visible, panel)
    headings_of(LongTable(io.BufferedReader(io.BytesIO(content)), name))
    # Two lists of one name wait beside each other.
    kept = keep_file(panel, f"{new_public_id()} {name[:200]}", "text/csv", [content], LIST_WAITS)
    record("invitation.list put", "panel", panel)
    return kept.public_id


@contextmanager
def waiting_list(panel: str, list_id: str) -> Iterator[LongTable]:
    """A list that waits, to be read. Raises ``UnknownList``."""
    kept = next((row for row in files_of(panel) if row.public_id == list_id), None)
    if kept is None:
        raise UnknownList(list_id)
    try:
        with open_file(list_id)[1] as stream:
            yield LongTable(stream, kept.name.partition(" ")[2])  # type: ignore[arg-type]
    except FileMissing as error:
        raise UnknownList(list_id) from error


@dataclass(frozen=True)
class Reading:
    """How a list is read, and what is drawn from it. ``address`` and ``strata``: headings;
    ``boosts``: such as decile=1:3; ``communal``: parts of addresses of hostels, homes and the
    like, whose people are no household."""

    address: tuple[str, ...]
    strata: tuple[str, ...]
    boosts: tuple[str, ...]
    letters: int
    seed: str
    communal: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lottery:
    """What a lottery gives, or all that is in its way (``faults``, then nothing is drawn).

    ``batches``: how many the panel had before it; ``unmatched``: communal addresses that none of
    the addresses drawn holds.
    """

    faults: tuple[Fault, ...] = ()
    batches: int = 0
    addresses: int = 0
    merged: int = 0
    invited: int = 0
    strata_columns: tuple[str, ...] = ()
    strata: tuple[Stratum, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    unmatched: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    record: Mapping[str, Any] | None = None

    @property
    def communal(self) -> int:
        """How many letters go to communal addresses."""
        return sum(one.communal for one in self.drawn)


def columns_of(source: LongTable) -> tuple[list[str], list[str]]:
    """The headings of a list, and those that most likely make the address on an envelope."""
    headings = headings_of(source)
    named = [place for place, heading in enumerate(headings) if heading]
    guessed = guess_address(headings, [])
    if len(guessed) <= 1 or guessed == list(range(len(headings))):
        guessed = [at for at in named if headings[at].casefold() in USUAL_LINES]
    return [headings[at] for at in named], [headings[at] for at in sorted(guessed)]


def hold_lottery(panel_id: int, source: LongTable, reading: Reading) -> Lottery:
    """Draw the addresses that get a letter, and change nothing; all faults come together."""
    faults: list[Fault] = []
    plan = None
    try:
        plan = plan_list(
            source,
            reading.boosts,
            strata=reading.strata,
            address_columns=reading.address,
            boosts_from="boosts",
        )
        rows = read_addresses(source, plan.address, plan.strata, faults=faults)
        mailing = draw_letters(
            rows,
            reading.letters,
            reading.seed,
            name=source.name,
            columns=plan.under(plan.strata),
            boosts=plan.boosts,
            invited=_invited_before(panel_id),
        )
    except SelectionRefused as refused:
        if plan is None:
            headings = headings_of(source)
            address = [headings.index(name) for name in reading.address if name in headings]
            for _row in read_addresses(source, address, (), faults=faults):
                pass
        known = {(fault.row, fault.column, fault.problem) for fault in faults}
        faults += [f for f in refused.faults if (f.row, f.column, f.problem) not in known]
    except NotATable as error:
        faults.append(Fault(source.name, 0, "", str(error)))
    if faults:
        return Lottery(faults=tuple(sorted(faults, key=lambda fault: fault.row)))
    assert plan is not None
    return _drawn(panel_id, source, plan, mailing, reading)


def _invited_before(panel_id: int) -> list[str]:
    return list(
        db.session.scalars(
            select(Invitation.address)
            .join(InvitationBatch, InvitationBatch.id == Invitation.batch_id)
            .where(InvitationBatch.panel_id == panel_id, Invitation.address != "")
        )
    )


def _drawn(
    panel_id: int, source: LongTable, plan: ListPlan, mailing: Mailing, reading: Reading
) -> Lottery:
    columns = tuple(plan.under(plan.strata))
    communal = {line: f" {plain_address(line).decode()} " for line in reading.communal}
    matched: set[str] = set()
    drawn: list[Drawn] = []
    strata = dict(zip(mailing.rows.tolist(), mailing.stratum_of.tolist(), strict=True))
    for number, cells in source.rows():
        if number not in strata:
            continue
        stratum = mailing.strata[strata[number]]
        lines = [cells[at].strip() for at in plan.address if at < len(cells)]
        address = "\n".join(filter(None, lines))
        plain = f" {plain_address(address).decode()} "
        homes = {line for line, part in communal.items() if part.strip() and part in plain}
        matched |= homes
        values = dict(zip(columns, stratum.values, strict=True))
        drawn.append(Drawn(address, values, str(stratum.probability), bool(homes)))
    addresses = sum(stratum.addresses for stratum in mailing.strata)
    notes = tuple(notes_on(plan, mailing))
    return Lottery(
        batches=count_batches(panel_id),
        addresses=addresses,
        merged=mailing.merged,
        invited=mailing.invited,
        strata_columns=columns,
        strata=mailing.strata,
        drawn=tuple(drawn),
        unmatched=tuple(line for line in reading.communal if line not in matched),
        notes=notes,
        record={
            "method": NAME,
            "version": VERSION,
            "seed": reading.seed,
            "letters": reading.letters,
            "addresses": addresses,
            "file_sha256": source.sha256,
            "address_columns": plan.under(plan.address),
            "strata_columns": list(columns),
            "rows_merged": mailing.merged,
            "invited_before": mailing.invited,
            "strata": [shown_stratum(stratum) for stratum in mailing.strata],
            "notes": list(notes),
        },
    )


def count_batches(panel_id: int) -> int:
    """How many batches a panel has."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(InvitationBatch)
            .where(InvitationBatch.panel_id == panel_id)
        )
        or 0
    )


def make_batch(visible: Visible, panel: str, list_id: str, reading: Reading, after: int) -> str:
    """Hold the lottery again and make its letters; returns the batch.

    ``after``: how many batches there were when somebody looked at it. Raises ``UnknownList``,
    ``ListHasFaults``, ``BatchMadeMeanwhile``, ``CannotInvite`` or ``UnknownPanel``.
    """
    found = find_panel(visible, panel)
    if found is None:
        raise UnknownList(list_id)
    with waiting_list(panel, list_id) as source:
        lottery = hold_lottery(found.id, source, reading)
    if lottery.faults or len(lottery.drawn) > MOST_LETTERS:
        raise ListHasFaults
    return _make_batch(visible, panel, lottery, list_id, after)


@transactional
def _make_batch(visible: Visible, panel: str, lottery: Lottery, list_id: str, after: int) -> str:
    locked = panel_to_change(visible, panel)
    if count_batches(locked.id) != after or lottery.batches != after:
        raise BatchMadeMeanwhile
    found = find_panel(visible, panel)
    assert found is not None
    check_inviting(found)
    assert lottery.record is not None
    batch, letters = make_letters(
        visible,
        panel,
        lottery.drawn,
        seed=str(lottery.record["seed"]),
        addresses=lottery.addresses,
        drawn_by=lottery.record,
    )
    keep_codes(batch, letters)
    expire_file(list_id)  # it is not needed any more
    return batch
