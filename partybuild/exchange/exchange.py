"""The area register as it is published: one pair of name and code per level, blank = same as above.

It lives here and not in areas/: that floor lies below this one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor, Level
from partybuild.areas.enums import AreaKind
from partybuild.areas.models import Area
from partybuild.areas.services.register import RegisterEntry, record_register, renew_paths
from partybuild.exchange import cells
from partybuild.exchange.enums import RowState
from partybuild.exchange.recognition import LOOK_AT, header_key
from partybuild.exchange.sheets import (
    Column,
    Context,
    Layout,
    Sheet,
    SheetRow,
    Table,
    Written,
    register,
)

LEVELS = (
    (Level.PROVINCE, "province", 2, lazy("省")),
    (Level.CITY, "city", 4, lazy("市")),
    (Level.DISTRICT, "district", 6, lazy("区县")),
    (Level.STREET, "street", 9, lazy("街道（镇、乡）")),
    (Level.COMMUNITY, "community", 12, lazy("社区（村）")),
)
_BY_LENGTH = {length: (level, key) for level, key, length, _label in LEVELS}
_NAME_HEADERS = {"组织机构名", "名称", "区划名称", "单位名称", "机构名称", "地名"}
_CODE_HEADERS = {"编号", "代码", "区划代码", "编码", "统计用区划代码"}
_REPORTED = 200


def kind_of(name: str, code: str) -> AreaKind:
    """Tell what an area is called, by its name first and by its code's range where the name is silent."""
    match len(code):
        case 2:
            return AreaKind.PROVINCE
        case 4:
            return AreaKind.CITY
        case 6:
            return AreaKind.DISTRICT
        case 9:
            return _street_kind(name, int(code[6:9]))
        case _:
            return _community_kind(name, int(code[9:12]))


def _street_kind(name: str, number: int) -> AreaKind:
    for ending, kind in (
        ("街道", AreaKind.STREET),
        ("镇", AreaKind.TOWN),
        ("乡", AreaKind.TOWNSHIP),
    ):
        if name.endswith(ending):
            return kind
    if number < 100:
        return AreaKind.STREET
    if number < 200:
        return AreaKind.TOWN
    return AreaKind.TOWNSHIP if number < 400 else AreaKind.SPECIAL


def _community_kind(name: str, number: int) -> AreaKind:
    if name.endswith(("村委会", "村民委员会", "村")):
        return AreaKind.VILLAGE
    if name.endswith(("社区", "居委会", "居民委员会", "社区居委会")):
        return AreaKind.COMMUNITY
    if number < 200:
        return AreaKind.COMMUNITY
    return AreaKind.VILLAGE if number < 400 else AreaKind.OTHER


class _Register:
    """The areas that a register names, and those that the data has."""

    def __init__(self) -> None:
        self.first_line: dict[str, int] = {}
        self.names: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.current: dict[str, Area] = {}
        self.siblings: dict[tuple[int, str], Area] = {}

    def load(self) -> None:
        """Read the current areas once, however long the register is."""
        for area in Area.objects.current().filter(level__lte=Level.COMMUNITY):
            if area.code:
                self.current[area.code] = area
            if area.parent_id:
                self.siblings[area.parent_id, area.name] = area


