"""Forms of accounts."""

from partybuild.accounts.forms.sign_in import SignInForm

__all__ = ("SignInForm",)
