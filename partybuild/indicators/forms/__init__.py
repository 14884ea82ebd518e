"""Forms of dashboards."""

from partybuild.indicators.forms.chooser import ChoosePeriodForm

__all__ = ("ChoosePeriodForm",)
