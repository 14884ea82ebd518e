"""What the schema says about an endpoint, read from its declaration."""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class ErrorSerializer(serializers.Serializer[Any]):
    """A refusal in plain words."""

    detail = serializers.CharField(help_text="原因。")


REFUSALS = {
    400: "参数不对；以参数名为键，逐项说明。",
    401: "没有令牌，或令牌过期、被收回、任期已满。",
    403: "令牌或岗位没有这项权限。",
    404: "没有找到，或不在可见范围内。",
}


class GoneSerializer(serializers.Serializer[Any]):
    """A row that is no longer in sight."""

    uid = serializers.UUIDField(help_text="对象编号。")


@cache
def page_of(serializer_class: type[Any]) -> type[Any]:
    """Return the page of a row's serializer, as the schema names it."""
    name = serializer_class.__name__.removesuffix("Serializer") + "PageSerializer"
    row_help = "本页各行。"
    return type(
        name,
        (serializers.Serializer,),
        {
            "__doc__": "一页。",
            "__module__": serializer_class.__module__,
            "results": serializer_class(many=True, help_text=row_help),
            "gone": GoneSerializer(
                many=True,
                help_text="变更流：不再可见的对象，请在本地停用；普通列表为空。",
            ),
            "next": serializers.CharField(
                allow_null=True,
                help_text="下一页的游标，填入 cursor（变更流填入 changed_since）；末页为空。",
            ),
            "changes": serializers.CharField(
                allow_null=True, help_text="下一次读取变更流时填入 changed_since；普通列表为空。"
            ),
        },
    )


class EndpointSchema(AutoSchema):
    """Describes a ReadView."""

    view: Any

    def get_operation_id(self) -> str:
        """areas_list, areas_read."""
        return f"{self.view.resource}_{'list' if self.view.is_list else 'read'}"

    def get_tags(self) -> list[str]:
        """Group by noun."""
        return [str(self.view.resource)]

    def get_summary(self) -> str:
        """Say what one reads here."""
        return str(self.view.summary)

    def get_description(self) -> str:  # type: ignore[override]
        """Name the line of access.csv."""
        return f"权限：`{self.view.key}`。"

    def get_override_parameters(self) -> list[Any]:
        """Return filters and paging."""
        return list(self.view.parameters())

    def get_request_serializer(self) -> None:
        """Reading has no body."""

    def _is_list_view(self, serializer: Any = None) -> bool:
        """A page is an object that holds a list."""
        return False

    def get_response_serializers(self) -> Any:
        """Return the answers, refusals included."""
        row = self.view.serializer_class
        answer = page_of(row) if self.view.is_list and not self.view.is_whole else row
        return {
            200: answer,
            400: OpenApiResponse(
                response={"type": "object", "additionalProperties": True},
                description=REFUSALS[400],
            ),
            **{
                code: OpenApiResponse(response=ErrorSerializer, description=REFUSALS[code])
                for code in (401, 403, *(() if self.view.is_list else (404,)))
            },
        }


class TokenScheme(OpenApiAuthenticationExtension):
    """The token in the Authorization header."""

    target_class = "partybuild.accounts.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """Describe the header."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Authorization: Token pb_…（由安全管理员签发）",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    """The session of a signed-in page."""

    target_class = "partybuild.accounts.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """Describe the cookie."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
