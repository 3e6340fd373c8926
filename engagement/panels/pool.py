"""The pool that a panel is drawn from: who registered, as the lottery takes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from engagement.extensions import db
from engagement.methods.sortition.pool import Answers, Pool, Rules, Target, Targets
from engagement.panels.models import Registration, RegistrationAnswer, Seat
from engagement.panels.queries import FeatureRow, features_of
from engagement.panels.rules import SEATED


@dataclass(frozen=True)
class SortitionInput:
    """What the lottery is given.

    ``targets`` and ``pool`` name features and values in the words of the panel, so that what the
    methods explain reads well; ``ids``: the key of a registration by its id in the pool. Features
    without targets are left out: they would only tell people apart whom the targets do not.
    """

    targets: Targets
    pool: Pool
    ids: Mapping[str, int]


def standing(panel_id: int) -> tuple[ColumnElement[bool], ...]:
    """What makes a registration one of the pool: sent, and not taken back."""
    return (
        Registration.panel_id == panel_id,
        Registration.sent_at.is_not(None),
        Registration.withdrawn_at.is_(None),
    )


def sortition_input(panel_id: int) -> SortitionInput:
    """The targets of a panel and everybody who registered and stands.

    People come in the order of their pool ids, which says nothing about them. Who answered a
    question with "prefer not to say", or not at all, has ``None`` there.
    """
    names = _names([row for row in features_of(panel_id) if row.targets])
    people = db.session.execute(
        select(Registration.id, Registration.pool_id, Registration.household)
        .where(*standing(panel_id))
        .order_by(Registration.pool_id)
    ).all()
    given: dict[int, dict[str, str]] = {}
    for registration, feature, value in db.session.execute(
        select(
            RegistrationAnswer.registration_id, RegistrationAnswer.feature, RegistrationAnswer.value
        )
        .join(Registration, Registration.id == RegistrationAnswer.registration_id)
        .where(*standing(panel_id))
    ):
        given.setdefault(registration, {})[feature] = value
    return SortitionInput(
        Targets(
            tuple(
                Target(name.title, name.of[target.value], target.least, target.most)
                for name in names
                for target in name.row.targets
            )
        ),
        Pool(
            features=tuple(name.title for name in names),
            ids=tuple(person.pool_id for person in people),
            answers=tuple(_answers(names, given.get(person.id, {})) for person in people),
            households=tuple(person.household for person in people),
        ),
        {person.pool_id: person.id for person in people},
    )


@dataclass(frozen=True)
class _Name:
    """A feature with its title and its values in words, each of them one's own."""

    row: FeatureRow
    title: str
    of: Mapping[str, str]


def _names(rows: Sequence[FeatureRow]) -> list[_Name]:
    titles = _told_apart([row.feature.title for row in rows])
    named = []
    for row, title in zip(rows, titles, strict=True):
        values = {**row.feature.targets(), **{t.value: t.text for t in row.targets}}
        words = _told_apart(list(values.values()))
        named.append(_Name(row, title, dict(zip(values, words, strict=True))))
    return named


def _told_apart(texts: Sequence[Any]) -> list[str]:
    """The texts, with a number behind those that are there before."""
    taken: dict[str, None] = {}
    for text in map(str, texts):
        number, word = 1, text
        while word in taken:
            number += 1
            word = f"{text} ({number})"
        taken[word] = None
    return list(taken)


def _answers(names: Sequence[_Name], given: Mapping[str, str]) -> Answers:
    found = []
    for name in names:
        answer = given.get(name.row.feature.key)
        value = None if answer is None else name.row.feature.target_of(answer)
        found.append(None if value is None else name.of.get(value, value))
    return tuple(found)


def rules_of(panel_id: int) -> Rules:
    """Of those who stand: who holds or is offered a seat, and who gave one up."""
    rows = db.session.execute(
        select(Registration.pool_id, Seat.state)
        .join(Seat, Seat.registration_id == Registration.id)
        .where(*standing(panel_id))
    ).all()
    return Rules(
        seated=frozenset(row.pool_id for row in rows if row.state in SEATED),
        excluded=frozenset(row.pool_id for row in rows if row.state not in SEATED),
    )


def fingerprint(given: SortitionInput, rules: Rules) -> str:
    """What a draw was prepared from: it changes when an answer, a target or a seat does."""
    parts = [
        [[row.feature, row.value, row.least, row.most] for row in given.targets.rows],
        sorted((person.id, person.answers, person.household or "") for person in given.pool),
        sorted(rules.seated),
        sorted(rules.excluded),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
