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


def in_large_type(page: Any) -> None:
    """Change to large type, as a press on the page does."""
    page.get_by_role("button", name="大字版").first.click()
    page.wait_for_load_state("networkidle")


def here_in_large_type(page: Any) -> None:
    """Change to large type where the press stands, and come back."""
    address = page.url
    page.goto(f"{BASE}/my/")
    # It is kept with the person: an earlier picture may have changed it.
    if page.get_by_role("button", name="大字版").count():
        in_large_type(page)
    page.goto(address, wait_until="networkidle")


def below(find: Callable[[], str | None], page: str) -> Callable[[], str | None]:
    """Return the address of a page of a row."""

    def found() -> str | None:
        address = find()
        return address and address + page

    return found


def pressed(words: str, place: int = 0) -> Callable[[Any], None]:
    """Press a button or follow a link of the page's own part."""

    def press(page: Any) -> None:
        inside = page.locator("main")
        inside.locator("a, button").filter(has_text=words).nth(place).click()
        page.wait_for_load_state("networkidle")

    return press


def answered(page: Any) -> None:
    """Attend, as a unit does from its link."""
    page.fill("[name=attendee_name]", "李敏")
    pressed("提交回执")(page)


def link_of(label: str, action: str, **filters: Any) -> Callable[[], str | None]:
    """Return the address of the link by which a unit acts on the newest row that fits: its lead, or the library."""

    def find() -> str | None:
        from django.apps import apps

        from partybuild.access import Actor
        from partybuild.accounts.links import link_url
        from partybuild.accounts.services import issue_link
        from partybuild.organizations.models import Organization

        rows: Any = apps.get_model(label)._base_manager.filter(**filters)
        row = rows.order_by("-pk").first()
        if row is None:
            return None
        unit = (
            row.parties.get(role="lead").organization
            if hasattr(row, "parties")
            else Organization.objects.get(name="滨河区图书馆")
        )
        by = Actor.system("pictures")
        link = issue_link(row, action=action, organization=unit, days=30, by=by)
        return "/" + link_url(link).split("/", 3)[3]

    return find


def set_the_scene(by: Any) -> None:
    """Let one meeting wait for its minutes and one report for its verdict: the demo's own are all on their way."""
    from meetings.enums import PresenceState
    from meetings.models import Council, ResolutionParty
    from meetings.services import PresenceLine, enter_held_meeting, report_completion
    from partybuild.calendar import now

    council = Council.objects.get(name="和平社区党建联席会")
    members = council.members.members().select_related("organization")
    enter_held_meeting(
        council,
        theme="冬季安全和便民服务碰头会",
        starts_at=now(),
        presences=[
            PresenceLine(each.organization, PresenceState.PRESENT, each.representative_name)
            for each in members
        ],
        by=by,
    )
    party = ResolutionParty.objects.filter(
        resolution__council=council, resolution__state="working", role="lead"
    ).first()
    if party is not None:
        text = "已排出冬季值班表，开放3次，到场居民60多人。"
        report_completion(party, text=text, by=by, channel="phone")


def pictures() -> list[Picture]:
    """Return every picture of docs/users."""
    here = "和平社区"
    activity = first("activities.Activity", community__name=here, places__gt=0)
    certificate = first("members.ServiceCertificate", state="issued")
    open_letter = first("members.RecommendationLetter", state="issued", unit__name="滨河区图书馆")
    council = first("meetings.Council", name="和平社区党建联席会")
    planned = {"council__name": "和平社区党建联席会", "state": "planned"}
    notified = {**planned, "state": "notified"}
    held = first("meetings.Meeting", theme="冬季安全和便民服务碰头会")
    reported = first("meetings.Resolution", state="reported", council__area__name=here)
    receipt = first("meetings.Meeting", **notified)
    offered = first("wishes.Wish", claims__state="proposed", community__name=here)
    return [
        Picture("secretary-home", "secretary", "/"),
        Picture("secretary-topic", "secretary", below(council, "topics/review/")),
        Picture("secretary-sign", "secretary", "/", before=pressed("签发")),
        Picture("secretary-minutes", "secretary", below(held, "minutes/edit/")),
        Picture("secretary-presence", "secretary", below(held, "presence/")),
        Picture(
            "secretary-notified",
            "secretary",
            first("meetings.Meeting", **planned),
            before=pressed("发通知"),
        ),
        Picture("secretary-proxy", "secretary", receipt, before=pressed("代录")),
        Picture("secretary-chase", "secretary", receipt, before=pressed("催办没有回执的")),
        Picture("secretary-verify", "secretary", reported),
        Picture(
            "liaison-link", "", link_of("meetings.Meeting", "meeting.answer", **notified), PHONE
        ),
        Picture(
            "liaison-link-done",
            "",
            link_of("meetings.Meeting", "meeting.answer", **notified),
            PHONE,
            answered,
        ),
        Picture(
            "liaison-resolution",
            "",
            link_of("meetings.Resolution", "resolution.work", state="working"),
            PHONE,
        ),
        Picture("secretary-activity", "secretary", activity),
        Picture(
            "secretary-opinion",
            "secretary",
            first("members.FeedbackRequest", community__name=here, state="asked"),
        ),
        Picture(
            "unit-opinion", "unit-secretary", first("members.FeedbackRequest", use="inspection")
        ),
        Picture("unit-annual-forms", "unit-secretary", "/members/annual-forms/"),
        Picture("unit-year", "unit-secretary", "/members/year/"),
        Picture("street-totals", "street", "/members/totals/"),
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
        Picture("secretary-statistics", "secretary", "/members/statistics/"),
        Picture("secretary-certificate", "secretary", certificate),
        Picture("member-certificate", "member", certificate, PHONE),
        Picture("member-activity", "member", activity, PHONE),
        Picture("member-my", "member", "/my/", PHONE),
        Picture("member-suggestions", "member", "/my/suggestions/", PHONE),
        Picture("member-data", "member", "/members/me/data/", PHONE),
        Picture("member-large", "member", "/my/", PHONE, before=in_large_type),
        Picture(
            "member-large-activity",
            "member",
            activity,
            PHONE,
            before=here_in_large_type,
        ),
        Picture("secretary-posts", "secretary", "/members/posts/"),
        Picture(
            "secretary-post",
            "secretary",
            first("members.ServicePost", community__name=here, state="open"),
        ),
        Picture("member-posts", "member", "/members/posts/", PHONE),
        Picture("secretary-wishes", "secretary", "/wishes/"),
        Picture("secretary-wish-board", "secretary", "/wishes/", before=pressed("公示栏")),
        Picture(
            "secretary-wish-verify",
            "secretary",
            first("wishes.Wish", community__name=here, state="entered"),
        ),
        Picture("secretary-wish-claim", "secretary", offered),
        Picture(
            "member-wish", "member", first("wishes.Wish", community__name=here, state="open"), PHONE
        ),
        Picture(
            "member-wish-own", "member", first("wishes.Wish", title="每月有人陪着去一次医院"), PHONE
        ),
        Picture("liaison-wish", "liaison", first("wishes.Wish", title="需要一张学习书桌"), PHONE),
        Picture("liaison-home", "liaison", "/", PHONE),
        Picture("liaison-unreported", "liaison", "/members/unreported/", PHONE),
        Picture("liaison-letter", "liaison", open_letter, PHONE),
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
    set_the_scene(by)
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
            if picture.who:
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