@register
class AreaSheet(Sheet):
    """区划名册: 省、市、区县、街道、社区, each with its code."""

    key = "areas"
    label = lazy("区划名册")
    about = lazy(
        "省、市、区县、街道（镇、乡）、社区（村）的名称和区划代码。空格表示与上一行相同；名册里没有的区域只列出，不会撤销。"
    )
    rights = ("import.areas",)
    needs_reason = True
    has_template = False

    province_name = Column(lazy("省"))
    province_code = Column(lazy("省代码"), read=cells.digits)
    city_name = Column(lazy("市"))
    city_code = Column(lazy("市代码"), read=cells.digits)
    district_name = Column(lazy("区县"))
    district_code = Column(lazy("区县代码"), read=cells.digits)
    street_name = Column(lazy("街道（镇、乡）"))
    street_code = Column(lazy("街道代码"), read=cells.digits)
    community_name = Column(lazy("社区（村）"))
    community_code = Column(lazy("社区代码"), read=cells.digits)

    def recognise(self, tables: list[Table]) -> Layout | None:
        """Find a header row of pairs of name and code; codes' lengths tell the level of each pair."""
        for table in sorted(tables, key=lambda table: not table.visible):
            for number, row in enumerate(table.rows[:LOOK_AT]):
                pairs = _pairs(row)
                levels = _levels(pairs, table.rows[number + 1 :])
                if len(levels) >= 2:
                    return _layout(table, number, levels)
        return None

    def read_rows(self, rows: list[SheetRow], context: Context) -> None:
        """Read the cells, then carry the blank ones down from above."""
        super().read_rows(rows, context)
        assert context.layout is not None
        present = [
            (level, key, length)
            for level, key, length, _label in LEVELS
            if f"{key}_code" in context.layout.columns.values()
        ]
        above: dict[str, tuple[str, str]] = {}
        for row in rows:
            broken = False
            for _level, key, length in present:
                broken = _carry(row, key, length, above, broken=broken)

    def check(self, rows: list[SheetRow], context: Context) -> None:
        """Compare each named area with the current one of the same code."""
        register = _Register()
        register.load()
        for row in rows:
            self._check_row(row, register)
        context.report["absent"] = _absent(rows, register)

    def _check_row(self, row: SheetRow, register: _Register) -> None:
        states: set[str] = set()
        parent = ""
        for _level, key, _length, _label in LEVELS:
            name, code = row.values.get(f"{key}_name"), row.values.get(f"{key}_code")
            if not name or not code or f"{key}_code" in row.faults or f"{key}_name" in row.faults:
                continue
            if parent and not code.startswith(parent):
                row.faults[f"{key}_code"] = _("编号应以上级编号%(parent)s开头，请核对。") % {
                    "parent": parent
                }
                continue
            states.add(self._check_area(row, key, (name, code, parent), register))
            parent = code
        if not row.faults:
            row.state = next(
                (
                    state
                    for state in (RowState.AMBIGUOUS, RowState.NEW, RowState.CHANGED)
                    if state in states
                ),
                RowState.SAME,
            )

    @staticmethod
    def _check_area(
        row: SheetRow, key: str, said: tuple[str, str, str], register: _Register
    ) -> str:
        name, code, parent = said
        named = register.names.setdefault(code, name)
        first = register.first_line.setdefault(code, row.line)
        register.parents.setdefault(code, parent)
        if named != name:
            row.faults[f"{key}_name"] = _(
                "编号%(code)s在第%(line)d行叫“%(name)s”，同一编号不能有两个名称。"
            ) % {"code": code, "line": first, "name": named}
            return RowState.WRONG
        if key == "community" and first != row.line:
            row.faults["community_code"] = _("编号%(code)s与第%(line)d行重复。") % {
                "code": code,
                "line": first,
            }
            return RowState.WRONG
        area = register.current.get(code)
        above = register.current.get(parent)
        if area is None:
            twin = register.siblings.get((above.pk, name)) if above is not None else None
            if twin is not None and twin.code and twin.code != code:
                row.note = _(
                    "“%(parent)s”下已有同名的“%(name)s”，编号%(code)s。若是编号调整，请先在区域页修改编号；若是新设，请先改名或撤销原区域。"
                ) % {"parent": above and above.name, "name": name, "code": twin.code}
                return RowState.AMBIGUOUS
            return RowState.NEW
        if area.name != name:
            row.before[f"{key}_name"] = area.name
        if above is not None and area.parent_id != above.pk:
            row.before[f"{key}_code"] = _("原属其他上级")
        elif above is None and parent and area.parent_id is None:
            row.before[f"{key}_code"] = _("原无上级")
        changed = f"{key}_name" in row.before or f"{key}_code" in row.before
        return RowState.CHANGED if changed else RowState.SAME

    def apply(self, rows: list[SheetRow], context: Context) -> Iterable[Written]:
        """Write every area that the good rows name, from the top down."""
        current = {area.code: area for area in Area.objects.current().exclude(code="")}
        entries: dict[str, RegisterEntry] = {}
        lines: dict[str, int] = {}
        for row in rows:
            parent = ""
            for level, key, _length, _label in LEVELS:
                name, code = row.values.get(f"{key}_name"), row.values.get(f"{key}_code")
                if not name or not code:
                    continue
                area = current.get(code)
                moved = f"{key}_name" in row.before or f"{key}_code" in row.before
                if code not in entries and (area is None or moved):
                    entries[code] = RegisterEntry(
                        code=code,
                        name=name,
                        level=level,
                        kind=kind_of(name, code),
                        parent_code=parent,
                        sort=0,
                        area=area,
                    )
                    lines[code] = row.line
                parent = code
        changes = record_register(
            list(entries.values()),
            by=context.by,
            reason=context.reason,
            batch_uid=context.batch_uid,
        )
        for change in changes:
            yield Written(
                lines[change.code], "areas.Area", change.pk, change.is_created, change.before
            )

    def after_undo(self, *, by: Actor) -> None:
        """A restored parent moves everything below it."""
        renew_paths()


