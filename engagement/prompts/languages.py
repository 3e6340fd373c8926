"""The languages that words are written in here: each in its own words, and as we call it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

ENGLISH = "en"
# By BCP 47 tag: English, then by our name of it, what many speak at home in England and Wales.
LANGUAGES = {
    ENGLISH: ("English", _l("English")),
    "ar": ("العربية", _l("Arabic")),
    "bn": ("বাংলা", _l("Bengali")),
    "zh": ("中文", _l("Chinese")),
    "cy": ("Cymraeg", _l("Welsh")),
    "fr": ("Français", _l("French")),
    "gu": ("ગુજરાતી", _l("Gujarati")),
    "hi": ("हिन्दी", _l("Hindi")),
    "it": ("Italiano", _l("Italian")),
    "ku": ("Kurdî", _l("Kurdish")),
    "lt": ("Lietuvių", _l("Lithuanian")),
    "ne": ("नेपाली", _l("Nepali")),
    "fa": ("فارسی", _l("Persian")),
    "pl": ("Polski", _l("Polish")),
    "pt": ("Português", _l("Portuguese")),
    "pa": ("ਪੰਜਾਬੀ", _l("Punjabi")),
    "ro": ("Română", _l("Romanian")),
    "ru": ("Русский", _l("Russian")),
    "so": ("Soomaali", _l("Somali")),
    "es": ("Español", _l("Spanish")),
    "ta": ("தமிழ்", _l("Tamil")),
    "tr": ("Türkçe", _l("Turkish")),
    "uk": ("Українська", _l("Ukrainian")),
    "ur": ("اردو", _l("Urdu")),
}
RIGHT_TO_LEFT = ("ar", "fa", "ur")
"""Which of them are written from right to left."""
