"""Lists and single rows: found through visible_to, sent as declared, paged by key."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import F, Q
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from partybuild.access.actors import Actor
from partybuild.access.api.changes import sight_changes
from partybuild.access.api.clock import OldestRunning, oldest_running
from partybuild.access.api.cursors import CursorUnreadable, seal, unseal
from partybuild.access.api.filters import Filter
from partybuild.access.api.renderers import OrjsonRenderer
from partybuild.access.api.rows import plan_of, rows_of
from partybuild.access.api.schema import EndpointSchema
from partybuild.access.querysets import ScopedQuerySet
from partybuild.access.rules import Refused, require
from partybuild.access.words import words_of

DEFAULT_LIMIT = 100
MOST = 500
START = "start"
# Above every primary key.
MOST_KEY = 2**63 - 1


class ReadView(APIView):
    """An endpoint for reading; `key` is its line of access.csv."""

    key: ClassVar[str]
    # The noun of the address: operations and cursors are named after it.
    resource: ClassVar[str]
    # What one reads here, in the words of the schema.
    summary: ClassVar[str]
    serializer_class: ClassVar[type[Any]]
    filters: ClassVar[tuple[Filter, ...]] = ()
    is_list: ClassVar[bool] = False
    # True: the serializer describes the whole answer, not one row of a page.
    is_whole: ClassVar[bool] = False
    http_method_names = ["get", "head"]
    renderer_classes = (OrjsonRenderer,)
    schema = EndpointSchema()

    @property
    def by(self) -> Actor:
        """Who is asking: put on the request by whichever authentication let it in."""
        return self.request._request.actor  # type: ignore[attr-defined]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a post or token without the right, and parameters that nobody declared."""
        super().initial(request, *args, **kwargs)
        try:
            require(self.by, self.key)
        except Refused as refused:
            thing, deed = words_of(refused.key)
            raise PermissionDenied(
                _("所用岗位或令牌没有“%(thing)s：%(deed)s”（%(key)s）这项操作。")
                % {"thing": thing, "deed": deed, "key": refused.key}
            ) from refused
        known = {parameter.name for parameter in self.parameters()}
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            raise ValidationError({name: [_("没有这个参数。")] for name in unknown})
        # An empty filter would quietly mean all rows.
        empty = sorted(name for name, text in request.query_params.items() if not text)
        if empty:
            raise ValidationError({name: [_("参数没有填写。")] for name in empty})
        doubled = sorted(name for name in known if len(request.query_params.getlist(name)) > 1)
        if doubled:
            raise ValidationError({name: [_("这个参数只能填一次。")] for name in doubled})

    @classmethod
    def parameters(cls) -> list[OpenApiParameter]:
        """Return what the schema says about the query."""
        return [each.parameter() for each in cls.filters]

    def get_queryset(self) -> ScopedQuerySet:
        """Return the rows; each view begins at `visible_to`."""
        raise NotImplementedError

    def narrowed(self) -> Q:
        """Return the conditions of the query's filters."""
        query = self.request.query_params
        rows = Q()
        for each in self.filters:
            if query.get(each.name):
                rows &= each.rows(query[each.name], self.by.scope)
        return rows


