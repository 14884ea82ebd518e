"""Forms: their head, fields, sections, errors and the answers read back before signing."""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from partybuild.ui.components.actions import css_of
from partybuild.ui.components.library import (
    Variables,
    component,
    context_block,
    context_component,
    trimmed,
)
from partybuild.ui.components.request import hidden_inputs
from partybuild.ui.filters import count, date_cn, datetime_cn, time_cn


def errors_of(form: BaseForm | None) -> list[dict[str, str]]:
    """Return each error of a form with the id of the control it belongs to ("" for the form's own)."""
    if form is None or not form.is_bound:
        return []
    errors = [{"target": "", "label": "", "text": str(text)} for text in form.non_field_errors()]
    for field in form:
        shown = "" if field.is_hidden else target_of(field)
        errors += [
            {"target": shown, "label": str(field.label), "text": str(text)} for text in field.errors
        ]
    return errors


def target_of(field: BoundField) -> str:
    """Return the id of the control that takes the focus for a field."""
    return field.id_for_label or (f"{field.auto_id}_0" if field.auto_id else "")


@context_component
def form_head(context: Context) -> Variables:
    """Write the hidden inputs of every POST form: csrf token, nonce, post."""
    return hidden_inputs(context)


@context_block
def post_form(
    context: Context,
    content: SafeString,
    *,
    action: str = "",
    form: BaseForm | None = None,
    submit: str | None = None,
    kind: str = "primary",
    cancel_url: str = "",
    autosave: str = "",
    guard: bool = True,
    hx_target: str = "",
    hx_swap: str = "outerHTML",
    id: str = "",  # noqa: A002
    wide: bool = False,
    sending: str = "",
) -> Variables:
    """Write a whole POST form; without content every field of `form` is drawn."""
    body = trimmed(content)
    return {
        "content": body,
        "action": action,
        "form": form,
        "multipart": form is not None and form.is_multipart(),
        # What the page draws itself still needs the hidden fields of the form.
        "hidden_fields": form.hidden_fields() if form is not None and body else [],
        "submit": _("保存") if submit is None else submit,
        "css": css_of(kind, small=False),
        "cancel_url": cancel_url,
        "autosave": autosave,
        "guard": guard,
        "hx_target": hx_target,
        "hx_swap": hx_swap,
        "id": id,
        "wide": wide,
        "sending": sending or _("正在提交…"),
        "head": hidden_inputs(context),
    }


@component
def error_summary(form: BaseForm | None) -> Variables:
    """List a form's errors above it, each linked to its control; takes the focus."""
    return {"errors": errors_of(form)}


@component
def render_form(form: BaseForm) -> Variables:
    """Draw error summary, hidden inputs and every field, one column, without the form element."""
    return {"form": form}


@component
def field(field: BoundField) -> Variables:
    """Draw one field: label, help, error, control, unit."""
    return {"field": field}


@component
def form_section(form: BaseForm, names: str, *, title: str = "", help: str = "") -> Variables:  # noqa: A002
    """Draw some fields of a form under a title of their own."""
    return {"fields": [form[name] for name in names.split()], "title": title, "help": help}


@component
def answers(pairs: BaseForm | Iterable[tuple[str, Any]], *, edit_url: str = "") -> Variables:
    """Read back what was answered, before it is signed or filed."""
    if isinstance(pairs, BaseForm):
        pairs = [(str(field.label), _said(field)) for field in pairs.visible_fields()]
    return {"pairs": list(pairs), "edit_url": edit_url}


def _said(field: BoundField) -> Any:
    form = field.form
    value = (
        form.cleaned_data.get(field.name) if form.is_bound and form.is_valid() else field.value()
    )
    choices = getattr(field.field, "choices", None)
    if choices is not None:
        picked = {str(each) for each in (value if isinstance(value, list) else [value])}
        return "、".join(str(label) for key, label in choices if str(key) in picked)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return datetime_cn(value)
    if isinstance(value, date):
        return date_cn(value)
    if isinstance(value, time):
        return time_cn(value)
    unit = field.field.widget.attrs.get("data-unit", "")
    return count(value, unit) if unit and isinstance(value, int | Decimal) else value
