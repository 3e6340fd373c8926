"""Files of contributions with broken rows, of which the good ones were taken."""

from __future__ import annotations

from dataclasses import replace

from engagement.contributions.importing import import_file, put_file
from engagement.contributions.table import Part
from engagement.programmes.rules import ActivityKind
from tests.factories import Programme
from tests.factories.chain import READING

COLUMNS = {Part.TEXT: "comment", Part.SAID_ON: "when"}


def take_good_rows(programme: Programme, name: str, content: bytes) -> str:
    """Take what can be read of a file with the columns "comment" and "when"; its public id."""
    key = put_file(None, programme.public_id, name, content)
    reading = replace(READING, columns=COLUMNS)
    import_file(None, programme.public_id, key, reading, ActivityKind.SURVEY_WAVE, good_only=True)
    return key
