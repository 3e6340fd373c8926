"""What is held about somebody, for themselves: on a page, and as a file of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from engagement.database import clock
from engagement.database.columns import DataClass
from engagement.database.tenancy import current_partnership_id
from engagement.extensions import Base, db
from engagement.panels.features import feature_of
from engagement.panels.models import Panel, PanelFeature
from engagement.panels.rules import PLACE
from engagement.partnerships.queries import partnership_by_key
from engagement.people.questions import BY_KEY
from engagement.places.models import Place
from engagement.rights.held import Held, held_about
from engagement.rights.ties import foreign_keys, reached

# What stands for a code, a word or a key of a session: nobody is shown it, its holder neither.
HELD = "held, and not shown"
# What a safeguarding lead wrote is given by a person who knows whether it is safe: whom it is about
# may be looking at the same screen.
READ_WITH_A_PERSON = {("safeguarding_note", "note")}
LINK = "[a link]"
_LINK = re.compile(r"https?://[^\s\"'<>]+")


@dataclass(frozen=True)
class Answer:
    """A question and its answer, in words."""

    question: Any
    answer: Any


@dataclass(frozen=True)
class OwnData:
    """All rows about one resident, and what it takes to say them in words.

    ``answers``: of the rows that hold an answer, by table and key. ``panels``: the public ids of
    their panels, by key.
    """

    rows: Sequence[Held]
    answers: Mapping[tuple[str, int], Answer]
    panels: Mapping[int, str]

    def of(self, table: str) -> list[Held]:
        """The rows of one table."""
        return [row for row in self.rows if row.table == table]


def own_data(resident_id: int) -> OwnData:
    """Everything that is held about a resident, without keys, codes and hashes."""
    rows = held_about(resident_id)
    registrations = {
        row.values["id"]: row.values["panel_id"] for row in rows if row.table == "registration"
    }
    panels, wordings = _panels(set(registrations.values()))
    places = _place_names(rows)
    answers: dict[tuple[str, int], Answer] = {}
    for row in rows:
        key, values = (row.table, row.values["id"]), row.values
        if row.table == "profile_answer" and (asked := BY_KEY.get(values["question"])):
            answers[key] = Answer(asked.title, asked.text_of(values["value"]))
        elif row.table == "registration_answer":
            panel, name = registrations[values["registration_id"]], values["feature"]
            feature = feature_of(name, wordings.get((panel, name)), places)
            answers[key] = Answer(feature.title, feature.text_of(values["value"]))
    return OwnData([_shown(row) for row in rows], answers, panels)


def _panels(keys: set[int]) -> tuple[dict[int, str], dict[tuple[int, str], Any]]:
    """The panels' public ids, and the words of the questions that are their own."""
    if not keys:
        return {}, {}
    found = db.session.execute(
        select(Panel.id, Panel.public_id, PanelFeature.key, PanelFeature.wording)
        .outerjoin(PanelFeature, PanelFeature.panel_id == Panel.id)
        .where(Panel.id.in_(keys))
    ).all()
    return (
        {row.id: row.public_id for row in found},
        {(row.id, row.key): row.wording for row in found if row.wording is not None},
    )


def _place_names(rows: Sequence[Held]) -> dict[str, str]:
    codes = {
        row.values["value"]
        for row in rows
        if row.table == "registration_answer" and row.values["feature"] == PLACE
    }
    if not codes:
        return {}
    found = db.session.execute(select(Place.code, Place.name).where(Place.code.in_(codes)))
    return {row.code: row.name for row in found}


def _shown(row: Held) -> Held:
    """The row with a word in place of each code and hash, and without links that let one in."""
    values = {
        name: HELD if value is not None and is_secret(row.table, name) else value
        for name, value in row.values.items()
    }
    if row.table == "message":
        values |= {name: _LINK.sub(LINK, values[name] or "") for name in ("text", "html")}
    return Held(row.table, row.about, values)


def is_secret(table: str, column: str) -> bool:
    """Whether a column holds what opens something, or a hash of it, or is read with a person."""
    if (table, column) in READ_WITH_A_PERSON:
        return True
    declared = Base.metadata.tables[table].c[column].info.get("personal")
    credential = declared is not None and declared.data_class is DataClass.CREDENTIAL
    return credential or column.endswith("_hash")


def is_key(table: str, column: str) -> bool:
    """Whether a column only joins rows, and tells nothing by itself."""
    return column == "id" or column in foreign_keys(table)


def own_file(resident_id: int) -> bytes:
    """Everything that is held about a resident, as JSON: for each table its rows."""
    held = own_data(resident_id)
    partnership = partnership_by_key(current_partnership_id())
    content = {
        "held_by": partnership.name if partnership else "",
        "made_at": clock.now().isoformat(timespec="seconds"),
        "held": {
            table: [_plain(held, row) for row in rows]
            for table in reached()
            if (rows := held.of(table))
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def _plain(held: OwnData, row: Held) -> dict[str, Any]:
    words = {"about": row.about} if row.about else {}
    if answer := held.answers.get((row.table, row.values["id"])):
        words |= {"question_in_words": str(answer.question), "answer_in_words": str(answer.answer)}
    return words | {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in row.values.items()
        if not is_key(row.table, name)
    }
