"""The form renderer: every Django form comes out in the look of the components."""

from typing import Any

from django.forms import widgets
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

# The kind of control decides how the field around it is laid out.
CHECK, CHOICES, FILE, SELECT, TEXT = "check", "choices", "file", "select", "text"

_NATIVE: tuple[tuple[type[widgets.DateTimeBaseInput], str, str], ...] = (
    (widgets.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
    (widgets.DateInput, "date", "%Y-%m-%d"),
    (widgets.TimeInput, "time", "%H:%M"),
)
_CSS = {CHECK: "form-check-input", CHOICES: "form-check-input", SELECT: "form-select"}


def kind_of(widget: widgets.Widget) -> str:
    """Return the kind of control a widget draws."""
    if isinstance(widget, widgets.CheckboxInput):
        return CHECK
    # Both lists of choices are a Select to Django, too.
    if isinstance(widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return CHOICES
    if isinstance(widget, widgets.Select):
        return SELECT
    if isinstance(widget, widgets.FileInput):
        return FILE
    return TEXT


def make_native(widget: widgets.Widget) -> None:
    """Let the browser's own date and time pickers take over; they speak ISO, not the locale."""
    if isinstance(widget, widgets.MultiWidget):
        for each in widget.widgets:
            make_native(each)
        return
    for kind, input_type, pattern in _NATIVE:
        if isinstance(widget, kind):
            widget.input_type = input_type
            widget.format = pattern
            return


class ControlField(BoundField):
    """A bound field that knows how it is laid out; widgets stay plain Django."""

    def __init__(self, form: Any, field: Any, name: str) -> None:
        super().__init__(form, field, name)
        self.kind = kind_of(field.widget)
        make_native(field.widget)

    @property
    def unit(self) -> str:
        """The unit beside a number."""
        return self.field.widget.attrs.get("data-unit", "")

    @property
    def max_mb(self) -> str:
        """The largest file in megabytes, as it was declared."""
        return self.field.widget.attrs.get("data-max-mb", "")

    @property
    def control_id(self) -> str:
        """The id that a link in the error summary leads to."""
        return self.id_for_label or (f"{self.auto_id}_0" if self.auto_id else "")

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Any = None) -> dict[str, Any]:
        """Add the control's class to what Django writes."""
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if not self.is_hidden:
            own = widget.attrs.get("class", "")
            attrs["class"] = f"{_CSS.get(self.kind, 'form-control')} {own}".strip()
        return attrs


class Renderer(TemplatesSetting):
    """Draws forms, fields and formsets by the components' templates."""

    form_template_name = "components/render_form.html"
    field_template_name = "components/field.html"
    formset_template_name = "components/formset.html"
    bound_field_class = ControlField
