"""Use cases of forms on paper: making them, typing them twice, deciding between the two."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace

from sqlalchemy import delete, select

from engagement.accounts.credentials import keyed_hash, normalise_code
from engagement.audit.service import current_actor, record
from engagement.contributions.errors import TooLong
from engagement.contributions.models import Contribution
from engagement.contributions.rules import LONGEST, Channel, ConsentHow, clean
from engagement.contributions.service import Said, drop_words, take_in
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.paper.errors import (
    LateReasonNeeded,
    MistypedCode,
    NotForPaper,
    NothingToDecide,
    SecondPersonNeeded,
    TypedAlready,
    UnknownForm,
    WordsNeeded,
)
from engagement.paper.models import PaperBatch, PaperEntry, PaperForm
from engagement.paper.rules import (
    KINDS,
    MOST_FORMS,
    FormState,
    Outcome,
    Typed,
    differing,
    is_code,
    make_code,
)
from engagement.programmes.models import Activity, Programme
from engagement.programmes.rules import ParticipantKind, Status, status_of
from engagement.programmes.service import Visible, add_participant, programme_of

WORDING = "They ticked on the form that we may show their words to others, without their name."


@transactional
def make_forms(visible: Visible, programme: str, activity: str, count: int) -> str:
    """Make a batch of ``count`` forms (1 to 500) for an activity; returns its public id.

    Raises ``UnknownProgramme`` or ``NotForPaper``.
    """
    if not 1 <= count <= MOST_FORMS:
        raise ValueError("a batch has 1 to 500 forms")
    found = programme_of(visible, programme)
    row = db.session.scalars(
        select(Activity).where(Activity.programme_id == found.id, Activity.public_id == activity)
    ).one_or_none()
    if row is None or row.kind not in KINDS or row.published_at is None:
        raise NotForPaper(activity)
    batch = PaperBatch(activity_id=row.id, made_by=current_actor().id)
    db.session.add(batch)
    db.session.flush()
    codes: set[str] = set()
    while len(codes) < count:
        codes.add(make_code(secrets.choice))
    db.session.add_all(
        PaperForm(batch_id=batch.id, number=number, code=code)
        for number, code in enumerate(sorted(codes), 1)
    )
    record("paper.made", "paper_batch", batch.public_id, facts={"forms": count})
    return batch.public_id


@transactional
def type_form(
    visible: Visible, programme: str, code: str, typed: Typed, late_reason: str = ""
) -> FormState:
    """Keep what somebody typed of a form; returns where the form stands then.

    The second person's words are compared with the first's: the same, and they become one
    contribution. Raises ``UnknownProgramme``, ``MistypedCode``, ``UnknownForm``, ``WordsNeeded``,
    ``TooLong``, ``SecondPersonNeeded``, ``TypedAlready`` or ``LateReasonNeeded``.
    """
    form, activity = _form(visible, programme, code)
    typed = _plain(typed)
    entries = _entries(form)
    me = current_actor().id
    if form.done_at is not None or len(entries) == 2:
        raise TypedAlready(code)
    if any(entry.typed_by == me for entry in entries):
        raise SecondPersonNeeded(code)
    if not form.late_reason and not entries and _closed(activity):
        if not late_reason.strip():
            raise LateReasonNeeded(code)
        form.late_reason = late_reason.strip()
    form.returned_at = form.returned_at or clock.now()
    turn = 1 if 1 not in [entry.turn for entry in entries] else 2
    db.session.add(PaperEntry(form_id=form.id, turn=turn, typed_by=me, **asdict(typed)))
    form.state = FormState.TYPED_TWICE if entries else FormState.TYPED_ONCE
    record("paper.typed", "paper_form", form.public_id, facts={"turn": turn})
    if entries and not differing(_typed(entries[0]), typed):
        _agree(form, activity, _typed(entries[0]))
    return form.state


@transactional
def decide(
    visible: Visible, programme: str, code: str, choices: Mapping[str, str], other: Typed
) -> FormState:
    """Decide between what two people typed; returns where the form stands then.

    ``choices`` has for each field that differs "first", "second" or "other"; what ``other`` holds
    is taken for the last. Raises ``UnknownProgramme``, ``UnknownForm``, ``NothingToDecide``,
    ``WordsNeeded`` or ``TooLong``.
    """
    form, activity = _form(visible, programme, code)
    entries = _entries(form)
    if form.state is not FormState.TYPED_TWICE or len(entries) != 2:
        raise NothingToDecide(code)
    first, second = map(_typed, entries)
    from_where = {"first": first, "second": second, "other": other}
    names = differing(first, second)
    if {*names} - choices.keys() or {*choices.values()} - from_where.keys():
        raise NothingToDecide(code)
    chosen = {name: getattr(from_where[choices[name]], name) for name in names}
    final = _plain(replace(first, **chosen))
    form.decided = {name: choices[name] for name in names}
    form.decided_by = current_actor().id
    record("paper.decided", "paper_form", form.public_id, facts={"fields": form.decided})
    _agree(form, activity, final)
    return form.state


@transactional
def take_back(visible: Visible, programme: str, code: str) -> None:
    """Delete what a form said, typed or taken, as whoever holds its code asks.

    Raises ``UnknownProgramme``, ``MistypedCode`` or ``UnknownForm``.
    """
    form, activity = _form(visible, programme, code)
    db.session.execute(delete(PaperEntry).where(PaperEntry.form_id == form.id))
    taken = db.session.scalar(
        select(Contribution.public_id).where(
            Contribution.programme_id == activity.programme_id,
            Contribution.entry_key == _key(form.code),
            Contribution.text.is_not(None),
        )
    )
    if taken:
        drop_words(taken)
    form.state, form.done_at = FormState.TAKEN_BACK, clock.now()
    record("paper.taken back", "paper_form", form.public_id)


def _form(visible: Visible, programme: str, code: str) -> tuple[PaperForm, Activity]:
    found = programme_of(visible, programme)
    if not is_code(code):
        raise MistypedCode(code)
    # Two who send at once wait for each other here.
    row = db.session.execute(
        select(PaperForm, Activity)
        .join(PaperBatch, PaperBatch.id == PaperForm.batch_id)
        .join(Activity, Activity.id == PaperBatch.activity_id)
        .where(Activity.programme_id == found.id, PaperForm.code == normalise_code(code))
        .with_for_update(of=PaperForm)
    ).one_or_none()
    if row is None:
        raise UnknownForm(code)
    return row[0], row[1]


def _entries(form: PaperForm) -> list[PaperEntry]:
    return list(
        db.session.scalars(
            select(PaperEntry).where(PaperEntry.form_id == form.id).order_by(PaperEntry.turn)
        )
    )


def _typed(entry: PaperEntry) -> Typed:
    return Typed(
        entry.outcome, entry.words, entry.place, entry.speaker, entry.may_quote, entry.said_on
    )


def _plain(typed: Typed) -> Typed:
    if typed.outcome is not Outcome.FILLED:
        return Typed(typed.outcome)
    words = clean(typed.words)
    if not words:
        raise WordsNeeded
    if len(words) > LONGEST:
        raise TooLong(len(words))
    return replace(typed, words=words, place=" ".join(typed.place.split()))


def _closed(activity: Activity) -> bool:
    programme = db.session.get_one(Programme, activity.programme_id)
    now = clock.now()
    states = (
        status_of(programme.published_at, None, programme.closed_at, now),
        status_of(activity.published_at, activity.opens_at, activity.closes_at, now),
    )
    return Status.CLOSED in states


def _key(code: str) -> str:
    return keyed_hash("paper form", code)


def _agree(form: PaperForm, activity: Activity, typed: Typed) -> None:
    """Take what both typed, or was decided; what was typed is deleted then."""
    now = clock.now()
    form.done_at = now
    if typed.outcome is Outcome.FILLED:
        token = keyed_hash(f"paper of {activity.programme_id}", form.code)
        who = add_participant(activity.programme_id, ParticipantKind.PAPER, token)
        said = Said(
            typed.words,
            typed.place,
            typed.may_quote,
            consent_wording=WORDING if typed.may_quote else "",
            channel=Channel.PAPER,
            consent_how=ConsentHow.PAPER,
            speaker=typed.speaker,
            said_on=typed.said_on,
            received_on=clock.day_of(form.returned_at or now),
            key=_key(form.code),
        )
        take_in(activity, who, said)
        form.state = FormState.AGREED
    else:
        blank = typed.outcome is Outcome.BLANK
        form.state = FormState.BLANK if blank else FormState.SPOILED
    db.session.flush()
    db.session.execute(delete(PaperEntry).where(PaperEntry.form_id == form.id))
