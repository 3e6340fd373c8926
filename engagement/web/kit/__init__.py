"""The look: components of the design system, form fields, tables, charts, lists in pages."""

from engagement.web.kit.amounts import PoundsField, TimeField
from engagement.web.kit.charts import GroupedBarChart, Series, bar_chart
from engagement.web.kit.choices import CheckboxesField, Choice, RadiosField, SelectField
from engagement.web.kit.components import nhs
from engagement.web.kit.dates import DateField
from engagement.web.kit.facts import Fact, facts
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
from engagement.web.kit.pages import init_kit, page_title, render_alone
from engagement.web.kit.pagination import NoSuchPage, Page, page_number
from engagement.web.kit.tables import Column, Link, Table

__all__ = [
    "CheckboxesField",
    "Choice",
    "CodeField",
    "Column",
    "DateField",
    "EmailField",
    "Fact",
    "FileField",
    "GroupedBarChart",
    "KitForm",
    "Link",
    "NoSuchPage",
    "Page",
    "PasswordField",
    "PoundsField",
    "RadiosField",
    "SelectField",
    "Series",
    "Table",
    "TelephoneField",
    "TextField",
    "TextareaField",
    "TimeField",
    "WholeNumberField",
    "bar_chart",
    "facts",
    "init_kit",
    "nhs",
    "page_number",
    "page_title",
    "render_alone",
]
