"""Charts: a drawing, and always the table of the same figures."""

from typing import Any
from zlib import crc32

from django.templatetags.static import static

from partybuild.ui.components.library import Variables, component

TYPES = frozenset({"bar", "bar-lying", "line", "pie", "stacked"})


@component
def chart(data: dict[str, Any], *, open_table: bool = False) -> Variables:
    """Draw a chart and its table from {"title", "type", "categories", "unit", "series"}."""
    if data["type"] not in TYPES:
        raise ValueError(f"no such type of chart: {data['type']}")
    series = [
        {
            "name": each["name"],
            "values": list(each["values"]),
            "urls": list(each.get("urls", ())),
            "tone": each.get("tone", ""),
            # A mark to measure the bars by rather than a bar: a target.
            "is_mark": bool(each.get("is_mark")),
        }
        for each in data["series"]
    ]
    rows = [
        {
            "name": name,
            "cells": [
                {
                    "name": each["name"],
                    "value": each["values"][at],
                    "url": each["urls"][at] if each["urls"] else "",
                }
                for each in series
            ],
        }
        for at, name in enumerate(data["categories"])
    ]
    return {
        "id": f"chart-{crc32(str(data['title']).encode()):x}",
        "script": static("charts.js"),
        "data": {
            "type": data["type"],
            "unit": str(data.get("unit", "")),
            "categories": [str(name) for name in data["categories"]],
            "series": [{**each, "name": str(each["name"])} for each in series],
        },
        "title": data["title"],
        "unit": data.get("unit", ""),
        "names": [each["name"] for each in series],
        "rows": rows,
        "open_table": open_table,
        "is_empty": not rows,
    }
