"""Choosing a password: the form, and the words for what is wrong with one."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.accounts.errors import PasswordTooCommon, PasswordTooLong, PasswordTooShort
from engagement.web.kit import KitForm, PasswordField


def new_password_field() -> PasswordField:
    """A new password, typed once: it can be shown."""
    return PasswordField(
        _l("New password"),
        missing=_l("Enter a new password"),
        hint=_l(
            "At least 8 characters; 15 or more are better. Any characters will do:"
            " three or four unrelated words are easy to remember."
        ),
        autocomplete="new-password",
    )


class NewPasswordForm(KitForm):
    """A new password alone."""

    new_password = new_password_field()

    def accepts(self, keep: Callable[[str], None]) -> bool:
        """Keep the new password by ``keep``; returns whether it was good enough."""
        try:
            keep(self.new_password.data)
        except PasswordTooShort:
            self.refuse("new_password", _("The password must have 8 characters or more"))
        except PasswordTooLong:
            self.refuse("new_password", _("The password must have 256 characters or fewer"))
        except PasswordTooCommon:
            self.refuse(
                "new_password",
                _("This password is one of those that attackers try first. Choose another"),
            )
        else:
            return True
        return False
