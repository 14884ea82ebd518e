"""What the frame of every page shows."""

from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from partybuild.access import Actor, may
from partybuild.accounts.actors import actor_of, posts_of
from partybuild.accounts.reading import is_plain
from partybuild.notices.queries.inbox import unread_count
from partybuild.obligations.queries.todo import todo_counts
from partybuild.ui.navigation import BOTTOM, Place, address, navigation_of
from partybuild.ui.preferences import DENSITY_COOKIE, is_large


@dataclass(frozen=True)
class Post:
    """One of the posts a person can act in."""

    uid: str
    label: str
    is_current: bool
    todo_count: int


@dataclass(frozen=True)
class Shell:
    """The frame: who acts, where they can go, what waits for them, how they like to read."""

    product_name: str
    deployment: str
    elder: bool
    compact: bool
    here: str
    # Large type in plain words, with fewer things: of members and of who has not signed in.
    is_plain: bool = False
    actor: Actor | None = None
    post_uid: str = ""
    posts: list[Post] = field(default_factory=list)
    navigation: list[Place] = field(default_factory=list)
    bottom: list[Place] = field(default_factory=list)
    more: list[Place] = field(default_factory=list)
    notice_count: int = 0
    # Addresses by short name; "" while a page is not built.
    urls: dict[str, str] = field(default_factory=dict)

    @property
    def css(self) -> str:
        """The classes of the html element."""
        return " ".join(
            word for word, on in (("elder", self.elder), ("compact", self.compact)) if on
        )

    @property
    def word(self) -> Place | None:
        """The word that the page belongs to."""
        return next((place for place in self.navigation if place.is_current), None)

    @property
    def is_more_current(self) -> bool:
        """Whether the current place is one of those behind 更多."""
        return any(place.is_current for place in self.more)


ADDRESSES = {
    "home": "portal:home",
    "search": "portal:search",
    "notices": "notices:notice-list",
    "help": "portal:help",
    "suggestion": "portal:suggestion-create",
    "proposal": "meetings:proposal-create",
    "privacy": "portal:privacy",
    "mine": "my:home",
    "my_data": "portal:my-data",
    "switch": "accounts:post-switch",
    "sign_out": "accounts:sign-out",
    "security": "accounts:security",
    "sign_in": "accounts:sign-in",
    "preferences": "ui:preference-save",
}


def shell(request: HttpRequest) -> dict[str, object]:
    """Put the frame into the context, worked out only where a page draws it (fragments do not)."""
    return {"shell": SimpleLazyObject(lambda: build_shell(request))}


def build_shell(request: HttpRequest) -> Shell:
    """Return the frame of a request: two counts in two queries, whatever the page."""
    plain = Shell(
        product_name=settings.PRODUCT_NAME,
        deployment=settings.DEPLOYMENT,
        elder=is_large(request),
        compact=request.COOKIES.get(DENSITY_COOKIE) == "compact",
        here=request.get_full_path(),
        is_plain=is_plain(),
        urls={short: address(name) for short, name in ADDRESSES.items()},
    )
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return plain
    actor = actor_of(request)
    appointments = posts_of(request)
    counts = todo_counts(appointments)
    if not may(actor, "search.use"):
        plain.urls["search"] = ""
    if may(actor, "suggestion.answer"):
        plain.urls["suggestions"] = address("portal:suggestion-list")
    navigation = navigation_of(actor.scope, request)
    edge = navigation if len(navigation) <= BOTTOM else navigation[: BOTTOM - 1]
    return Shell(
        product_name=plain.product_name,
        deployment=plain.deployment,
        elder=plain.elder,
        compact=plain.compact,
        here=plain.here,
        is_plain=plain.is_plain,
        urls=plain.urls,
        actor=actor,
        post_uid=actor.appointment_uid,
        posts=[
            Post(
                uid=str(each.uid),
                label=each.post,
                is_current=each.pk == actor.appointment_id,
                todo_count=counts.get(each.pk, 0),
            )
            for each in appointments
        ],
        navigation=navigation,
        bottom=edge,
        more=navigation[len(edge) :],
        notice_count=unread_count(actor),
    )
