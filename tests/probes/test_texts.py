"""T23, T25: no text becomes markup in a page, nor a formula in a sheet."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook

from partybuild.accounts.actors import actor_in
from partybuild.exchange.queries import rows_to_correct
from tests.factories.sheets import staged, workbook
from tests.probes.crawling import crawl
from tests.probes.reading import Page, is_html
from tests.probes.roaming import browser_of, holders_of_links
from tests.probes.test_forms import forms_of, send, undone
from tests.probes.watching import Tally, header_faults
from tests.probes.world import make_world

# Each bears the mark zqx: as a tag, an attribute or an address it is found in the parsed page.
PAYLOADS = (
    "<zqx>",
    '"><zqx>',
    "'><zqx>",
    "</textarea><zqx>",
    "</title><zqx>",
    "</script><zqx>",
    "</style><zqx>",
    "</option></select><zqx>",
    "--><zqx>",
    "]]><zqx>",
    "<!--<zqx>",
    '" zqx="1',
    "' zqx='1",
    '" onmouseover="zqx()',
    "' onfocus='zqx()' autofocus='",
    "` zqx=`1",
    "javascript:zqx()",
    "JaVaScRiPt:zqx()",
    "data:text/html,<zqx>",
    "<svg onload=zqx()>",
    "<img src=zqx onerror=zqx()>",
    "<a href=javascript:zqx()>x</a>",
    "<iframe srcdoc='<zqx>'>",
    "<math><mi zqx=1>",
    "<base href=//zqx>",
    "<form action=//zqx>",
    "<meta http-equiv=refresh content=0;url=//zqx>",
    "<link rel=stylesheet href=//zqx>",
    "<style>@import '//zqx'</style>",
    "<script>zqx()</script>",
    "<scr<script>ipt>zqx()</script>",
    "<<zqx>>",
    "<zqx/>",
    "<zqx\t/x",
    "<zqx\n>",
    "<ZQX>",
    "\u003czqx\u003e",
    "&lt;zqx&gt;<zqx>",
    "&#60;zqx&#62;<zqx>",
    "%3Czqx%3E<zqx>",
    "＜zqx＞<zqx>",
    "{{ zqx }}<zqx>",
    "{% zqx %}<zqx>",
    "${zqx}<zqx>",
    "#{zqx}<zqx>",
    "<%= zqx %><zqx>",
    "{{constructor.constructor('zqx()')()}}<zqx>",
    '\\"><zqx>',
    "\\'><zqx>",
    "a' hx-get='//zqx",
    'a" hx-get="//zqx',
    'a" hx-on:click="zqx()',
    'a" data-zqx="1',
    'a" style="zqx:1',
    'a" href="javascript:zqx()',
    "<details open ontoggle=zqx()>",
    "<object data=//zqx>",
    "<embed src=//zqx>",
    "<template><zqx></template>",
    "<noscript><zqx></noscript>",
)
_LINKS = ("href", "src", "action", "formaction", "data", "srcdoc", "hx-get", "hx-post")


def markup_faults(content: bytes, path: str) -> list[str]:
    """Return where a payload has become markup."""
    faults = []
    for node in Page(content, path).root.iter():
        if not isinstance(node.tag, str):
            if "zqx" in (node.text or ""):
                faults.append(f"a comment: {node.text[:60]}")
            continue
        if "zqx" in node.tag.lower():
            faults.append(f"<{node.tag}>")
        if (
            node.tag in {"script", "style"}
            and "zqx" in (node.text or "").lower()
            and (node.get("type") != "application/json")
        ):
            faults.append(f"in a {node.tag}")
        for name, value in node.attrib.items():
            if "zqx" in name.lower() or (name.startswith("on") and name != "once"):
                faults.append(f"{node.tag} {name}={value[:40]}")
            if name == "style" and "zqx" in value:
                faults.append(f"{node.tag} style")
            if name in _LINKS and re.match(r"\s*(javascript|data|//)", value, re.IGNORECASE):
                faults.append(f"{node.tag} {name}={value[:40]}")
    return faults


class Dressed:
    """Gives every name a payload of its own, each in turn."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, name: str) -> str:
        payload = PAYLOADS[self.count % len(PAYLOADS)]
        self.count += 1
        # Names have their lengths: what is too long loses its canary.
        return (payload + name)[:50] if len(payload) < 50 else payload[:50]


class Look:
    """Looks at every page for markup that came out of text."""

    def __init__(self, tally: Tally) -> None:
        self.tally, self.shown, self.who = tally, 0, ""

    def __call__(self, address: str, answer: Any, content: bytes) -> None:
        self.tally.responses += 1
        if not is_html(answer):
            return
        self.shown += content.count(b"zqx")
        found = markup_faults(content, address) if content else []
        found += [each for each in header_faults(answer, address) if each.startswith("CSP")]
        self.tally.faults += [f"{self.who} {address}: {each}" for each in found]


