"""Quick logs, telephone calls and diaries, for looking at their pages."""

from __future__ import annotations

from tests.factories import Partnership, Programme, Resident
from tests.factories.chain import open_conversation, publish
from tests.factories.diaries import open_diary, write
from tests.journeys.corpus_scenes import Paths


def note_pages(place: Partnership, programme: Programme, *titles: str) -> Paths:
    """A programme with open conversations of these titles, and one more."""
    with place.inside():
        publish(programme)
        activities = [open_conversation(programme, one) for one in (*titles, "At the market")]
    here = {"public_id": programme.public_id}
    pages = ("quick_log", "quick_log_without_signal", "take_back_spoken", "telephone")
    return {
        **{f"facilitators.{page}": [here] for page in pages},
        "facilitators.telephone_call": [{**here, "activity_id": one} for one in activities],
    }


def diary_pages(
    place: Partnership, resident: Resident, programme: Programme, *entries: str
) -> Paths:
    """A diary that is open, in which a resident wrote these entries."""
    with place.inside():
        diary = open_diary(programme)
        for words in entries:
            write(diary, resident, words)
    here = {"public_id": programme.public_id, "activity_id": diary}
    pages = ("public.diary", "public.write_entry")
    return {page: [here] for page in pages}
