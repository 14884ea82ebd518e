"""What stands in an answer: links, forms, and the text of whatever was sent."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml import html

HTML = "text/html"


def body_of(answer: Any) -> bytes:
    """Return the bytes of an answer, streamed or not."""
    if getattr(answer, "streaming", False):
        sent = b"".join(answer.streaming_content)
        # The file only: closing the answer would close the test's connection too.
        for close in answer._resource_closers:
            close()
        return sent
    content: bytes = answer.content
    return content


def is_html(answer: Any) -> bool:
    """Tell whether a browser would read it as a page."""
    return answer.headers.get("Content-Type", "").startswith(HTML)


def text_of(content: bytes) -> str:
    """Return everything readable in a body; archives (xlsx, docx) are opened."""
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(
                archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
            )
    return content.decode("utf-8", "replace")


@dataclass
class Field:
    """One control of a form; `options` are the values that it offers."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    is_on: bool = True
    is_required: bool = False


@dataclass
class Form:
    """A form of a page."""

    path: str
    method: str
    fields: list[Field]
    is_upload: bool = False

    @property
    def names(self) -> set[str]:
        """What it sends."""
        return {each.name for each in self.fields}

    def filled(self) -> dict[str, list[str]]:
        """Return what a browser would send, empty required fields filled with something plausible."""
        sent: dict[str, list[str]] = {}
        for each in self.fields:
            if each.kind in {"submit", "button", "image", "reset", "file"}:
                continue
            if each.kind in {"checkbox", "radio"}:
                if each.is_on:
                    sent.setdefault(each.name, []).append(each.value)
                continue
            value = each.value
            if not value and each.options:
                value = next((option for option in each.options if option), "")
            sent.setdefault(each.name, []).append(value or plausible(each))
        for each in self.fields:
            if each.kind == "radio" and each.name not in sent:
                sent[each.name] = [each.value]
        for each in self.fields:
            if each.kind == "checkbox" and each.name in {"selected"} and each.name not in sent:
                sent[each.name] = [each.value]
        return sent

    def submits(self) -> list[tuple[str, str]]:
        """Return the named buttons: (name, value)."""
        return [
            (each.name, each.value)
            for each in self.fields
            if each.kind in {"submit", "button"} and each.name
        ]


# Free to be empty, and refused when it is anything else.
_EMPTY = {"credit_code", "telephone", "fax", "version"}
# The number is of an area code that nobody has; its check character is right.
_TYPED = {"id_number": "330299198001010016", "hours": "2.5", "agree": "on"}


def plausible(each: Field) -> str:
    """Return something that a person might type."""
    match each.kind:
        case "date":
            return "2026-03-20"
        case "datetime-local":
            return "2026-03-20T14:30"
        case "time":
            return "14:30"
        case "number":
            return "3"
        case "email":
            return "zhang@example.org"
        case "hidden" | "search" | "password":
            return each.value
        case _ if each.name in _EMPTY:
            return ""
        case _ if each.name in _TYPED:
            return _TYPED[each.name]
        case _ if "phone" in each.name or each.kind == "tel":
            return "19900001234"
        case _ if each.name.endswith("_on") or each.name.endswith("_from"):
            return "2026-03-20"
        case _:
            return "填写的内容"


def _fields(form: Any) -> list[Field]:
    found: list[Field] = []
    for node in form.iter("input", "select", "textarea", "button"):
        name = node.get("name")
        if not name or node.get("disabled") is not None:
            continue
        required = node.get("required") is not None
        if node.tag == "select":
            options = [option.get("value", option.text_content()) for option in node.iter("option")]
            chosen = [
                option.get("value", option.text_content())
                for option in node.iter("option")
                if option.get("selected") is not None
            ]
            value = chosen[0] if chosen else (options[0] if options else "")
            found.append(Field(name, "select", value, options, is_required=required))
        elif node.tag == "textarea":
            found.append(
                Field(name, "textarea", (node.text or "").strip("\n"), is_required=required)
            )
        elif node.tag == "button":
            kind = node.get("type", "submit")
            found.append(Field(name, kind, node.get("value", "")))
        else:
            kind = node.get("type", "text")
            on = kind not in {"checkbox", "radio"} or node.get("checked") is not None
            default = "on" if kind in {"checkbox", "radio"} else ""
            found.append(
                Field(name, kind, node.get("value", default), is_on=on, is_required=required)
            )
    return found


class Page:
    """An HTML answer, parsed."""

    def __init__(self, content: bytes, path: str) -> None:
        self.path = path
        self.root = html.document_fromstring(content.decode("utf-8", "replace") or "<html></html>")

    def links(self) -> list[str]:
        """Return the addresses of ours that the page leads to by GET."""
        found = []
        for name in ("href", "hx-get", "data-url", "data-poll"):
            found += [str(value) for value in self.root.xpath(f"//@{name}")]
        for form in self.forms():
            if form.method == "get":
                found += _queries(form)
        ours = []
        for link in found:
            parts = urlsplit(urljoin(self.path, link))
            if parts.scheme or parts.netloc or parts.path.startswith("/static/"):
                continue
            ours.append(parts.path + (f"?{parts.query}" if parts.query else ""))
        return list(dict.fromkeys(ours))

    def forms(self) -> list[Form]:
        """Return its forms; a button's own formaction makes another one."""
        found = []
        for node in self.root.iter("form"):
            method = node.get("method", "get").lower()
            action = urljoin(self.path, node.get("action") or self.path)
            upload = node.get("enctype") == "multipart/form-data"
            fields = _fields(node)
            if node.get("id"):
                for other in self.root.xpath(f"//*[@form='{node.get('id')}']"):
                    fields += _fields(_wrapped(other))
            found.append(Form(action, method, fields, upload))
            found += [
                Form(urljoin(self.path, button.get("formaction")), "post", fields, upload)
                for button in node.xpath(".//button[@formaction]")
            ]
        return found


def _wrapped(node: Any) -> Any:
    holder = html.Element("form")
    holder.append(html.fromstring(html.tostring(node)))
    return holder


def _queries(form: Form) -> list[str]:
    """Return addresses that a search form leads to: each choice by itself, and some words."""
    base = {name: values[-1] for name, values in form.filled().items() if values[-1]}
    path = form.path.split("?")[0]
    found = [f"{path}?{urlencode(base)}"]
    for each in form.fields:
        choices = each.options[:6] if each.options else []
        if each.kind in {"text", "search"}:
            choices = ["Zq", "1234", "党"]
        found += [
            f"{path}?{urlencode({**base, each.name: choice})}" for choice in choices if choice
        ]
    return found


def shape_of(address: str, route: str) -> str:
    """Return the kind of an address: its route and the names in its query."""
    names = sorted({name for name, _value in parse_qsl(urlsplit(address).query)})
    return f"{route}?{','.join(names)}"
