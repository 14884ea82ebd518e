"""Certificates of volunteer service in the demo: one issued, one that waits for its check."""

from __future__ import annotations

from config.demo.services.people import Staff
from config.demo.services.places import Places
from members.models import PartyMember
from members.queries.certificates import span_of_service
from members.services.certificates import ask_certificate, issue_certificate, prepare_certificate
from partybuild.access import Actor, Role
from partybuild.accounts.actors import actor_in


def tell_of_certificates(places: Places, staff: Staff, *, by: Actor) -> None:
    """The member of the demo has one; a neighbour has called at the desk for another."""
    community = places.communities[0]
    worker, secretary = actor_in(staff.workers[0]), actor_in(staff.secretaries[0])
    served = list(
        PartyMember.objects.filter(service_records__community=community)
        .select_related("person")
        .distinct()
        .order_by("pk")
    )
    # The sign-ins' member first: somebody with no other post.
    holders = [
        each
        for each in served
        if [post.role for post in each.person.appointments.all()] == [Role.MEMBER]
    ]
    if not holders:
        return
    holder = holders[0]
    neighbour = next(each for each in served if each not in holders)
    for member, values in (
        (holder, {"purpose": "志愿服务星级认定"}),
        (neighbour, {"channel": "phone", "purpose": "子女入学积分"}),
    ):
        span = span_of_service(member, community)
        if span is None:
            continue
        certificate = ask_certificate(
            member, community=community, since=span[0], until=span[1], by=by, **values
        )
        if member != holder:
            continue
        prepare_certificate(
            certificate,
            handler_name=worker.name,
            handler_phone=certificate.issuer.contact_phone or "0399-8765 4321",
            by=worker,
        )
        issue_certificate(certificate, responsible_name=secretary.name, by=secretary)
