"""The questions of a panel as forms: one alone, where somebody lives, what helps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.panels.features import Feature, answers_for
from engagement.panels.joining import Told
from engagement.panels.queries import PanelRow, area_codes
from engagement.panels.rules import DEPRIVATION, PLACE
from engagement.panels.support import KINDS, Support, read, written
from engagement.people.questions import BY_KEY, PREFER_NOT_TO_SAY
from engagement.places.errors import InvalidPostcode, PostcodesNotImported, UnknownPostcode
from engagement.places.queries import has_postcodes, resolve_postcode, small_areas_of
from engagement.web.kit import (
    CheckboxesField,
    Choice,
    KitForm,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
)
from engagement.web.panel_pages import NOT_SAID, Step


class QuestionForm(KitForm):
    """One question; its words and choices are the panel's."""

    answer = RadiosField(
        "", missing=_l("Choose an answer, or choose “Prefer not to say”"), choices=[]
    )


def choices_of(panel: PanelRow, feature: Feature) -> list[Choice]:
    """The answers that are on offer, with a way not to say."""
    hints = {choice.value: choice.hint for choice in _known_choices(feature.key)}
    offered = answers_for(feature, panel.least_age, panel.most_age)
    return [
        *(Choice(value, text, hint=hints.get(value)) for value, text in offered.items()),
        Choice(PREFER_NOT_TO_SAY, NOT_SAID, apart=True),
    ]


def _known_choices(key: str) -> Sequence[Any]:
    return BY_KEY[key].choices if key in BY_KEY else ()


def question_form(panel: PanelRow, step: Step, answer: str | None) -> QuestionForm:
    """The form of one question."""
    form = QuestionForm(data={"answer": answer})
    form.answer.label.text = step.title
    form.answer.choices = choices_of(panel, step.features[0])
    return form


class WhereForm(KitForm):
    """Where somebody lives, told in one of the ways that can be offered."""

    postcode = TextField(
        _l("Your postcode"),
        hint=_l("We look up the area that it is in and forget the postcode at once."),
        max_length=10,
        width=10,
        autocomplete="postal-code",
        spellcheck=False,
    )
    area = SelectField(_l("The part where you live"), prompt=_l("Choose from the list"))
    withheld = CheckboxesField(
        _l("If you would rather not tell us"), choices=[Choice(PREFER_NOT_TO_SAY, NOT_SAID)]
    )


def where_form(panel: PanelRow, step: Step) -> WhereForm:
    """The form with the ways that this partnership can offer: a postcode, a list, not to say."""
    form = WhereForm()
    limit_where(form, panel, step)
    return form


def limit_where(form: WhereForm, panel: PanelRow, step: Step) -> None:
    """Leave the ways of telling where somebody lives that this partnership can offer."""
    by_postcode = has_postcodes()
    places = {code: name for one in step.features if one.key == PLACE for code, name in _named(one)}
    if not places and not by_postcode:
        places = {
            area.lsoa_code: area.text for code in area_codes(panel.id) for area in _small(code)
        }
    form.area.choices = list(places.items())
    if not by_postcode:
        del form.postcode
    if not places:
        del form.area
    elif by_postcode:
        form.area.label.text = _("Or choose the part where you live")
        if any(one.key == DEPRIVATION for one in step.features):
            form.area.hint = _(
                "From this we cannot tell how deprived the area is. You then count towards no"
                " group for that."
            )


def _named(feature: Feature) -> list[tuple[str, str]]:
    return [(code, str(name)) for code, name in feature.choices.items()]


@dataclass(frozen=True)
class _Area:
    lsoa_code: str
    text: str


def _small(code: str) -> list[_Area]:
    return [_Area(area.code, f"{area.ward}: {area.name}") for area in small_areas_of(code)]


def tells_where(form: WhereForm) -> bool:
    """Whether anything was entered about where somebody lives."""
    return any(name in form and form[name].data for name in ("postcode", "area", "withheld"))


def where_told(form: WhereForm) -> Told | None:
    """What a valid form tells; ``None`` where it tells nothing or too much, with the error."""
    postcode = form.postcode.data if "postcode" in form else ""
    area = form.area.data if "area" in form else ""
    first = next(name for name in ("postcode", "area", "withheld") if name in form)
    given = [bool(postcode), bool(area), bool(form.withheld.data)]
    if sum(given) != 1:
        form.refuse(
            first,
            _("Tell us in one way only, or choose “Prefer not to say” alone")
            if any(given)
            else _("Tell us where you live, or choose “Prefer not to say”"),
        )
        return None
    if area:
        return Told(lsoa_code=area) if area[1:3] == "01" else Told(place_code=area)
    if not postcode:
        return Told()
    try:
        return Told(lsoa_code=resolve_postcode(postcode).lsoa_code)
    except (InvalidPostcode, UnknownPostcode, PostcodesNotImported):
        form.refuse("postcode", _("Enter a full postcode, like RB1 2AA"))
        return None


def refuse_where(form: WhereForm) -> None:
    """Say that where somebody lives is not a part of what the panel is for."""
    form.refuse(
        "postcode" if "postcode" in form else "area",
        _(
            "This is not in the area that the panel is for. Check it, or call us if you think"
            " that it is"
        ),
    )


class SupportForm(KitForm):
    """What helps somebody take part; nothing of it is needed."""

    kinds = CheckboxesField(
        _l("Choose all that would help"),
        choices=[Choice(kind, _l(text)) for kind, text in KINDS.items()],
    )
    companion = TextField(
        _l("Somebody who comes with you (optional)"),
        hint=_l("A supporter, a carer or your own interpreter. Say who, not their name."),
        max_length=200,
        autocomplete="off",
    )
    words = TextareaField(
        _l("Anything else, in your own words (optional)"), lines=3, max_length=1000
    )


def support_form(needs: str) -> SupportForm:
    """The form with what was told before."""
    told = read(needs)
    return SupportForm(data={"kinds": told.kinds, "companion": told.companion, "words": told.words})


def support_told(form: SupportForm) -> str:
    """The text that is kept."""
    return written(
        Support(tuple(form.kinds.data), form.companion.data or "", form.words.data or "")
    )
