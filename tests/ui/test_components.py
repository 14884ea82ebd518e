"""What single components write."""

import re
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Engine, Template
from django.test import RequestFactory

from partybuild.calendar import SHANGHAI, Period
from partybuild.calendar.working_days import WorkingDays
from partybuild.ui import filters
from partybuild.ui.components.forms import errors_of
from partybuild.ui.components.lists import sentence_of
from partybuild.ui.components.records import due_words
from partybuild.ui.forms.samples import SampleFilters, SampleForm


def drawn(text, path="/", **variables):
    request = RequestFactory().get(path)
    return Template(text).render(Context({"request": request, **variables}))


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (filters.date_cn(date(2026, 3, 5)), "2026年3月5日（星期四）"),
        (filters.date_cn(None), ""),
        (filters.short_date_cn(date(2026, 3, 5)), "2026年3月5日"),
        (filters.time_cn(time(14, 30)), "14:30"),
        (
            filters.datetime_cn(datetime(2026, 3, 5, 14, 30, tzinfo=SHANGHAI)),
            "2026年3月5日（星期四）14:30",
        ),
        (filters.quarter_cn("2026Q1"), "2026年第一季度"),
        (filters.quarter_cn(Period.parse("2026Q4")), "2026年第四季度"),
        (filters.count(1234, "人"), "1,234人"),
        (filters.count(0, "家"), "0家"),
        (filters.count(None, "家"), "—"),
        (filters.percent(Decimal("0.625")), "62.5%"),
        (filters.hours_cn(Decimal("2.0")), "2小时"),
        (filters.hours_cn("2.5"), "2.5小时"),
        (filters.hours_cn(0), "0小时"),
        (filters.hours_cn(Decimal("1387.0")), "1,387小时"),
        (filters.hours_cn(None), "—"),
        (filters.hours_number(Decimal("10.0")), "10"),
        (filters.hours_number(None), ""),
        (filters.hours_number("两小时"), "两小时"),
        (filters.percent(1), "100%"),
        (filters.percent(0), "0%"),
        (filters.percent(None), "—"),
    ],
)
def test_filter_writes(written, expected):
    assert written == expected


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (-2, ("已逾期2个工作日", "bad")),
        (0, ("今天到期", "warn")),
        (3, ("还有3个工作日", "warn")),
        (4, ("还有4个工作日", "plain")),
    ],
)
def test_due_says_how_long_is_left(left, expected):
    assert due_words(left) == expected


def test_working_days_skip_weekends_holidays_and_count_make_up_days():
    # Thursday; the Friday is a holiday, the Saturday is worked.
    days = WorkingDays(date(2026, 3, 5), {date(2026, 3, 6): False, date(2026, 3, 7): True})
    assert days.until(date(2026, 3, 5)) == 0
    assert days.until(date(2026, 3, 6)) == 0
    assert days.until(date(2026, 3, 9)) == 2
    assert days.until(date(2026, 3, 3)) == -2


def test_many_deadlines_take_two_queries(db, django_assert_num_queries):
    text = "{% for day in days %}{% due day %}{% endfor %}"
    with django_assert_num_queries(2):
        drawn(text, days=[date(2026, 3, day) for day in range(1, 20)])


def test_component_escapes_what_it_is_given():
    html = drawn("{% page_header title %}{% endpage_header %}", title="<script>alert(1)</script>")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_action_form_escapes_hidden_values():
    html = drawn('{% action_form "/x/" "签收" note=note %}', note='"><script>')
    assert "<script>" not in html


def test_form_head_writes_a_fresh_nonce():
    first, second = (
        re.search(r'name="nonce" value="([0-9a-f-]{36})"', drawn("{% form_head %}"))
        for _ in range(2)
    )
    assert first[1] != second[1]


def test_confirmed_action_shows_its_sentence_first():
    html = drawn('{% action_form "/x/" "取消会议" confirm="不能恢复。" %}')
    assert html.index("不能恢复。") < html.index("确定取消会议")
    assert "<details" in html


def test_unknown_kind_of_button_is_a_mistake():
    with pytest.raises(ValueError, match="no such kind"):
        drawn('{% button "保存" kind="red" %}')


def test_errors_lead_to_their_controls():
    form = SampleForm({"phone": "138"})
    targets = {error["label"]: error["target"] for error in errors_of(form)}
    assert targets["联系电话"] == "id_phone"
    assert targets["关心的议题"] == "id_topics_0"
    html = str(form)
    assert all(f'id="{target}"' in html for target in targets.values())


def test_errors_of_the_form_itself_lead_nowhere():
    form = SampleForm({})
    form.add_error(None, "会议已经开过。")
    assert {"target": "", "label": "", "text": "会议已经开过。"} in errors_of(form)


def test_field_names_its_help_and_error_for_screen_readers():
    html = str(SampleForm({}))
    assert 'aria-describedby="id_theme_helptext id_theme_error"' in html
    assert 'id="id_theme_helptext"' in html
    assert 'id="id_theme_error"' in html


def test_date_and_time_fields_are_native():
    html = str(SampleForm(initial={"on": date(2026, 3, 5), "at": time(14, 30)}))
    assert '<input type="date" name="on" value="2026-03-05"' in html
    assert '<input type="time" name="at" value="14:30"' in html


def test_only_optional_fields_are_marked():
    html = words(str(SampleForm()))
    assert "说明 （选填）" in html
    assert "会议主题 （选填）" not in html


def test_post_form_with_a_file_is_multipart():
    assert 'enctype="multipart/form-data"' in drawn(
        "{% post_form form=form %}{% endpost_form %}", form=SampleForm()
    )


def test_hidden_fields_survive_a_body_of_ones_own():
    class Versioned(forms.Form):
        version = forms.IntegerField(widget=forms.HiddenInput)

    html = drawn(
        "{% post_form form=form %}<p>x</p>{% endpost_form %}", form=Versioned({"version": 3})
    )
    assert '<input type="hidden" name="version" value="3"' in html


def test_filters_read_as_a_sentence():
    parts = sentence_of(SampleFilters())
    assert [part["words"] or part["field"].name for part in parts] == [
        "显示",
        "period",
        "state",
        "的单位，名称含",
        "q",
    ]


def test_pagination_keeps_the_filters():
    html = drawn("{% pagination page %}", "/?state=open&older=x", page=PAGE)
    assert 'href="?state=open&amp;older=two"' in html
    assert 'href="?state=open&amp;newer=one"' in html


class PAGE:
    newer = "one"
    older = "two"


def test_sort_header_turns_round_and_begins_again():
    html = drawn('{% sort_header "name" "单位" %}', "/?sort=name&older=x")
    assert 'aria-sort="ascending"' in html
    assert 'href="?sort=-name"' in html


def test_figure_without_a_value_shows_a_dash():
    assert words(drawn('{% figure None "家" "应报" %}')) == "应报 —"


def test_chart_has_the_table_of_its_figures():
    data = {
        "title": "填报",
        "type": "bar",
        "unit": "家",
        "categories": ["和平社区"],
        "series": [{"name": "按时", "values": [31], "urls": ["/list/"]}],
    }
    html = drawn("{% chart data %}", data=data)
    assert '<a href="/list/">31家</a>' in html
    assert '<script id="chart-' in html


def test_components_are_builtins_of_the_engine():
    assert "page_header" in Engine.get_default().template_builtins[-1].tags
