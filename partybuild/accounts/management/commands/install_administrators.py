"""manage.py install_administrators: the first three administrators, each with a one-time link."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from partybuild.access import Actor, Role
from partybuild.accounts.services.installing import Named, check_named, install_administrators

_OPTIONS = (
    ("system", Role.SYSTEM_ADMIN),
    ("security", Role.SECURITY_ADMIN),
    ("audit", Role.AUDITOR),
)


class Command(BaseCommand):
    """Parse, call one service, print the links."""

    help = (
        "Appoint the system, security and audit administrators (three different people) and print "
        "a one-time link for each. Run again, it renews the links of those who have not signed in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Three people, each as name:login, the login being a mobile number or a user name."""
        for option, role in _OPTIONS:
            parser.add_argument(
                f"--{option}",
                required=option == "system",
                metavar="NAME:LOGIN[:MAIL]",
                help=f"the {role.value.replace('_', ' ')}",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        """Appoint and print."""
        people = [
            _named(role, options[option], option) for option, role in _OPTIONS if options[option]
        ]
        try:
            check_named(people)
            done = install_administrators(people, by=Actor.system("install_administrators"))
        except ValidationError as refused:
            raise CommandError("".join(refused.messages)) from refused
        for line in done:
            way = line.url or "已登录过，不再发链接"
            self.stdout.write(f"{Role(line.role).label} {line.name}：{way}")
        if any(line.url for line in done):
            self.stdout.write(
                "每条链接7天内有效、只能用一次，请分别交给本人；用过后本窗口的内容即失效。"
            )
        if len(people) < len(_OPTIONS):
            self.stdout.write("三员尚未配齐，请尽快补上其余管理员。")


def _named(role: Role, text: str, option: str) -> Named:
    name, _sign, rest = text.partition(":")
    login, _sign, mail = rest.partition(":")
    if not name.strip() or not login.strip():
        raise CommandError(f"--{option} wants NAME:LOGIN, for example 张三:19900001111")
    digits = login.strip().isdigit()
    return Named(
        role=role,
        name=name.strip(),
        username="" if digits else login.strip().lower(),
        phone=login.strip() if digits else "",
        mail=mail.strip(),
    )
