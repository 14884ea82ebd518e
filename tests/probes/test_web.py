"""T22, T24, T26, T29, D7, D11: forged forms, headers, addresses that lead away, odd requests, faults of ours."""

from __future__ import annotations

import io
import re
import socket
import uuid
from collections.abc import Iterator
from typing import Any

from django.test import Client, RequestFactory
from django.urls import URLPattern, get_resolver

from partybuild.accounts.actors import source_of
from tests.architecture.test_routes import shows, takes_posts
from tests.probes.reading import body_of
from tests.probes.roaming import browser_of
from tests.probes.test_forms import undone
from tests.probes.watching import Tally, business, figures, header_faults, watched

SAMPLES = {"uuid": str(uuid.UUID(int=7)), "str": "x", "slug": "units", "int": "1", "path": "x"}


def addresses(*, posts: bool) -> Iterator[tuple[str, Any]]:
    """Yield every address with something in its gaps: those that take forms, or all."""

    def walk(resolver: Any, prefix: str) -> Iterator[tuple[str, Any]]:
        for entry in resolver.url_patterns:
            path = prefix + str(entry.pattern)
            if not isinstance(entry, URLPattern):
                yield from walk(entry, path)
            elif not posts or takes_posts(entry.callback) or not shows(entry.callback):
                filled = re.sub(r"<(\w+):\w+>", lambda gap: SAMPLES[gap[1]], path)
                yield f"/{filled}", entry.callback

    yield from walk(get_resolver(), "")


# -- Forged forms (T22) ---------------------------------------------------------------------------


WAYS = ("none", "wrong", "elsewhere", "null")


def run_forgeries(world: Any, client_of: Any, ways: tuple[str, ...] = WAYS) -> Tally:
    """Send a form to every address that takes one: no token, a wrong one, from elsewhere."""
    tally = Tally()
    browser = browser_of(client_of, world.post("111", "secretary"))
    paths = [path for path, _view in addresses(posts=True) if not path.startswith("/api/")]
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies = browser.cookies
    client.get("/help/")
    token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else "a" * 64
    for path in paths:
        for way in ways:
            data, headers = {"nonce": str(uuid.uuid4())}, {}
            if way == "wrong":
                data["csrfmiddlewaretoken"] = "a" * 64
            if way in {"elsewhere", "null"}:
                data["csrfmiddlewaretoken"] = token
                headers = {"origin": "https://evil.example" if way == "elsewhere" else "null"}
            with undone(), watched() as writes:
                answer = client.post(path, data, headers=headers)
            tally.probes += 1
            if answer.status_code != 403 or business(writes):
                tally.faults.append(f"{path} {way}: {answer.status_code} {business(writes)}")
    return tally


def test_no_form_is_taken_without_its_token(world, client_of):
    tally = run_forgeries(world, client_of)
    tally.say("T22 forged forms")
    assert not tally.faults, "\n".join(tally.faults)
    assert tally.probes > 250


def test_the_probe_sees_an_exempt_page(world, client_of, monkeypatch):
    view = next(view for path, view in addresses(posts=True) if path == "/notices/read/")
    monkeypatch.setattr(view, "csrf_exempt", True, raising=False)
    assert run_forgeries(world, client_of, WAYS[:1]).faults


# -- Addresses that lead away (T26) -----------------------------------------------------------------

LEADING_AWAY = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example",
    "http:///evil.example/",
    "https://localhost@evil.example/",
    "https://testserver.evil.example/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    " https://evil.example/",
    "\thttps://evil.example/",
    "/%09/evil.example/",
    "/\t/evil.example/",
    "https://evil.example\\@testserver/",
    "//testserver:80@evil.example/",
    "/.evil.example",
    "ftp://evil.example/",
    "mailto:x@evil.example",
    "evil.example",
    "?next=//evil.example",
    "x" * 5000,
)


def test_nothing_leads_away(world, client_of):
    tally = Tally()
    post = world.post("111", "secretary")
    for way in LEADING_AWAY:
        for path in ("/ui/preferences/", "/post/", "/obligations/chase/", "/sign-in/"):
            client = browser_of(client_of, post)
            data = {"next": way, "post_uid": str(post.uid), "text": "large", "post": str(post.uid)}
            for answer in (client.post(path, data), client.get(path, {"next": way})):
                tally.probes += 1
                to = answer.headers.get("Location", "")
                if answer.status_code >= 500:
                    tally.faults.append(f"{path} {way[:40]!r}: {answer.status_code}")
                if to and not re.match(r"/(?![/\\])", to):
                    tally.faults.append(f"{path} {way[:40]!r}: leads to {to[:60]}")
    tally.say("T26 addresses that lead away")
    assert not tally.faults, "\n".join(tally.faults)


def test_links_carry_the_address_of_the_settings_whatever_the_host_says(world, settings, client):
    client.raise_request_exception = False
    evil = client.get("/sign-in/", headers={"host": "evil.example"})
    assert (evil.status_code, b"evil.example" in body_of(evil)) == (400, False)
    claimed = client.get("/sign-in/", headers={"x-forwarded-host": "evil.example"})
    assert (claimed.status_code, b"evil.example" in body_of(claimed)) == (200, False)
    assert not settings.USE_X_FORWARDED_HOST
    figures.append("T26 host header: 2 probes, 0 hits")


