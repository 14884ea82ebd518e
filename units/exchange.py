"""Units in and out: the registration form in use, and our own template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor, Level
from partybuild.areas.dictionaries import DICTIONARIES
from partybuild.areas.models import Area
from partybuild.exchange import cells
from partybuild.exchange.enums import RowState
from partybuild.exchange.kept import kept_before
from partybuild.exchange.sheets import Column, Context, Sheet, SheetRow, Written, register
from partybuild.fields.codes import normalize_credit_code, validate_credit_code
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from units.models import ResidentUnit
from units.services.register import UnitEntry, register_units

KINDS = dict(DICTIONARIES["unit.kind"])
_MOST_SHOWN = 8


def _code(value: Any) -> str:
    """A credit code; a wrong check character is told beside the row, other faults at the cell."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return cells.credit_code(value)
    code = normalize_credit_code(cells.plain(value))
    if code and len(code) != 18:
        raise cells.CellFault(
            _("统一社会信用代码应为18位，现为%(length)d位，请对照证照核对。")
            % {"length": len(code)}
        )
    return code


def _is_credit_code(code: str) -> bool:
    try:
        validate_credit_code(code)
    except ValidationError:
        return False
    return True


def _license(value: Any) -> str:
    number = cells.plain(value).replace(" ", "").upper()
    if isinstance(value, int | float) and len(number) > 15:
        raise cells.CellFault(
            _("号码在表格里被存成了数字，末几位已经丢失。请设为“文本”格式后重新填写。")
        )
    return number


class _Known:
    """The places and units that the importing post may touch."""

    def __init__(self, context: Context) -> None:
        scope = context.by.scope
        areas = Area.objects.current().reached(scope, "unit.change").select_related("parent")
        self.by_name: dict[str, list[Area]] = defaultdict(list)
        self.by_uid: dict[str, Area] = {}
        self.grids: dict[int, dict[str, Area]] = defaultdict(dict)
        for area in areas.filter(level__in=(Level.COMMUNITY, Level.GRID)):
            if area.level == Level.GRID and area.parent_id:
                self.grids[area.parent_id][area.name] = area
            elif area.level == Level.COMMUNITY:
                self.by_name[_short(area.name)].append(area)
                self.by_uid[str(area.uid)] = area
        units = (
            ResidentUnit.objects.current()
            .reached(scope, "unit.change")
            .select_related("organization__area", "grid")
        )
        self.by_code: dict[str, ResidentUnit] = {}
        self.by_license: dict[str, ResidentUnit] = {}
        self.by_place: dict[tuple[str, int | None], ResidentUnit] = {}
        for unit in units:
            if unit.credit_code:
                self.by_code[unit.credit_code] = unit
            if unit.license_number:
                self.by_license[unit.license_number] = unit
            self.by_place[unit.organization.name, unit.organization.area_id] = unit

    def default_community(self, context: Context) -> Area | None:
        """The community of the form's own head, of the upload page, or of the importing post."""
        chosen = self.by_uid.get(str(context.options.get("community") or ""))
        if chosen is not None:
            return chosen
        layout = context.layout
        head = self.by_name.get(_short(layout.preamble.get("community", ""))) if layout else None
        if head and len(head) == 1:
            return head[0]
        own = [area for area in self.by_uid.values() if area.pk == context.by.scope.area_id]
        return own[0] if own else None


def _short(name: str) -> str:
    for ending in ("社区居委会", "居委会", "社区", "村委会", "村民委员会", "村"):
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name


