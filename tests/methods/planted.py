"""Invented passages about four subjects, and about none: what each belongs to is known."""

from __future__ import annotations

from itertools import product

SUBJECTS = {
    "parking": (
        ["The car park", "Parking at the hospital", "Any parking space", "The parking machine"],
        ["costs too much money", "was full again", "took coins only", "needs more disabled bays"],
    ),
    "food": (
        ["The food on the ward", "Lunch on the menu", "Hot meals", "The vegetarian food menu"],
        ["tasted cold and bland", "arrived cold", "had no fresh fruit", "left meals untouched"],
    ),
    "appointments": (
        ["My GP appointment", "An appointment", "Each GP telephone call", "The GP receptionist"],
        ["went to voicemail", "took weeks to book", "was cancelled twice", "needed a morning ring"],
    ),
    "nurses": (
        ["The night nurse", "Every nurse we met", "A kind nurse", "Nurses and carers"],
        ["listened with patience", "explained my medicine", "held her hand kindly", "smiled at us"],
    ),
}  # fmt: skip


def passages() -> tuple[list[str], list[str]]:
    """64 passages, and the subject of each."""
    texts, subjects = [], []
    for subject, parts in SUBJECTS.items():
        for beginning, ending in product(*parts):
            texts.append(f"{beginning} {ending}.")
            subjects.append(subject)
    return texts, subjects