def test_forwarded_headers_are_believed_only_of_our_proxies(settings):
    request = RequestFactory().get(
        "/", headers={"x-forwarded-for": "1.1.1.1, 2.2.2.2", "x-forwarded-proto": "https"}
    )
    settings.TRUSTED_PROXY_COUNT = 0
    assert source_of(request) == "127.0.0.1"
    assert not request.is_secure()
    settings.TRUSTED_PROXY_COUNT = 1
    assert source_of(request) == "2.2.2.2"
    settings.TRUSTED_PROXY_COUNT = 3
    assert source_of(request) == "127.0.0.1"


def test_reading_pages_opens_no_connection_to_anywhere(world, client_of, monkeypatch):
    tried: list[Any] = []
    connect = socket.socket.connect

    def notes(made: socket.socket, to: Any) -> Any:
        tried.append(to)
        return connect(made, to)

    monkeypatch.setattr(socket.socket, "connect", notes)
    client = browser_of(client_of, world.post("111", "secretary"))
    for path in ("/", "/units/", "/members/", "/meetings/", "/dashboard/", "/imports/new/"):
        url = "http://169.254.169.254/latest/meta-data/"
        client.get(path, {"q": url, "url": url, "next": url})
        client.post(path, {"url": url, "image": url, "webhook": url})
    assert tried == []


# -- Odd requests (D7, D11) ---------------------------------------------------------------------------

NOT_OURS = (
    "/admin/",
    "/admin/login/",
    "/.git/",
    "/.git/config",
    "/.env",
    "/metrics",
    "/metrics/",
    "/static/../config/settings.py",
    "/static/%2e%2e/config/settings.py",
    "/static/..%2f..%2fetc/passwd",
    "/debug/",
    "/__debug__/",
    "/server-status",
    "/phpinfo.php",
    "/wp-login.php",
    "/actuator/env",
    "/api/v1/../../admin/",
    "/media/",
    "/media/x.pdf",
    "/silk/",
    "/graphql",
    "/swagger.json",
    "/console/",
    "/.well-known/x",
    "/backup.zip",
)


def test_what_is_not_ours_is_not_there(db, client):
    tally = Tally()
    client.raise_request_exception = False
    for path in NOT_OURS:
        answer = client.get(path)
        tally.probes += 1
        if answer.status_code not in {404, 400}:
            tally.faults.append(f"{path}: {answer.status_code}")
        tally.faults += [f"{path}: header {each}" for each in header_faults(answer, "/")]
    tally.say("D11 what is not ours")
    assert not tally.faults, "\n".join(tally.faults)


def test_methods_that_nobody_needs_are_refused(world, client_of):
    tally = Tally()
    client = browser_of(client_of, world.post("111", "secretary"))
    for path in ("/", "/units/", "/members/", "/api/v1/units/", "/sign-in/", "/static/app.css"):
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "X"):
            tally.probes += 1
            with watched() as writes:
                answer = client.generic(method, path)
            if answer.status_code not in {405, 404, 403} or business(writes):
                tally.faults.append(f"{method} {path}: {answer.status_code}")
            body_of(answer)
        for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
            tally.probes += 1
            with watched() as writes:
                answer = client.get(path, headers={header: "DELETE"})
                body_of(answer)
            if business(writes) or answer.status_code >= 500:
                tally.faults.append(f"{header} {path}: {answer.status_code}")
        head, got = client.head(path), client.get(path)
        body_of(got)
        if head.status_code not in {got.status_code, 405} or body_of(head):
            tally.faults.append(f"HEAD {path}: {head.status_code}")
    tally.say("D11 methods")
    assert not tally.faults, "\n".join(tally.faults)


def odd_bodies() -> dict[str, tuple[bytes, str]]:
    """Return bodies that no page sends, with their content types."""
    form, data = "application/x-www-form-urlencoded", "application/json"
    parts = "multipart/form-data; boundary=x"
    return {
        "NUL": (b"text=a%00b&name=%00", form),
        "raw NUL": (b"text=a\x00b", form),
        "lone surrogate": (b"text=%ED%A0%80", form),
        "surrogate in JSON": (b'{"text": "\\ud800"}', data),
        "not UTF-8": (b"text=%ff%fe", form),
        "deep JSON": (b"[" * 100_000, data),
        "many fields": (b"&".join(b"a%d=1" % number for number in range(6000)), form),
        "3 MB of text": (b"text=" + b"x" * 3_000_000, form),
        "no boundary": (b"--x", "multipart/form-data"),
        "broken parts": (b"--x\r\nContent-Disposition: form-data", parts),
        "many parts": (
            b"".join(
                b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n1\r\n'
                for _number in range(300)
            )
            + b"--x--",
            parts,
        ),
        "strange type": (b"<a/>", "text/xml"),
        "strange charset": (b"text=x", form + "; charset=utf-7"),
        "no such charset": (b"text=x", form + "; charset=nonsense"),
    }


