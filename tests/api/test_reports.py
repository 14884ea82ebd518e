"""/api/v1/reports/ and report-forms/."""

from __future__ import annotations

from itertools import count
from typing import Any

from partybuild.calendar import Period
from tests.api.contract import ReadContract
from tests.factories.core import SYSTEM
from tests.factories.units import make_unit
from units.services import file_nil_report, file_report, return_report

_numbers = count(1)
QUARTER = Period.parse("2026Q1")


class TestReports(ReadContract):
    """The contract, and values only once filed."""

    resource = "reports"
    key = "report.view"
    fields = (
        "uid",
        "unit",
        "owed_to",
        "form",
        "period",
        "state",
        "is_nil",
        "values",
        "counted",
        "correction",
        "filed_at",
        "receipt_number",
        "decided_at",
        "return_reason",
        "changed_at",
    )

    def make(self, cast: Any, number: int) -> list[Any]:
        """Nil reports of units of the community."""
        return [
            file_nil_report(
                make_unit(cast.community, f"报送单位{next(_numbers)}").organization,
                period=QUARTER,
                by=SYSTEM,
            )
            for _ in range(number)
        ]

    def test_values_are_read_once_filed_and_not_while_typed_anew(
        self, cast: Any, token_client: Any
    ) -> None:
        """Filed: the values; returned: null until filed again."""
        from units.report_forms import quarterly_fields

        unit = make_unit(cast.community).organization
        values = {
            field["key"]: (3 if field["kind"] != "text" else "清扫") for field in quarterly_fields()
        }
        report = file_report(unit, period=QUARTER, values=values, correction="按实际", by=SYSTEM)
        client = token_client(cast.secretary)
        row = client.get(f"{self.path}{report.uid}/").json()
        assert row["values"] == report.values != {}
        return_report(report, reason="人数有误", by=SYSTEM)
        row = client.get(f"{self.path}{report.uid}/").json()
        assert (row["state"], row["values"], row["counted"]) == ("returned", None, None)

    def test_form_names_the_values(self, cast: Any, token_client: Any) -> None:
        """report-forms has the labels."""
        (report,) = self.make(cast, 1)
        client = token_client(cast.secretary)
        row = client.get(f"{self.path}{report.uid}/").json()
        form = client.get(f"/api/v1/report-forms/{row['form']['uid']}/").json()
        assert {"key", "label", "kind"} <= set(form["fields_asked"][0])