@register
class UnitSheet(Sheet):
    """驻区单位: 非公有制经济组织信息登记表 as it is, or our own template."""

    key = "units"
    label = lazy("驻区单位")
    about = lazy(
        "本地区驻区单位的登记信息。可以直接上传现用的《非公有制经济组织信息登记表》，也可以下载模板填写。"
    )
    rights = ("import.rows", "unit.change")
    key_columns = ("name",)

    name = Column(
        lazy("单位名称"),
        aliases=("名称", "单位全称", "企业名称", "组织名称"),
        required=True,
        unique=True,
        limit=200,
    )
    credit_code = Column(
        lazy("统一社会信用代码"),
        read=_code,
        aliases=("信用代码", "社会信用代码"),
        unique=True,
        hint=lazy("18位，文本格式"),
    )
    license_number = Column(
        lazy("营业执照号码"),
        read=_license,
        aliases=("营业执照号", "执照号码", "注册号"),
        unique=True,
        limit=50,
    )
    kind = Column(
        lazy("单位性质"),
        read=cells.one_of(KINDS),
        choices=KINDS,
        aliases=("性质", "单位类型"),
        hint=lazy("从下拉列表选"),
    )
    community = Column(
        lazy("所属社区"), aliases=("社区", "所在社区", "社区村"), hint=lazy("社区账号可不填")
    )
    grid_name = Column(lazy("所属网格"), aliases=("网格", "片组片格"), limit=100)
    residence = Column(lazy("住所"), aliases=("地址", "单位地址", "注册地址"), limit=200)
    head_name = Column(lazy("负责人"), aliases=("法定代表人", "单位负责人"), limit=50)
    head_phone = Column(
        lazy("联系手机"),
        read=cells.phone,
        aliases=("手机", "负责人电话", "负责人联系电话", "负责人联系手机"),
    )
    contact_name = Column(lazy("联络员"), aliases=("联系人", "党建联络员"), limit=50)
    contact_phone = Column(lazy("联络员电话"), read=cells.phone, aliases=("联系人电话", "联系电话"))
    contact_mail = Column(lazy("联络员邮箱"), aliases=("邮箱", "电子邮箱"), hint=lazy("用来收通知"))
    telephone = Column(lazy("固定电话"), read=cells.phone, aliases=("座机",))
    fax = Column(lazy("传真"), read=cells.phone)
    category = Column(lazy("类别"), aliases=("新经济组织类别",), limit=100)
    affiliation = Column(lazy("隶属关系"), aliases=("上级单位",), limit=100)
    industry = Column(lazy("行业"), aliases=("所属行业",), limit=100)
    licensed_from = Column(lazy("有效期开始日期"), read=cells.day)
    licensed_to = Column(lazy("有效期结束日期"), read=cells.day)
    floor_area = Column(lazy("面积"), read=cells.decimal_number, hint=lazy("平方米"))
    employee_count = Column(lazy("从业人数"), read=cells.whole_number, aliases=("职工人数",))
    member_count = Column(lazy("党员人数"), read=cells.whole_number, aliases=("党员数",))
    introduction = Column(lazy("简介"), read=cells.long_text)
    honor = Column(lazy("荣誉"), read=cells.long_text)
    remark = Column(lazy("备注"), read=cells.long_text)

    def option_fields(self, by: Actor) -> dict[str, Any]:
        """Which community, where the sheet does not say; what kind of units."""
        fields: dict[str, Any] = {}
        places = (
            Area.objects.current().filter(level=Level.COMMUNITY).reached(by.scope, "unit.change")
        )
        choices = [(str(area.uid), area.name) for area in places.order_by("path")[:500]]
        if len(choices) > 1:
            fields["community"] = forms.ChoiceField(
                label=_("表中没有写社区的，登记到"),
                choices=[("", _("不指定")), *choices],
                required=False,
            )
        fields["kind"] = forms.ChoiceField(
            label=_("表中没有写单位性质的，按"),
            choices=[(code, str(label)) for code, label in KINDS.items()],
            initial="enterprise",
            required=False,
        )
        return fields

    def check(self, rows: list[SheetRow], context: Context) -> None:
        """Find each row's place and unit, and what it would change there."""
        known = _Known(context)
        default = known.default_community(context)
        seen: dict[tuple[str, Any], int] = {}
        for row in rows:
            area = _place(row, known, default)
            _codes(row)
            if area is None:
                continue
            row.values["_area"] = area
            _grid(row, area, known)
            _refuse_doubles(row, area, seen)
            if not row.faults:
                _meet(row, area, known)
            if not row.faults and not row.state:
                self._compare(row, context)

    def _compare(self, row: SheetRow, context: Context) -> None:
        unit: ResidentUnit | None = row.target
        if unit is None:
            row.values["kind"] = (
                row.values.get("kind") or context.options.get("kind") or "enterprise"
            )
            row.state = RowState.NEW
            return
        for name in self.fields:
            value = row.values.get(name)
            if value in (None, "") or name in {"community", "grid_name"}:
                continue
            held = getattr(unit.organization if name in _BODY else unit, name)
            if (float(held) if name == "floor_area" and held is not None else held) != value:
                row.before[name] = held
        grid = row.values.get("_grid")
        if grid is not None and unit.grid_id != grid.pk:
            row.before["grid_name"] = unit.grid.name if unit.grid else ""
        if unit.organization.area_id != row.values["_area"].pk:
            row.before["community"] = unit.organization.area.name if unit.organization.area else ""
        row.state = RowState.CHANGED if row.before else RowState.SAME

    def apply(self, rows: list[SheetRow], context: Context) -> Iterable[Written]:
        """Register the new units and correct the others."""
        entries = [_entry(row, self) for row in rows]
        for change in register_units(entries, by=context.by, batch_uid=context.batch_uid):
            yield Written(
                rows[change.entry].line,
                change.model._meta.label,
                change.instance.pk,
                change.is_created,
                kept_before(change.model, change.before),
            )

    def dissolve(self, changes: list[Any], *, by: Actor) -> None:
        """Debts that the calendar opened for a new unit and nobody has touched go with it."""
        created = [
            change.object_id
            for change in changes
            if change.is_created and change.label == "organizations.Organization"
        ]
        Obligation.objects.filter(
            bearer_organization__in=created, state=ObligationState.OPEN, is_closed=False
        ).delete()