def test_odd_bodies_are_refused_and_break_nothing(world, client_of):
    tally = Tally()
    client = browser_of(client_of, world.post("111", "secretary"))
    for name, (content, kind) in odd_bodies().items():
        for path in ("/suggestions/new/", "/units/new/", "/sign-in/", "/api/v1/units/"):
            tally.probes += 1
            with undone():
                answer = client.generic("POST", path, content, content_type=kind)
            if answer.status_code >= 500 or (answer.status_code == 302 and "NUL" in name):
                tally.faults.append(f"{name} {path}: {answer.status_code}")
    for query in ("q=%00", "q=%ED%A0%80", "older=%00", "period=%00", "area=%ff", "q=" + "x" * 9000):
        for path in (
            "/units/",
            "/members/",
            "/search/",
            "/dashboard/",
            "/api/v1/units/",
            "/areas/",
        ):
            tally.probes += 1
            answer = client.get(f"{path}?{query}")
            if answer.status_code >= 500 or ("%00" in query and answer.status_code != 400):
                tally.faults.append(f"{path}?{query[:30]}: {answer.status_code}")
    for path in (
        "/l/%00/",
        "/areas/parameters/%00/",
        "/units/reports/fill/%00/",
        "/imports/new/%00/",
    ):
        tally.probes += 1
        answer = client.get(path)
        if answer.status_code not in {400, 404}:
            tally.faults.append(f"{path}: {answer.status_code}")
    tally.say("D7 odd bodies and addresses")
    assert not tally.faults, "\n".join(tally.faults)


def test_a_body_beyond_the_limit_is_refused_unread(db, settings):
    class Unread(io.BytesIO):
        def read(self, *sizes: Any) -> bytes:
            raise AssertionError("the body was read")

    handler = Client(raise_request_exception=False)
    answer = handler.generic(
        "POST", "/sign-in/", b"", CONTENT_LENGTH=str(settings.MAX_REQUEST_BYTES + 1)
    )
    request = {"CONTENT_LENGTH": str(50 * 1024 * 1024), "wsgi.input": Unread()}
    unread = handler.post("/sign-in/", {}, **request)
    assert (answer.status_code, unread.status_code) == (400, 400)


# -- Faults of ours (T29) --------------------------------------------------------------------------

SECRET = "Zqsecret /srv/partybuild SELECT password FROM accounts_user"


def test_a_fault_of_ours_tells_its_number_and_nothing_else(world, client_of, monkeypatch):
    from django.core.handlers.base import BaseHandler

    def breaks(handler: Any, request: Any) -> Any:
        raise RuntimeError(SECRET)

    tally = Tally()
    client = browser_of(client_of, world.post("111", "secretary"))
    monkeypatch.setattr(BaseHandler, "resolve_request", breaks)
    paths = [path for path, _view in addresses(posts=False)][::5][:24]
    paths += ["/api/v1/units/", "/api/v1/areas/", "/", "/members/"]
    for path in paths:
        answer = client.get(path)
        tally.probes += 1
        text = body_of(answer).decode()
        number = answer.headers.get("X-Request-Id", "")
        if answer.status_code != 500:
            tally.faults.append(f"{path}: {answer.status_code}")
        told = [word for word in ("Zqsecret", "Traceback", "SELECT", "/srv", ".py") if word in text]
        tally.faults += [f"{path}: tells {word}" for word in told]
        if number not in text and not path.startswith("/api/"):
            tally.faults.append(f"{path}: no number")
        tally.faults += [f"{path}: header {each}" for each in header_faults(answer, path)]
    tally.say("T29 faults of ours")
    assert not tally.faults, "\n".join(tally.faults)
    assert tally.probes > 20


# -- Headers that the crawl does not see (T24) -------------------------------------------------------


def test_headers_stand_on_files_downloads_and_the_way_out(world, client_of, settings):
    settings.SECURE_HSTS_SECONDS = 31536000
    client = browser_of(client_of, world.post("111", "secretary"))
    faults = []
    for path in ("/static/app.css", "/imports/template/units/", "/nowhere/", "/api/v1/units/", "/"):
        answer = client.get(path, secure=True)
        body_of(answer)
        faults += [f"{path}: {each}" for each in header_faults(answer, path)]
        if "max-age=31536000" not in answer.headers.get("Strict-Transport-Security", ""):
            faults.append(f"{path}: HSTS")
    download = client.get("/imports/template/units/", secure=True)
    if not download.headers["Content-Disposition"].startswith("attachment"):
        faults.append("a download opens in the browser")
    away = client.post("/sign-out/", {})
    if "cache" not in away.headers.get("Clear-Site-Data", ""):
        faults.append("sign-out leaves the cache")
    faults += [f"sign-out: {each}" for each in header_faults(away, "/sign-out/")]
    figures.append(f"T24 headers beside the crawl: 7 responses, {len(faults)} hits")
    assert faults == []


def test_cookies_are_closed(client, settings, db):
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    page = client.get("/sign-in/")
    for cookie in page.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] in {"Lax", "Strict"}
