"""An actor: who did it, in which post, by which door."""

from dataclasses import dataclass, field
from typing import Self

from django.utils.translation import gettext

from partybuild.access.scopes import Scope


@dataclass(frozen=True)
class Actor:
    """The `by` of every service: a person in a post, a token, a signed link or the system."""

    kind: str  # appointment, token, link, system or anonymous
    scope: Scope = field(default_factory=Scope)
    user_id: int | None = None
    person_id: int | None = None
    appointment_id: int | None = None
    appointment_uid: str = ""
    organization_id: int | None = None
    # "和平社区党委 书记": what histories show.
    post: str = ""
    name: str = ""
    request_id: str = ""
    source: str = ""

    @classmethod
    def system(cls, name: str) -> Self:
        """Return the actor of a sweep or a command; it may do everything; its name stays in events, pages say 系统."""
        return cls(kind="system", scope=Scope(is_system=True), name=name, post=gettext("系统"))

    @classmethod
    def anonymous(cls, *, request_id: str = "", source: str = "") -> Self:
        """Return the actor of a request that nobody signed."""
        return cls(
            kind="anonymous",
            scope=Scope(column="anonymous"),
            request_id=request_id,
            source=source,
        )
