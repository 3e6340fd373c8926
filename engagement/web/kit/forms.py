# mypy: allow-subclassing-any
"""The base of every form."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import ImmutableMultiDict

from engagement.web.kit.fields import FileField


class KitForm(FlaskForm):
    """A form of the kit's fields.

    Its token lives as long as the session; whether it has a token at all is the application's
    setting. Texts come without white space round them, as each field strips its own.
    """

    class Meta(FlaskForm.Meta):
        csrf_time_limit = None

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Show what was typed here before the session ended, where something was."""
            kept = g.get("kept_fields")
            if kept is not None and formdata is _Auto:
                return ImmutableMultiDict(kept)
            return super().wrap_formdata(form, formdata)

    @property
    def takes_files(self) -> bool:
        """Whether the form has to be posted in parts, since it has a file field."""
        return any(isinstance(field, FileField) for field in self)

    @property
    def has_errors(self) -> bool:
        """Whether anything is wrong with the answers."""
        return any(field.errors for field in self) or bool(self.form_errors)

    def refuse(self, field_name: str, message: Any) -> None:
        """Add an error that a service found, to the field that it is about."""
        field = self[field_name]
        field.errors = [*field.errors, message]

    def error_summary(self) -> dict[str, Any]:
        """The parameters of the error summary: one line for each field, linked to its input."""
        lines: list[dict[str, Any]] = [{"text": message} for message in self.form_errors]
        lines += [
            {"text": field.errors[0], "href": f"#{getattr(field, 'anchor', field.id)}"}
            for field in self
            if field.errors
        ]
        return {"heading": {"text": _("There is a problem")}, "errorList": lines}