_BODY = frozenset({"name", "contact_name", "contact_phone", "contact_mail"})


def _place(row: SheetRow, known: _Known, default: Area | None) -> Area | None:
    if "community" in row.faults:
        return None
    name = row.values.get("community", "")
    if not name:
        # 片组片格 often holds the community itself.
        by_grid = known.by_name.get(_short(row.values.get("grid_name", "") or "\0"), [])
        if default is None and len(by_grid) == 1:
            return by_grid[0]
        if default is None:
            row.faults["community"] = _(
                "不知道登记到哪个社区：请在表中加一列“所属社区”，或重新上传时在页面上选择社区。"
            )
        return default
    found = known.by_name.get(_short(name), [])
    exact = [area for area in found if area.name == name] or found
    if not exact:
        row.faults["community"] = _(
            "“%(name)s”不在您负责的范围内，或名称与系统里的不一致，请核对。"
        ) % {"name": name[:50]}
        return None
    if len(exact) > 1:
        row.faults["community"] = _("有%(count)d个社区叫“%(name)s”，请分街道导入。") % {
            "count": len(exact),
            "name": name,
        }
        return None
    return exact[0]


def _codes(row: SheetRow) -> None:
    # Since 2015 the licence carries the credit code itself.
    number = row.values.get("license_number", "")
    if not row.values.get("credit_code") and len(number) == 18 and _is_credit_code(number):
        row.values["credit_code"] = number
    code = row.values.get("credit_code", "")
    if code and not _is_credit_code(code):
        row.note = _("信用代码的校验位不对，可以导入，请对照证照再核对一次。")
    mail = row.values.get("contact_mail", "")
    if mail and ("@" not in mail or " " in mail or len(mail) > 254):
        row.faults["contact_mail"] = _("“%(mail)s”不是邮箱地址，请核对。") % {"mail": mail[:50]}
    begins, ends = row.values.get("licensed_from"), row.values.get("licensed_to")
    if begins and ends and ends < begins:
        row.faults["licensed_to"] = _("结束日期早于开始日期，请核对。")


def _grid(row: SheetRow, area: Area, known: _Known) -> None:
    name = row.values.get("grid_name", "")
    grids = known.grids.get(area.pk, {})
    if not name or _short(name) == _short(area.name):
        return
    if name in grids:
        row.values["_grid"] = grids[name]
    elif grids:
        row.faults["grid_name"] = _("%(area)s没有“%(name)s”这个网格，现有：%(grids)s。") % {
            "area": area.name,
            "name": name[:30],
            "grids": "、".join(list(grids)[:_MOST_SHOWN]),
        }
    else:
        row.note = _("%(area)s还没有建立网格，“%(name)s”先不导入。") % {
            "area": area.name,
            "name": name[:30],
        }


def _refuse_doubles(row: SheetRow, area: Area, seen: dict[tuple[str, Any], int]) -> None:
    for name, key in (
        ("credit_code", row.values.get("credit_code")),
        ("license_number", row.values.get("license_number")),
        ("name", (row.values.get("name"), area.pk)),
    ):
        if not key or name in row.faults:
            continue
        first = seen.setdefault((name, key), row.line)
        if first != row.line:
            row.faults[name] = _("与第%(line)d行重复，请保留一行。") % {"line": first}


def _meet(row: SheetRow, area: Area, known: _Known) -> None:
    """Find the unit that a row speaks of: by credit code, by licence number, by name in the area."""
    code, number = row.values.get("credit_code", ""), row.values.get("license_number", "")
    unit = known.by_code.get(code) or known.by_license.get(number)
    namesake = known.by_place.get((row.values["name"], area.pk))
    if unit is None and namesake is not None:
        if (code and namesake.credit_code and namesake.credit_code != code) or (
            number and namesake.license_number and namesake.license_number != number
        ):
            row.state = RowState.AMBIGUOUS
            row.note = _(
                "%(area)s已有同名单位，但代码不同。若是同一家，请先在单位页改代码；若不是，请在名称后注明区别。"
            ) % {"area": area.name}
            return
        unit = namesake
    row.target = unit


def _entry(row: SheetRow, sheet: Sheet) -> UnitEntry:
    area = row.values["_area"]
    wanted = row.before if row.target is not None else sheet.fields
    values = {
        name: row.values[name]
        for name in wanted
        if name not in {"community", "grid_name"} and row.values.get(name) not in (None, "")
    }
    if row.values.get("_grid") is not None and (row.target is None or "grid_name" in row.before):
        values["grid"] = row.values["_grid"]
    if row.target is not None and "community" in row.before:
        values["area"] = area
    if row.target is None and row.values.get("credit_code"):
        values["credit_code"] = row.values["credit_code"]
    return UnitEntry(area=area, values=values, unit=row.target)