def _pairs(row: list[Any]) -> list[tuple[int, int]]:
    keys = [header_key(cell) for cell in row]
    return [
        (position, position + 1)
        for position in range(len(keys) - 1)
        if keys[position] in _NAME_HEADERS and keys[position + 1] in _CODE_HEADERS
    ]


def _levels(pairs: list[tuple[int, int]], rows: list[list[Any]]) -> dict[str, tuple[int, int]]:
    """Tell the level of each pair by the commonest length of its codes."""
    found: dict[str, tuple[int, int]] = {}
    for pair in pairs:
        lengths: dict[int, int] = {}
        for row in rows[:2000]:
            code = (
                cells.plain(row[pair[1]])
                if pair[1] < len(row) and not isinstance(row[pair[1]], dict)
                else ""
            )
            if code:
                lengths[len(code)] = lengths.get(len(code), 0) + 1
        commonest = max(lengths, key=lambda length: lengths[length], default=0)
        if commonest in _BY_LENGTH:
            found.setdefault(_BY_LENGTH[commonest][1], pair)
    return found


def _layout(table: Table, header_row: int, levels: dict[str, tuple[int, int]]) -> Layout:
    columns: dict[int, str] = {}
    for key, (name, code) in levels.items():
        columns[name] = f"{key}_name"
        columns[code] = f"{key}_code"
    return Layout(
        sheet=table.name,
        header_row=header_row,
        first_row=header_row + 1,
        columns=dict(sorted(columns.items())),
        headers=[str(cell) for cell in table.rows[header_row]],
        missing=[str(label) for _level, key, _length, label in LEVELS if key not in levels],
    )


def _carry(
    row: SheetRow, key: str, length: int, above: dict[str, tuple[str, str]], *, broken: bool
) -> bool:
    """Carry a blank pair down from above; a new parent forgets everything below it."""
    name_key, code_key = f"{key}_name", f"{key}_code"
    if name_key in row.faults or code_key in row.faults:
        return True
    name, code = row.values.get(name_key, ""), row.values.get(code_key, "")
    if not name and not code:
        if broken:
            row.faults[name_key] = _("上级变了，这里不能留空，请填写名称和编号。")
        elif key in above:
            row.values[name_key], row.values[code_key] = above[key]
        else:
            row.faults[name_key] = _("上面没有可沿用的内容，请填写名称和编号。")
        return broken
    if not name or not code:
        missing = name_key if not name else code_key
        row.faults[missing] = _("名称和编号要同时填写，这里缺一项。")
        return True
    if len(code) != length:
        row.faults[code_key] = _("这一级的编号应为%(length)d位，现为%(given)d位。") % {
            "length": length,
            "given": len(code),
        }
        return True
    changed = above.get(key) != (name, code)
    above[key] = (name, code)
    return broken or (changed and key != "community")


def _absent(rows: list[SheetRow], register: _Register) -> dict[str, Any]:
    """List current areas under the register's streets that it does not name: closed ones, perhaps."""
    named = set(register.names)
    roots = {code for code in named if len(code) == min(map(len, named))} if named else set()
    absent = [
        area
        for code, area in register.current.items()
        if code not in named and any(code.startswith(root) for root in roots)
    ]
    absent.sort(key=lambda area: area.code)
    return {
        "count": len(absent),
        "areas": [[area.name, area.code] for area in absent[:_REPORTED]],
    }
