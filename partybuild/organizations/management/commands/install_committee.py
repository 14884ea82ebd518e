"""manage.py install_committee: the first committee, above which nobody stands who could register it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.organizations.enums import PartyOrganizationKind
from partybuild.organizations.models import PartyOrganization
from partybuild.organizations.services import create_party_organization


class Command(BaseCommand):
    """Parse, call one service, report."""

    help = "Register the committee that leads a city, district or street; those below it follow on the pages."

    def add_arguments(self, parser: CommandParser) -> None:
        """The area's code and the committee's full name."""
        parser.add_argument("code", help="code of the area, for example 990101001")
        parser.add_argument("name", help="full name of the committee")

    def handle(self, *args: Any, **options: Any) -> None:
        """Register it; a second run says that it stands."""
        area = Area.objects.current().filter(code=options["code"]).first()
        if area is None:
            raise CommandError(f"没有编号为{options['code']}的区域，请先导入区划名册。")
        standing = PartyOrganization.objects.filter(leads_area=area, is_current=True).first()
        if standing is not None:
            self.stdout.write(f"{area.name}已由{standing}领导，没有改动。")
            return
        is_street = area.level == Level.STREET
        try:
            party = create_party_organization(
                kind=PartyOrganizationKind.WORKING_COMMITTEE
                if is_street
                else PartyOrganizationKind.COMMITTEE,
                name=options["name"],
                leads_area=area,
                by=Actor.system("install_committee"),
            )
        except ValidationError as refused:
            raise CommandError("".join(refused.messages)) from refused
        self.stdout.write(f"已登记{party}（{area.name}）。请安全管理员登录后任命其工作人员。")