class RowsView(ReadView):
    """A list in keyset pages: one row more than asked is read instead of a count."""

    is_list = True
    # The transaction that last changed a row, None where there is no feed.
    changed: ClassVar[Any] = F("changed_xid")
    # False where units see rows through where their people reported in: what leaves is not told them.
    tells_units: ClassVar[bool] = True

    @classmethod
    def parameters(cls) -> list[OpenApiParameter]:
        """Add paging and the feed to the filters."""
        paging = [
            OpenApiParameter(
                "limit",
                type={"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
                description="每页行数。",
            ),
            OpenApiParameter(
                "cursor", type=OpenApiTypes.STR, description="上一页给出的 next，原样填入。"
            ),
        ]
        if cls.changed is not None:
            paging.append(
                OpenApiParameter(
                    "changed_since",
                    type=OpenApiTypes.STR,
                    description=(
                        "只取此后变更的行，按变更先后排列：首次填 start，"
                        "以后填上一次给出的 changes。不与其他筛选同用。"
                    ),
                )
            )
        return [*super().parameters(), *paging]

    def get(self, request: Request) -> Response:
        """Return one page."""
        if request.query_params.get("changed_since"):
            return self._feed()
        limit = self._limit()
        rows = self.get_queryset().filter(self.narrowed()).order_by("pk")
        cursor = request.query_params.get("cursor")
        if cursor:
            (last,) = self._place(cursor, of=self.resource, parameter="cursor", length=1)
            rows = rows.filter(pk__gt=last)
        found, extra = rows_of(rows[: limit + 1], plan_of(self.serializer_class), self.by.scope)
        more = len(found) > limit
        return Response(
            {
                "results": found[:limit],
                "gone": [],
                "next": seal((extra[limit - 1][0],), of=self.resource) if more else None,
                "changes": None,
            }
        )

    def _feed(self) -> Response:
        """Return what changed after a place, below the oldest transaction still running.

        Two streams in one cursor: rows by the transaction that wrote them, and the log of what came
        into sight or left it. Rows first: what leaves while we read is in the log, after them.
        """
        query = self.request.query_params
        if self.changed is None or set(query) - {"changed_since", "limit"}:
            raise ValidationError({"changed_since": [_("不与其他筛选同用。")]})
        if self.by.scope.is_unit and not self.tells_units:
            raise ValidationError(
                {"changed_since": [_("单位看到哪些随本单位党员报到变动，请每次整表读取。")]}
            )
        limit = self._limit()
        feed = f"{self.resource}:changes:{self._print()}"
        if query["changed_since"] == START:
            # Whatever leaves from now on is told; what left before was never read.
            xid, key, log_xid, log_key = 0, 0, oldest_running() - 1, MOST_KEY
        else:
            xid, key, log_xid, log_key = self._place(
                query["changed_since"], of=feed, parameter="changed_since", length=4
            )
        rows = (
            self.get_queryset()
            .annotate(changed_in=self.changed)
            .filter(changed_in__lt=OldestRunning())
            .filter(Q(changed_in__gt=xid) | Q(changed_in=xid, pk__gt=key))
            .order_by("changed_in", "pk")
        )
        found, extra = self._rows(rows[: limit + 1], extra=("changed_in",))
        more = len(found) > limit
        found, extra = found[:limit], extra[:limit]
        if extra:
            key, xid = extra[-1]
        gone: list[Any] = []
        if not more:
            room = limit - len(found)
            entries = sight_changes(
                self.get_queryset().model._meta.label,
                self.by.scope,
                seen=self.get_queryset(),
                after=(log_xid, log_key),
                limit=room + 1,
            )
            more = len(entries) > room
            entries = entries[:room]
            if entries:
                log_xid, log_key = entries[-1].changed_xid, entries[-1].pk
                came, gone = self._sorted_out(entries, {pk for pk, _xid in extra})
                found += came
        place = seal((xid, key, log_xid, log_key), of=feed)
        return Response(
            {"results": found, "gone": gone, "next": place if more else None, "changes": place}
        )

    def _sorted_out(self, entries: Any, sent: set[int]) -> tuple[list[Any], list[Any]]:
        """Return the rows in sight that were not sent yet, and the uids of those out of sight."""
        keys = {each.object_id for each in entries}
        here = self.get_queryset().filter(pk__in=keys)
        came, extra = self._rows(here.order_by("pk"))
        known = {line[0] for line in extra}
        gone = {each.object_uid: None for each in entries if each.object_id not in known | sent}
        return (
            [row for row, line in zip(came, extra, strict=True) if line[0] not in sent],
            [{"uid": uid} for uid in gone],
        )

    def _rows(self, rows: Any, extra: tuple[str, ...] = ()) -> Any:
        return rows_of(rows, plan_of(self.serializer_class), self.by.scope, extra=extra)

    def _print(self) -> str:
        """Name what the caller looks from: a token whose place changed begins anew."""
        scope = self.by.scope
        return f"{scope.column}:{scope.area_path}:{scope.organization_id}"

    def _limit(self) -> int:
        text = self.request.query_params.get("limit") or str(DEFAULT_LIMIT)
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST):
            raise ValidationError({"limit": [_("请填写1到%(most)d之间的整数。") % {"most": MOST}]})
        return int(text)

    @staticmethod
    def _place(cursor: str, *, of: str, parameter: str, length: int) -> tuple[int, ...]:
        try:
            place = unseal(cursor, of=of)
        except CursorUnreadable:
            place = ()
        if len(place) != length:
            raise ValidationError({parameter: [_("游标不对，请从第一页重新读取。")]})
        return place


class RowView(ReadView):
    """One row by its uid; 404 where there is none or the caller may not see it."""

    # The column of the uid in the address.
    uid_column: ClassVar[str] = "uid"

    def get(self, request: Request, uid: Any) -> Response:
        """Return the row."""
        rows = self.get_queryset().filter(**{self.uid_column: uid})[:1]
        found, _extra = rows_of(rows, plan_of(self.serializer_class), self.by.scope)
        if not found:
            raise Http404
        return Response(found[0])