def run_markup(client_of: Any, *, most: int, per_shape: int) -> tuple[Tally, int]:
    """Crawl a world whose every name is a payload."""
    world = make_world(dress=Dressed(), small=True, base="97")
    look = Look(Tally())
    for key, role, post in world.posts():
        if key.startswith("2"):
            continue
        look.who = f"{role} {key}"
        crawl(browser_of(client_of, post), look, per_shape=per_shape, most=most)
    for visitor in holders_of_links(world):
        look.who = "link"
        crawl(visitor.client, look, per_shape=1, most=1, begin=visitor.begin)
    return look.tally, look.shown


@pytest.mark.django_db
def test_no_name_becomes_markup(clock, client_of):
    tally, shown = run_markup(client_of, most=24, per_shape=1)
    tally.probes = shown
    tally.say("T23 names as markup (probes: payloads shown)")
    assert not tally.faults, "\n".join(tally.faults)
    assert shown > 1000


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.django_db
def test_no_name_becomes_markup_at_length(clock, client_of):
    tally, shown = run_markup(client_of, most=400, per_shape=8)
    tally.probes = shown
    tally.say("T23 names as markup (probes: payloads shown)")
    assert not tally.faults, "\n".join(tally.faults)


def run_typed(world: Any, client_of: Any, *, fast: bool, each: int) -> Tally:
    """Type payloads into the text fields of forms: neither the refusal nor what follows has new markup."""
    tally, done = Tally(), set()
    for one in forms_of(world, client_of, fast=fast):
        names = frozenset(one.form.names)
        if names in done:
            continue
        done.add(names)
        texts = [
            field.name for field in one.form.fields if field.kind in {"text", "textarea", "search"}
        ]
        if not texts:
            continue
        filled = one.form.filled()
        for number in range(0, len(PAYLOADS), max(1, len(PAYLOADS) // each)):
            word = PAYLOADS[number]
            tally.probes += 1
            with undone():
                answer = send(one.visitor, one.form.path, {**filled, **dict.fromkeys(texts, word)})
                if answer.status_code == 302 and answer["Location"].startswith("/"):
                    answer = one.visitor.client.get(answer["Location"])
            if is_html(answer) and answer.content:
                found = markup_faults(answer.content, one.form.path)
                tally.faults += [f"{one.name} {word!r}: {fault}" for fault in found]
    return tally


def test_nothing_typed_becomes_markup(world, client_of):
    tally = run_typed(world, client_of, fast=True, each=3)
    tally.say("T23 typed payloads")
    assert not tally.faults, "\n".join(tally.faults)
    assert tally.probes > 40


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nothing_typed_becomes_markup_at_length(world, client_of):
    tally = run_typed(world, client_of, fast=False, each=60)
    tally.say("T23 typed payloads")
    assert not tally.faults, "\n".join(tally.faults)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_probe_sees_each_payload_unescaped(payload):
    """Between tags or inside an attribute of either kind, every payload that can harm is seen."""
    places = ("<p>{}</p>", '<a title="{}">x</a>', "<a title='{}'>x</a>", '<a href="{}">x</a>')
    places += ("<textarea>{}</textarea>", "<select><option>{}</option></select>", "<a x={}>x</a>")
    places += ("<title>{}</title>", "<script>{}</script>", "<!-- {} -->", "<style>{}</style>")
    pages = (f"<html><body>{place.format(payload)}</body></html>".encode() for place in places)
    assert any(markup_faults(page, "/") for page in pages)


# -- Formulas (T25) ---------------------------------------------------------------------------------

PREFIXES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", '"=', ";=", "|", "%")
FORMULA = "1+cmd|' /C calc'!A0"


def formula_cells(content: bytes) -> list[str]:
    """Return the cells of a workbook that are no plain text or number."""
    found = []
    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        for row in sheet.iter_rows():
            found += [
                f"{sheet.title}!{cell.coordinate} {cell.value!r}"
                for cell in row
                if cell.data_type not in {"s", "n", "inlineStr", "d", "b"}
            ]
    return found


def test_no_sheet_of_ours_holds_a_formula(world, client_of):
    tally = Tally()
    secretary = actor_in(world.post("111", "secretary"))
    head = ["单位名称", "统一社会信用代码", "备注", "联系人"]
    rows = [[prefix + FORMULA, prefix + "9", prefix + FORMULA, prefix + "x"] for prefix in PREFIXES]
    book = workbook(head, *rows)
    batch = staged("units", book, by=secretary, name="=cmd.xlsx")
    client = browser_of(client_of, world.post("111", "secretary"))
    sheets = {"rows": rows_to_correct(batch, secretary)}
    for key in ("units", "members"):
        answer = client.get(f"/imports/template/{key}/")
        if answer.status_code == 200:
            sheets[key] = answer.content
    for name, content in sheets.items():
        tally.probes += sum(
            1
            for sheet in load_workbook(io.BytesIO(content)).worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        )
        tally.faults += [f"{name}: {each}" for each in formula_cells(content)]
    tally.say("T25 cells of workbooks")
    assert not tally.faults, "\n".join(tally.faults)
    assert tally.probes > 60


def test_the_probe_sees_a_formula():
    assert formula_cells(workbook(["=1+1"]))
