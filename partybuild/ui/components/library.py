"""The library of component tags, and how a function becomes a tag."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.template import Library
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

register = Library()

# The name of each component; its template is templates/components/<name>.html.
COMPONENTS: list[str] = []

Variables = dict[str, Any]


def _drawing(function: Callable[..., Variables]) -> Callable[..., SafeString]:
    """Draw the component's template with exactly the variables that the function returns."""
    name = function.__name__
    COMPONENTS.append(name)

    @wraps(function)
    def draw(*args: Any, **kwargs: Any) -> SafeString:
        html = get_template(f"components/{name}.html").render(function(*args, **kwargs))
        # Without the line after the leading comment: a component may stand inside a sentence.
        return mark_safe(html.strip())  # noqa: S308  the template has escaped it

    return draw


def component(function: Callable[..., Variables]) -> Callable[..., SafeString]:
    """Register a tag without content."""
    drawn = _drawing(function)
    return register.simple_tag(drawn)


def context_component(function: Callable[..., Variables]) -> Callable[..., SafeString]:
    """Register a tag that reads the request (its first argument is the context)."""
    drawn = _drawing(function)
    return register.simple_tag(drawn, takes_context=True)


def block(function: Callable[..., Variables]) -> Callable[..., SafeString]:
    """Register a tag with content: {% name %}…{% endname %}."""
    drawn = _drawing(function)
    return register.simple_block_tag(drawn)


def context_block(function: Callable[..., Variables]) -> Callable[..., SafeString]:
    """Register a tag with content that reads the request."""
    drawn = _drawing(function)
    return register.simple_block_tag(drawn, takes_context=True)


def trimmed(content: SafeString) -> SafeString:
    """Return a block's content without the white space around it; stripping forgets that it is safe."""
    return mark_safe(content.strip())  # noqa: S308  the template has escaped it
