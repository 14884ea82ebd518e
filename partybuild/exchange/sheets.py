"""What a sheet is: its columns, how its rows are compared with the data, how they are written.

An app declares one in its exchange.py:

    @register
    class UnitSheet(Sheet):
        key = "units"
        name = Column(_("单位名称"), read=text, aliases=("名称",), required=True)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import Resource

from partybuild.access import Actor, may
from partybuild.exchange import cells
from partybuild.exchange.cells import CellFault
from partybuild.exchange.enums import RowState


class Column(Field):
    """A column of a sheet: its header, what else it is called in real files, how a cell is read."""

    def __init__(
        self,
        label: str | Promise,
        *,
        read: Callable[[Any], Any] = cells.text,
        aliases: tuple[str, ...] = (),
        required: bool = False,
        personal: bool = False,
        unique: bool = False,
        limit: int = 0,
        hint: str | Promise = "",
        choices: dict[str, Any] | None = None,
        attribute: str | None = None,
        in_template: bool = True,
    ) -> None:
        super().__init__(attribute=attribute, column_name=str(label))
        self.label = label
        self.read = read
        self.aliases = aliases
        self.required = required
        self.personal = personal
        # Every row has its own: 同上 makes no sense there.
        self.unique = unique
        self.limit = limit
        self.hint = hint
        self.choices = choices
        self.in_template = in_template

    def value_of(self, raw: Any) -> Any:
        """Return the clean value of a cell; CellFault says what to change."""
        if isinstance(raw, dict):
            raise CellFault(cells.fault_sentence(raw))
        value = self.read(raw)
        if self.limit and isinstance(value, str) and len(value) > self.limit:
            raise CellFault(
                _("超过%(limit)d个字（现为%(length)d个字），请缩短。")
                % {"limit": self.limit, "length": len(value)}
            )
        return value

    def shown(self, value: Any) -> str:
        """Return a clean value as people read it."""
        if value is None:
            return ""
        if self.choices and value in self.choices:
            return str(self.choices[value])
        if isinstance(value, bool):
            return _("是") if value else _("否")
        return f"{value:g}" if isinstance(value, float | Decimal) else str(value)


@dataclass
class Table:
    """One sheet of a file as the reader gave it."""

    name: str
    visible: bool
    merged: list[list[int]]
    rows: list[list[Any]]


@dataclass
class Layout:
    """Where a sheet's data stands: which table, which header row, which column is what."""

    sheet: str
    header_row: int
    first_row: int
    # Column of the sheet → name of ours.
    columns: dict[int, str]
    headers: list[str]
    ignored: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    # What stands above the header: {"community": "和平社区", …}.
    preamble: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class SheetRow:
    """One row on its way: as it stands in the sheet, as it was read, what it would do."""

    line: int
    raw: list[Any]
    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    state: str = ""
    # {name of column: what stands in the data}
    before: dict[str, Any] = field(default_factory=dict)
    # The rows it meets, and whatever a sheet wants to find again when it writes.
    target: Any = None
    note: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether a cell has a fault."""
        return bool(self.faults)


@dataclass(frozen=True)
class Written:
    """A row of the product that applying made or changed."""

    line: int
    label: str
    pk: int
    is_created: bool
    before: dict[str, Any] = field(default_factory=dict)


@dataclass
class Context:
    """Who imports, with which choices of the upload page, under which batch."""

    by: Actor
    options: dict[str, Any] = field(default_factory=dict)
    layout: Layout | None = None
    batch_uid: Any = None
    reason: str = ""
    # What the sheet wants to tell about the data beside the rows.
    report: dict[str, Any] = field(default_factory=dict)


class Sheet(Resource):
    """Base of every sheet; django-import-export carries the declaration and the export."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    # One sentence on the upload page.
    about: ClassVar[str | Promise] = ""
    # The lines of access.csv that the importing post must hold.
    rights: ClassVar[tuple[str, ...]] = ("import.rows",)
    needs_reason: ClassVar[bool] = False
    holds_personal_data: ClassVar[bool] = False
    # Without these columns it is not this sheet.
    key_columns: ClassVar[tuple[str, ...]] = ()
    has_template: ClassVar[bool] = True

    def columns(self) -> dict[str, Column]:
        """Return the declared columns in order."""
        return dict(self.fields)

    # -- what a sheet may answer itself ---------------------------------------------------------
    def recognise(self, tables: list[Table]) -> Layout | None:
        """Find the sheet and the header row; None if this is another kind of file."""
        from partybuild.exchange.recognition import recognise

        return recognise(self, tables)

    def option_fields(self, by: Actor) -> dict[str, Any]:
        """Return further form fields of the upload page, {name: field}."""
        return {}

    def read_rows(self, rows: list[SheetRow], context: Context) -> None:
        """Read every cell of the recognised columns, column by column."""
        assert context.layout is not None
        for position, name in context.layout.columns.items():
            _read_column(self.fields[name], position, name, rows)
        for name, column in self.fields.items():
            if column.required:
                _demand(column, name, rows)

    def check(self, rows: list[SheetRow], context: Context) -> None:
        """Compare read rows with the data: set state, before and faults."""
        raise NotImplementedError

    def apply(self, rows: list[SheetRow], context: Context) -> Iterable[Written]:
        """Write checked rows that are new or changed; the caller holds the transaction."""
        raise NotImplementedError

    def dissolve(self, changes: list[Any], *, by: Actor) -> None:
        """Take away what the system itself hung on created rows, before a batch is undone."""

    def after_undo(self, *, by: Actor) -> None:
        """Mend what is derived from rows after a batch has been undone."""


