"""python -m tests.pictures FOLDER [NAME …]: the pictures of docs/users, out of a demo of their own (`make pictures`).

Pictures show what a visitor of the demo sees; a page whose row is not in the demo is left as it was.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

ADDRESS = "127.0.0.1:8077"
BASE = f"http://{ADDRESS}"
DESK, PHONE = (1440, 900), (390, 844)
# A picture is cut here: what is below is more of the same.
LONGEST = 1500


@dataclass(frozen=True)
class Picture:
    """One picture: who looks, at what, on which screen, and what is pressed before."""

    name: str
    who: str
    path: str | Callable[[], str | None]
    size: tuple[int, int] = DESK
    before: Callable[[Any], None] | None = None


def first(label: str, **filters: Any) -> Callable[[], str | None]:
    """Return the address of the newest row that fits."""

    def find() -> str | None:
        from django.apps import apps

        row: Any = apps.get_model(label)._base_manager.filter(**filters).order_by("-pk").first()
        return str(row.get_absolute_url()) if row is not None else None

    return find


def pictures() -> list[Picture]:
    """Return every picture of docs/users."""
    here = "和平社区"
    activity = first("activities.Activity", community__name=here, places__gt=0)
    return [
        Picture("secretary-home", "secretary", "/"),
        Picture("secretary-activity", "secretary", activity),
        Picture("street-dashboard", "street", "/dashboard/"),
        Picture("street-parameters", "street", "/areas/parameters/"),
        Picture("street-chase", "street", "/obligations/"),
        Picture("admin-users", "street", "/accounts/"),
        Picture("admin-appointments", "security", "/appointments/"),
        Picture("admin-policy", "security", "/policy/"),
        Picture("admin-system", "system", "/ops/"),
        Picture("admin-audit", "auditor", "/ops/audit/"),
        Picture("admin-events", "auditor", "/ops/events/"),
        Picture("own-security", "liaison", "/security/", PHONE),
        Picture("member-activity", "member", activity, PHONE),
        Picture("member-my-data", "member", "/my-data/", PHONE),
        Picture("liaison-home", "liaison", "/", PHONE),
    ]


@contextmanager
def served() -> Iterator[None]:
    """Serve the demo for as long as it takes."""
    words = ["gunicorn", "config.wsgi:application", "--bind", ADDRESS, "--threads", "4"]
    environment = {**os.environ, "BASE_URL": BASE}
    process = subprocess.Popen(
        [sys.executable, "-m", *words, "--worker-class", "gthread", "--log-level", "warning"],
        env=environment,
    )
    try:
        for _second in range(60):
            try:
                with urllib.request.urlopen(f"{BASE}/healthz", timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                time.sleep(1)
        yield
    finally:
        process.terminate()
        process.wait()


def sign_in(page: Any, name: str, password: str) -> None:
    """Enter as a visitor does, past the privacy notice of a first time."""
    page.goto(f"{BASE}/sign-in/")
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state("networkidle")
    if "/privacy/" in page.url:
        for box in page.get_by_role("checkbox").all():
            box.check()
        page.locator("main form button").last.click()
        page.wait_for_load_state("networkidle")


def take(page: Any, picture: Picture, folder: Path) -> bool:
    """Write one picture in few colors; False where there is nothing to show."""
    from PIL import Image

    path = picture.path if isinstance(picture.path, str) else picture.path()
    if path is None:
        return False
    answer = page.goto(f"{BASE}{path}", wait_until="networkidle")
    if answer is None or answer.status != 200:
        return False
    if picture.before is not None:
        picture.before(page)
    image = Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, LONGEST)))
    # The bar at a phone's lower edge hides what a long picture is to show; it stays where it is.
    image.quantize(64).save(folder / f"{picture.name}.png", optimize=True)
    return True


def main(words: list[str]) -> int:
    """Take all pictures, or those named."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    import django

    django.setup()
    from playwright.sync_api import sync_playwright

    from config.demo.services import ask_no_factor, load_demo, renew_sign_ins
    from partybuild.access import Actor
    from tests.ui.browser import CHROMIUM, QUIET

    folder, names = Path(words[0]), set(words[1:])
    folder.mkdir(parents=True, exist_ok=True)
    by = Actor.system("pictures")
    load_demo()
    ask_no_factor(by=by)
    passwords = {each.username: each.password for each in renew_sign_ins(by=by)}
    missing = []
    with served(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        for picture in pictures():
            if names and picture.name not in names:
                continue
            width, height = picture.size
            context = browser.new_context(
                viewport={"width": width, "height": height}, locale="zh-CN"
            )
            page = context.new_page()
            sign_in(page, picture.who, passwords[picture.who])
            if not take(page, picture, folder):
                missing.append(picture.name)
            context.close()
        browser.close()
    if missing:
        sys.stderr.write(f"not taken: {', '.join(missing)}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
