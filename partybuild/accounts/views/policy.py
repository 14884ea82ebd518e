"""The security policy, and the second factors of others: pages of the security administrator."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from partybuild.access import require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.enums import PolicyProfile
from partybuild.accounts.exceptions import PolicyChangedMeanwhile
from partybuild.accounts.forms.policy import COLUMN_WORDS, GROUPS, PolicyForm
from partybuild.accounts.forms.sign_in import ReasonForm
from partybuild.accounts.models import SecurityPolicy, User
from partybuild.accounts.policy import COLUMNS, Policy, policy, profile_of
from partybuild.accounts.queries.devices import factor_of
from partybuild.accounts.services.factors import reset_factor
from partybuild.accounts.services.policy import edit_policy
from partybuild.accounts.step_up import require_step_up
from partybuild.fields.refusals import put_on


class PolicyView(View):
    """What is asked of passwords, sign-ins and sessions here."""

    http_method_names = ("get", "head")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show every figure, and where it differs from the profile."""
        by = actor_of(request)
        require(by, "policy.view")
        rules = policy()
        own = profile_of(rules.profile)
        return render(
            request,
            "accounts/policy_detail.html",
            {
                "profile": PolicyProfile(rules.profile).label,
                "groups": [
                    (title, [_line(each, rules, own) for each in figures])
                    for title, figures in GROUPS
                ],
                "sets": [
                    (_("必须使用动态验证码的岗位"), _columns(rules.factor_columns)),
                    (
                        _("定期更换密码的岗位"),
                        _columns(rules.rotation_columns) if rules.password_max_days else _("无"),
                    ),
                    (_("办公网络的出口地址"), "、".join(rules.office_networks) or _("未登记")),
                ],
                "idle": [(COLUMN_WORDS[column], rules.idle_days[column]) for column in COLUMNS],
                "may_edit": by.scope.cell("policy.edit").allows,
            },
        )


def _line(figure: Any, rules: Policy, own: Policy) -> dict[str, Any]:
    value = getattr(rules, figure.name)
    usual = getattr(own, figure.name)
    return {
        "label": figure.label,
        "value": _("不要求") if value == 0 else f"{value}{figure.unit}",
        "usual": "" if value == usual else f"{usual}{figure.unit}" if usual else _("不要求"),
    }


def _columns(columns: frozenset[str]) -> str:
    return "、".join(str(COLUMN_WORDS[each]) for each in COLUMNS if each in columns) or _("无")


class PolicyEditView(View):
    """Changing figures, with a reason."""

    http_method_names = ("get", "head", "post")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        require(actor_of(request), "policy.edit")
        require_step_up(request)
        return self._form(request, PolicyForm(current=policy(), initial=self._initial()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Put the policy in force."""
        by = actor_of(request)
        require(by, "policy.edit")
        require_step_up(request)
        form = PolicyForm(request.POST, current=policy())
        if form.is_valid():
            try:
                edit_policy(
                    profile=form.cleaned_data["profile"],
                    figures=form.figures(),
                    reason=form.cleaned_data["reason"],
                    version=form.cleaned_data["version"] or 0,
                    by=by,
                )
            except PolicyChangedMeanwhile as refused:
                put_on(form, refused)
                return self._form(request, form, status=409)
            except ValidationError as refused:
                put_on(form, refused)
            else:
                messages.success(request, _("安全策略已修改，立即生效。"))
                return redirect("accounts:policy-detail")
        return self._form(request, form, status=422)

    @staticmethod
    def _initial() -> dict[str, Any]:
        row = SecurityPolicy.objects.values("profile", "version").first()
        return {"profile": policy().profile, "version": row["version"] if row else 0}

    @staticmethod
    def _form(request: HttpRequest, form: PolicyForm, status: int = 200) -> HttpResponse:
        return render(
            request,
            "accounts/policy_edit.html",
            {"form": form, "sections": list(form.sections())},
            status=status,
        )


class FactorResetView(View):
    """Taking away another's lost second factor."""

    http_method_names = ("get", "head", "post")

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        """Say what it does and ask why."""
        user = _account(request, uid)
        require_step_up(request)
        return self._page(request, user, ReasonForm())

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        """Reset, and end the sign-ins of that account."""
        user = _account(request, uid)
        require_step_up(request)
        form = ReasonForm(request.POST)
        if form.is_valid():
            try:
                reset_factor(user, reason=form.cleaned_data["reason"], by=actor_of(request))
            except ValidationError as refused:
                put_on(form, refused)
            else:
                messages.success(
                    request,
                    _("%(name)s的动态验证码已重置，其登录已全部退出。")
                    % {"name": user.person.name},
                )
                return redirect("accounts:user-detail", uid=user.uid)
        return self._page(request, user, form, status=422)

    @staticmethod
    def _page(
        request: HttpRequest, user: User, form: ReasonForm, status: int = 200
    ) -> HttpResponse:
        return render(
            request,
            "accounts/factor_reset.html",
            {"form": form, "target": user, "has_factor": factor_of(user) is not None},
            status=status,
        )


def _account(request: HttpRequest, uid: uuid.UUID) -> User:
    by = actor_of(request)
    user: User = get_object_or_404(
        User.objects.visible_to(by.scope).select_related("person"), uid=uid
    )
    require(by, "account.reset_factor", target=user)
    return user