def _read_column(column: Column, position: int, name: str, rows: list[SheetRow]) -> None:
    above: Any = None
    # Real sheets repeat themselves: each distinct cell is read once.
    known: dict[Any, Any] = {}
    for row in rows:
        raw = row.raw[position] if position < len(row.raw) else ""
        if isinstance(raw, str) and raw.strip() in cells.DITTO:
            if column.unique or above is None:
                row.faults[name] = _("这里不能写“%(ditto)s”，请填写实际内容。") % {
                    "ditto": raw.strip()
                }
                continue
            row.values[name] = above
            continue
        token = (type(raw), raw) if not isinstance(raw, dict) else None
        try:
            if token is not None and token in known:
                value = known[token]
                if isinstance(value, CellFault):
                    raise value
            else:
                value = column.value_of(raw)
        except CellFault as fault:
            row.faults[name] = fault.sentence
            if token is not None:
                known[token] = fault
            continue
        if token is not None:
            known[token] = value
        row.values[name] = value
        if value not in (None, ""):
            above = value


def _demand(column: Column, name: str, rows: list[SheetRow]) -> None:
    for row in rows:
        if name not in row.faults and row.values.get(name) in (None, ""):
            row.faults[name] = _("必填，请填写%(label)s。") % {"label": column.label}


def settle(rows: list[SheetRow]) -> None:
    """Give wrong rows their state, whatever a comparison found."""
    for row in rows:
        if row.faults:
            row.state = RowState.WRONG


_sheets: dict[str, type[Sheet]] = {}


def register(sheet: type[Sheet]) -> type[Sheet]:
    """Make a sheet known to the pages and the commands."""
    if sheet.key in _sheets:
        raise ValueError(f"two sheets are called {sheet.key}")
    _sheets[sheet.key] = sheet
    return sheet


def sheet_of(key: str) -> Sheet:
    """Return a sheet by its key; KeyError if nobody declared it."""
    return _sheets[key]()


def all_sheets() -> list[Sheet]:
    """Return every declared sheet."""
    return [sheet() for sheet in _sheets.values()]


def may_import(by: Actor, sheet: Sheet) -> bool:
    """Tell whether a post holds every right that a sheet asks for."""
    return all(may(by, right) for right in sheet.rights)


def sheets_for(by: Actor) -> list[Sheet]:
    """Return the sheets that a post may import."""
    return [sheet for sheet in all_sheets() if may_import(by, sheet)]
