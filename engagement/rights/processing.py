"""The record of processing and a draft of the impact assessment, from what the columns declare.

Whoever changes the tables writes them anew; a test fails until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engagement.database.columns import Basis, DataClass, Personal, Then
from engagement.rights.purposes import PURPOSES
from engagement.rights.retention import declared_columns

COMMAND = "engagement processing write"
# What can happen with data of a class, and what is done against it.
RISKS: Mapping[DataClass, Sequence[tuple[str, str]]] = {
    DataClass.IDENTITY: (
        (
            "Somebody learns who takes part, or who said what.",
            "What people say stands under a random number. One table ties numbers to people; only"
            " the person's own pages read it, and it can be erased alone.",
        ),
        (
            "Staff of another partnership see them.",
            "Every query is filtered by partnership in one place, and keys of rows hold to it.",
        ),
    ),
    DataClass.CONTACT: (
        (
            "Somebody is reached who did not want to be, or in a way that endangers them.",
            "Nothing is required; people choose how they are reached, or that they are not.",
        ),
        (
            "A message shows another person's data.",
            "Two residents with one address get no link by e-mail; messages are shown to whom they"
            " name alone.",
        ),
    ),
    DataClass.CREDENTIAL: (
        (
            "Somebody comes in as another person.",
            "Codes, tokens and passwords are kept as hashes, keys of apps sealed; they expire, can"
            " be stopped, and tries are limited. Staff need a second factor.",
        ),
    ),
    DataClass.SPECIAL: (
        (
            "Health, ethnic group or religion of a person becomes known.",
            "An answer is kept only with consent to the exact words shown, apart from what the"
            " person says. “Prefer not to say” is always there. Small counts are hidden, and so is"
            " what they could be reckoned from.",
        ),
        (
            "An answer is used after its consent was withdrawn.",
            "It is deleted with the consent, in one step; a draw that is not drawn yet is void.",
        ),
    ),
    DataClass.BEHAVIOUR: (
        (
            "People are watched.",
            "No trackers, and no page asks another host for anything. What is noted of use is what"
            " a session and a limit on contacts need.",
        ),
    ),
    DataClass.WORDS: (
        (
            "Words give their author away.",
            "They are quoted only where the person agreed, and never beside a place or a trait."
            " They can be taken back.",
        ),
    ),
}
TO_FILL_IN = (
    "Who was asked: residents, Healthwatch, the data protection officer, and what they said.",
    "How likely and how grave each risk is here, and what is left of it.",
    "Who processes on behalf of the partnership (hosting, printing, e-mail), under which contract.",
    "How long copies of the database are kept, and where.",
    "Who signs, and when this is looked at again.",
)
Column = tuple[str, str, Personal]


def record_of_processing() -> str:
    """Each table with something personal: what it is for, of whom, and each column's terms."""
    lines = [
        "# Record of processing",
        "",
        f"Written by `{COMMAND}` from what the tables declare. Do not change it by hand.",
        "The controller is the partnership whose rows they are, or the organisation that leads.",
    ]
    for table, columns in _by_table():
        purpose = PURPOSES[table]
        lines += [
            "",
            f"## {table}",
            "",
            f"- **For:** {purpose.text}.",
            f"- **About:** {purpose.whose}.",
            f"- **Seen by:** {purpose.seen_by}.",
            "",
            *_table(
                ("Column", "What it is", "Lawful basis", "Kept for", "Then"),
                (
                    (column, declared.data_class, declared.basis, *_kept(declared))
                    for _, column, declared in columns
                ),
            ),
        ]
    return "\n".join(lines) + "\n"


def impact_assessment() -> str:
    """A draft of the data protection impact assessment: what the tables tell, and what they
    cannot."""
    declared = declared_columns()
    lines = [
        "# Data protection impact assessment: draft",
        "",
        f"Written by `{COMMAND}` from what the tables declare. Copy it, and fill in what only you"
        " know; this file is written anew.",
        "",
        "## What is held",
        "",
        f"{len(declared)} personal columns in {len(_by_table())} tables. Each with its terms is in"
        " the record of processing.",
        "",
        *_table(
            ("What it is", "Columns", "Tables", "Lawful basis", "Longest kept"),
            (_class_row(kind, declared) for kind in DataClass if _of(kind, declared)),
        ),
        "",
        "## Why an assessment is needed",
        "",
        *_reasons(declared),
        "",
        "## Risks, and what is done",
        "",
        *_table(
            ("What it is", "Risk", "What is done"),
            (
                (kind, risk, done)
                for kind in DataClass
                if _of(kind, declared)
                for risk, done in RISKS[kind]
            ),
        ),
        "",
        "## For you to fill in",
        "",
        *(f"- [ ] {line}" for line in TO_FILL_IN),
    ]
    return "\n".join(lines) + "\n"


FILES = {
    "record-of-processing.md": record_of_processing,
    "impact-assessment.md": impact_assessment,
}


def _by_table() -> list[tuple[str, list[Column]]]:
    tables: dict[str, list[Column]] = {}
    for one in declared_columns():
        tables.setdefault(one[0], []).append(one)
    return list(tables.items())


def _of(kind: DataClass, declared: Iterable[Column]) -> list[Column]:
    return [one for one in declared if one[2].data_class is kind]


def _class_row(kind: DataClass, declared: Iterable[Column]) -> tuple[str, ...]:
    found = _of(kind, declared)
    bases = [basis for basis in Basis if any(one[2].basis is basis for one in found)]
    longest = max(found, key=lambda one: one[2].retention.days)[2]
    return (
        kind,
        str(len(found)),
        ", ".join(dict.fromkeys(table for table, _, _ in found)),
        ", ".join(bases),
        _period(longest.retention.days),
    )


def _reasons(declared: Iterable[Column]) -> list[str]:
    special = dict.fromkeys(table for table, _, _ in _of(DataClass.SPECIAL, declared))
    reasons = ["- People are asked who are served worst, and may be in need of protection."]
    if special:
        reasons.append(f"- Special categories are held of many people: {', '.join(special)}.")
    return reasons


def _kept(declared: Personal) -> tuple[str, str]:
    retention = declared.retention
    then = "row deleted" if retention.then is Then.DELETE else "column emptied"
    return f"{_period(retention.days)} from {retention.since}", then


def _period(days: int) -> str:
    years, rest = divmod(days, 365)
    count, unit = (days, "day") if rest or not years else (years, "year")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
