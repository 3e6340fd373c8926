"""The living page: every component and field, empty, filled and in error.

The public door routes it; whoever changes the look sees here what else changes.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from engagement.web.kit.charts import GroupedBarChart, Series, bar_chart
from engagement.web.kit.choices import CheckboxesField, Choice, RadiosField, SelectField
from engagement.web.kit.components import nhs
from engagement.web.kit.dates import DateField
from engagement.web.kit.fields import (
    CodeField,
    EmailField,
    FileField,
    PasswordField,
    TelephoneField,
    TextareaField,
    TextField,
    WholeNumberField,
)
from engagement.web.kit.forms import KitForm
from engagement.web.kit.pagination import Page
from engagement.web.kit.tables import Column, Link, Table

STATES = ("empty", "filled", "error")

NOT_SAYING = Choice("not-saying", _l("Prefer not to say"), apart=True)


class LivingForm(KitForm):
    """One field of each kind."""

    name = TextField(
        _l("What should we call you?"),
        hint=_l("Any name you like. You can use a first name only."),
        missing=_l("Enter a name"),
        autocomplete="given-name",
        width=20,
    )
    email = EmailField(_l("E-mail address"), missing=_l("Enter your e-mail address"))
    telephone = TelephoneField(
        _l("Telephone number"),
        hint=_l("Only if you want us to ring you."),
        missing=_l("Enter a telephone number"),
    )
    code = CodeField(
        _l("Code from your letter"),
        hint=_l("12 letters and numbers. Spaces and dashes do not matter."),
        missing=_l("Enter the code from your letter"),
    )
    password = PasswordField(_l("Password"), missing=_l("Enter your password"))
    seats = WholeNumberField(
        _l("Number of seats"), least=4, most=200, missing=_l("Enter the number of seats")
    )
    story = TextareaField(
        _l("What happened when you needed care?"),
        hint=_l("Please leave out names of other people."),
        missing=_l("Enter what happened"),
    )
    wording = TextareaField(
        _l("Your wording of the recommendation"),
        count=True,
        max_length=200,
        missing=_l("Enter your wording"),
    )
    age = RadiosField(
        _l("How old are you?"),
        hint=_l("We ask so that the panel has people of all ages."),
        missing=_l("Choose your age, or “Prefer not to say”"),
        choices=(
            Choice("16-29", _l("16 to 29")),
            Choice("30-49", _l("30 to 49")),
            Choice("50-plus", _l("50 or over"), hint=_l("There is no upper limit.")),
            NOT_SAYING,
        ),
    )
    ways = CheckboxesField(
        _l("How could you take part?"),
        hint=_l("Choose all that suit you."),
        missing=_l("Choose at least one way to take part, or “Prefer not to say”"),
        choices=(
            Choice("face", _l("Face to face"), hint=_l("We pay for travel and care at home.")),
            Choice("online", _l("Online")),
            Choice("phone", _l("By telephone")),
            NOT_SAYING,
        ),
    )
    meeting = DateField(
        _l("When is the meeting?"),
        hint=_l("For example, 27 3 2026"),
        subject=_l("Date of the meeting"),
        missing=_l("Enter the date of the meeting"),
    )
    place = SelectField(
        _l("Where do you live?"),
        prompt=_l("Choose a place"),
        missing=_l("Choose where you live"),
        choices=(
            ("north", _l("The north of the area")),
            ("south", _l("The south of the area")),
        ),
    )
    document = FileField(
        _l("Upload the notes"),
        hint=_l("A Word file or a PDF, up to 20 MB."),
        accept=(".docx", ".pdf"),
        missing=_l("Choose the file with the notes"),
    )


def living_form(state: str) -> LivingForm:
    """The form in a state of ``STATES``; any other is taken for the first."""
    if state == "filled":
        return LivingForm(
            formdata=None,
            name="Sam",
            email="sam@example.org",
            telephone="01632 960 001",
            code="K7MQ2RTX9PLA",
            seats=30,
            story="I rang four times.\nNobody could tell me when I would be seen.",
            wording="Tell people every four weeks how long they still have to wait.",
            age="30-49",
            ways=["face", "online"],
            meeting=date(2026, 3, 27),
            place="north",
        )
    if state == "error":
        wrong = {
            "email": "sam@",
            "telephone": "12",
            "seats": "many",
            "wording": "x" * 250,
            "ways": ["online", "not-saying"],
            "meeting-day": "27",
            "meeting-month": "3",
        }
        form = LivingForm(formdata=MultiDict(wrong), meta={"csrf": False})
        form.validate()
        return form
    return LivingForm(formdata=None)


def living_page(state: str) -> dict[str, Any]:
    """What the template ``kit/index.html`` shows, in a state of ``STATES``."""
    return {
        "state": state if state in STATES else STATES[0],
        "states": STATES,
        "form": living_form(state),
        "list_page": Page(items=range(20), number=7, size=20, total=400),
        "tables": _tables(),
        "charts": _charts(),
    }


def _tables() -> list[Table]:
    return [
        Table(
            name="sessions",
            caption=_("Sessions that stack on a narrow screen"),
            columns=(
                Column(_("Session")),
                Column(_("State")),
                Column(_("Seats"), numeric=True),
            ),
            rows=[
                [
                    Link(_("Getting care in time"), "#sessions", hidden=_("open the session")),
                    nhs.tag({"text": _("Open"), "colour": "green"}),
                    30,
                ],
                [_("Care at home"), nhs.tag({"text": _("Closed"), "colour": "grey"}), 1200],
            ],
        ),
        Table(
            name="figures",
            caption=_("Figures that scroll on a narrow screen"),
            narrow="scroll",
            columns=(
                Column(_("Place")),
                *(Column(str(year), numeric=True) for year in range(2018, 2027)),
            ),
            rows=[
                [_("North"), *range(1000, 1900, 100)],
                [_("South"), *range(2000, 2900, 100)],
            ],
        ),
        Table(
            name="nothing",
            caption=_("Drafts"),
            columns=(Column(_("Draft")),),
            rows=[],
            empty=_("There are no drafts yet."),
        ),
    ]


def _charts() -> list[Markup]:
    charts = (
        bar_chart(
            name="reached",
            title=_("Contributions by place"),
            description=_("Most came from the north. The figure for the west is not shown."),
            heading=_("Place"),
            measure=_("Contributions"),
            labels=(
                _("North"),
                _("South, with the villages along the river and the old harbour"),
                _("West"),
                _("East"),
            ),
            values=(1240, 310, None, 0),
        ),
        GroupedBarChart(
            name="panel",
            title=_("Does the panel look like the area?"),
            description=_(
                "Shares by age in the area, among those who registered and on the panel."
                " The panel is close to the area; young people registered half as often."
            ),
            heading=_("Age"),
            labels=(_("16 to 29"), _("30 to 49"), _("50 or over"), _("Did not say")),
            series=(
                Series(_("People in the area"), (24, 33, 43, 0)),
                Series(_("People who registered"), (12, 31, 55.5, 1.5)),
                Series(_("People on the panel"), (23.3, 33.3, 43.3, None)),
                Series(_("Target"), (23, 33, 44, 0)),
            ),
            unit="%",
        ),
        bar_chart(
            name="none",
            title=_("Replies by day"),
            description=_("No replies yet."),
            labels=(),
            values=(),
        ),
    )
    return [chart.__html__() for chart in charts]
