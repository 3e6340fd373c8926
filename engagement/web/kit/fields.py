# mypy: allow-subclassing-any
"""Form fields: WTForms' parsing, the design system's rendering.

Each field takes its ``label``, a ``hint``, and ``missing``: the error when it is left empty, in the
words that tell what to do ("Enter your name"). Without ``missing`` the answer is optional, and the
other validators run only when there is one. ``{{ form.name(as_heading=True) }}`` makes the label
the heading of the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from wtforms import Field
from wtforms.validators import StopValidation, ValidationError

from engagement.web.kit.components import nhs

Text = Any
"""A text or a lazily translated one."""
Validator = Callable[[Any, Any], None]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TELEPHONE = re.compile(r"\+?[0-9]{7,15}")


class _Presence:
    """Stops at an empty answer: with the field's ``missing`` error, or in peace without one."""

    def __call__(self, form: Any, field: KitField) -> None:
        if not field.is_blank():
            return
        field.errors = []
        raise StopValidation(str(field.missing) if field.missing else None)


class KitField(Field):
    """What every field has in common.

    ``width`` is in characters (2, 3, 4, 5, 10, 20 or 30); ``classes`` are further CSS classes.
    """

    component: ClassVar[str]
    blank: ClassVar[Any] = ""
    grouped: ClassVar[bool] = False
    """Whether a fieldset with a legend goes round the inputs."""

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        hint: Text | None = None,
        missing: Text | None = None,
        width: int | None = None,
        classes: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, [_Presence(), *validators], **options)
        self.hint = hint
        self.missing = missing
        self.width = width
        self.classes = classes

    def is_blank(self) -> bool:
        """Whether no answer was given."""
        return not self.data

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the answer from what was posted; what was not posted is blank."""
        self.data = self.parse(valuelist[0]) if valuelist else self.blank

    def parse(self, text: str) -> Any:
        """The answer as typed, made into the field's data."""
        return text

    def shown(self) -> Text | None:
        """What the input shows: what was typed, even when it is wrong."""
        return self.data

    @property
    def anchor(self) -> str:
        """The id of the input that the error summary links to."""
        return str(self.id)

    def __call__(
        self,
        *,
        as_heading: bool = False,
        caption: Text | None = None,
        label_size: str | None = None,
        **more: Any,
    ) -> Markup:
        """Render the field.

        ``as_heading`` makes the label the page's ``h1``, with ``caption`` above it;
        ``label_size`` is ``s``, ``m``, ``l`` or ``xl``; ``more`` are parameters of the component.
        """
        label = {
            "text": self.label.text,
            "size": label_size or ("l" if as_heading else "s"),
            "isPageHeading": as_heading or None,
            "caption": {"text": caption} if caption else None,
        }
        return getattr(nhs, self.component)({**self.params(label), **more})  # type: ignore[no-any-return]

    def params(self, label: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of the component."""
        params: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "hint": {"text": self.hint} if self.hint else None,
            "errorMessage": self.error_message(),
            "width": self.width,
            "classes": self.classes,
        }
        if self.grouped:
            return {**params, "fieldset": {"legend": label}, "idPrefix": self.id, "id": None}
        return {**params, "label": label}

    def error_message(self) -> dict[str, Text] | None:
        """The first error as the components take it; one at a time is enough to mend."""
        if not self.errors:
            return None
        return {"text": self.errors[0], "visuallyHiddenText": _("Error")}


class TextField(KitField):
    """One line of text, without white space round it.

    ``max_length`` is in characters; ``inputmode``, ``autocomplete`` and ``spellcheck`` are HTML's.
    """

    component = "input"
    input_type: ClassVar[str] = "text"

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        max_length: int = 255,
        autocomplete: str | None = None,
        inputmode: str | None = None,
        spellcheck: bool | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.max_length = max_length
        self.autocomplete = autocomplete
        self.inputmode = inputmode
        self.spellcheck = spellcheck

    def parse(self, text: str) -> Any:
        return _CONTROL.sub("", text).strip()

    def pre_validate(self, form: Any) -> None:
        if isinstance(self.data, str) and len(self.data) > self.max_length:
            raise StopValidation(
                _(
                    "%(label)s must be %(count)d characters or fewer",
                    label=self.label.text,
                    count=self.max_length,
                )
            )

    def params(self, label: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **super().params(label),
            "type": self.input_type,
            "value": self.shown(),
            "autocomplete": self.autocomplete,
            "inputmode": self.inputmode,
            "spellcheck": self.spellcheck,
        }


class EmailField(TextField):
    """An e-mail address; its form is checked, not whether it exists."""

    input_type = "email"

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        autocomplete: str = "email",
        **options: Any,
    ) -> None:
        options = {"spellcheck": False, "max_length": 254, **options}
        super().__init__(label, validators, autocomplete=autocomplete, **options)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.is_blank():
            return
        # Imported here because most processes' first pages have no such field.
        from email_validator import EmailNotValidError, validate_email

        try:
            validate_email(self.data, check_deliverability=False)
        except EmailNotValidError as error:
            raise ValidationError(
                _("Enter an e-mail address in the correct format, like name@example.com")
            ) from error


class TelephoneField(TextField):
    """A telephone number, kept as typed; 7 to 15 digits with spaces, dashes and brackets."""

    input_type = "tel"

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        autocomplete: str = "tel",
        **options: Any,
    ) -> None:
        options = {"max_length": 30, "width": 20, **options}
        super().__init__(label, validators, autocomplete=autocomplete, **options)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.is_blank() and not _TELEPHONE.fullmatch(re.sub(r"[\s().-]", "", self.data)):
            raise ValidationError(
                _("Enter a telephone number, like 01632 960 001 or +44 808 157 0192")
            )


class WholeNumberField(TextField):
    """A whole number; ``data`` is an ``int`` or ``None``. ``least`` and ``most`` are included."""

    blank = None

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        least: int | None = None,
        most: int | None = None,
        **options: Any,
    ) -> None:
        options = {"inputmode": "numeric", "width": 5, "max_length": 18, **options}
        super().__init__(label, validators, **options)
        self.least = least
        self.most = most

    def is_blank(self) -> bool:
        return self.data is None

    def parse(self, text: str) -> Any:
        typed = super().parse(text)
        digits = typed.replace(",", "").replace(" ", "")
        # Python would also take digits of other scripts and underscores.
        return int(digits) if re.fullmatch(r"-?[0-9]{1,18}", digits) else typed or None

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            return
        name = self.label.text
        if not isinstance(self.data, int):
            raise StopValidation(_("%(label)s must be a whole number, like 30", label=name))
        if self.least is not None and self.data < self.least:
            raise StopValidation(
                _("%(label)s must be %(least)d or more", label=name, least=self.least)
            )
        if self.most is not None and self.data > self.most:
            raise StopValidation(
                _("%(label)s must be %(most)d or fewer", label=name, most=self.most)
            )


class CodeField(TextField):
    """A code from a letter or an app: capitals, without the spaces and dashes that help reading."""

    def __init__(self, label: Text, validators: Sequence[Validator] = (), **options: Any) -> None:
        options = {"autocomplete": "off", "spellcheck": False, "width": 20, **options}
        super().__init__(label, validators, **options)
        self.typed: str | None = None

    def parse(self, text: str) -> Any:
        self.typed = super().parse(text)
        return re.sub(r"[\s\u2010-\u2015_-]+", "", self.typed or "").upper()

    def shown(self) -> Text | None:
        return self.data if self.typed is None else self.typed

    def params(self, label: Mapping[str, Any]) -> dict[str, Any]:
        return {**super().params(label), "autocapitalize": "characters", "code": True}


class PasswordField(TextField):
    """A password: any characters, never shown again, paste allowed.

    ``autocomplete`` is ``current-password``, or ``new-password`` where one is chosen.
    """

    component = "passwordInput"

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        autocomplete: str = "current-password",
        **options: Any,
    ) -> None:
        options = {"max_length": 1000, "width": 20, **options}
        super().__init__(label, validators, autocomplete=autocomplete, **options)

    def parse(self, text: str) -> Any:
        return text

    def shown(self) -> Text | None:
        return None

    def params(self, label: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **super().params(label),
            "showPasswordText": _("Show"),
            "hidePasswordText": _("Hide"),
            "showPasswordAriaLabelText": _("Show password"),
            "hidePasswordAriaLabelText": _("Hide password"),
            "passwordShownAnnouncementText": _("Your password is visible"),
            "passwordHiddenAnnouncementText": _("Your password is hidden"),
        }


class TextareaField(TextField):
    """Several lines of text; ``count`` shows how many characters are left of ``max_length``."""

    component = "textarea"

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        lines: int = 5,
        count: bool = False,
        **options: Any,
    ) -> None:
        options = {"max_length": 5000, **options}
        super().__init__(label, validators, **options)
        self.lines = lines
        self.component = "characterCount" if count else "textarea"  # type: ignore[misc]

    def parse(self, text: str) -> Any:
        # Browsers post line ends as two characters but count them as one.
        return super().parse(text.replace("\r\n", "\n").replace("\r", "\n"))

    def params(self, label: Mapping[str, Any]) -> dict[str, Any]:
        params = {**super().params(label), "rows": self.lines, "width": None, "type": None}
        if self.component == "characterCount":
            params |= {
                "maxlength": self.max_length,
                "textareaDescriptionText": _("You can enter up to %{count} characters"),
                "charactersUnderLimitText": {
                    "one": _("You have %{count} character remaining"),
                    "other": _("You have %{count} characters remaining"),
                },
                "charactersAtLimitText": _("You have 0 characters remaining"),
                "charactersOverLimitText": {
                    "one": _("You have %{count} character too many"),
                    "other": _("You have %{count} characters too many"),
                },
            }
        return params


class FileField(KitField):
    """One file; ``data`` is Werkzeug's ``FileStorage`` or ``None``.

    ``accept`` lists suffixes (``.csv``) and helps choosing; the content is checked elsewhere.
    """

    component = "fileUpload"
    blank = None

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        accept: Sequence[str] = (),
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.accept = tuple(accept)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        files = [item for item in valuelist if isinstance(item, FileStorage) and item.filename]
        self.data = files[0] if files else None

    def params(self, label: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **super().params(label),
            "attributes": {"accept": ",".join(self.accept)} if self.accept else None,
            "chooseFilesButtonText": _("Choose file"),
            "noFileChosenText": _("No file chosen"),
            "dropInstructionText": _("or drop file"),
            "enteredDropZoneText": _("Entered drop zone"),
            "leftDropZoneText": _("Left drop zone"),
        }
