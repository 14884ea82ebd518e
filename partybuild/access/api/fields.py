"""Fields that a row of the REST interface is made of, beside those of REST framework."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partybuild.access.scopes import Scope

# Rows by primary key, as {"uid", "name"}.
Names = dict[int, dict[str, Any]]


class NamedRowSerializer(serializers.Serializer[Any]):
    """Another row: its uid and what it is called."""

    uid = serializers.UUIDField(help_text="对象编号，可用于同名接口。")
    name = serializers.CharField(help_text="名称。")


@extend_schema_field(NamedRowSerializer)
class NamedRowField(serializers.Field[Any, Any, Any, Any]):
    """Another row as {"uid", "name"}; null where there is none or the caller may not see it."""

    def __init__(
        self,
        model: Any,
        *,
        uid: str = "uid",
        name: str = "name",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("read_only", True)
        kwargs.setdefault("allow_null", True)
        super().__init__(**kwargs)
        self.model, self.uid, self.name = model, uid, name

    def names(self, keys: Iterable[int], scope: Scope) -> Names:
        """Return those of the rows that a scope may see."""
        found = self.model._default_manager.visible_to(scope).filter(pk__in=set(keys))
        return {
            key: {"uid": uid, "name": name}
            for key, uid, name in found.values_list("pk", self.uid, self.name)
        }

    def to_representation(self, value: Any) -> Any:
        """Unused: rows are written from values."""
        raise NotImplementedError


@extend_schema_field(NamedRowSerializer(many=True))
class NamedRowsField(NamedRowField):
    """Several other rows, those that the caller may see; `links` gives (owner, other) key pairs."""

    def __init__(
        self,
        model: Any,
        *,
        links: Callable[[list[int]], Iterable[tuple[int, int]]],
        **kwargs: Any,
    ) -> None:
        kwargs["allow_null"] = False
        super().__init__(model, **kwargs)
        self.links = links


class MaskedField(serializers.CharField):
    """A personal value of which only the masked form is sent."""

    def __init__(self, mask: Callable[[str], str], **kwargs: Any) -> None:
        kwargs.setdefault("read_only", True)
        super().__init__(**kwargs)
        self.mask = mask
