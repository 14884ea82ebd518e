"""「谁能看到这条记录」 says of every post what `visible_to` says."""

from __future__ import annotations

import pytest

from partybuild.access.explain import sights
from partybuild.accounts.actors import scope_of_appointment
from partybuild.accounts.models import Appointment
from partybuild.calendar import today
from tests.matrix.world import World


@pytest.mark.django_db
def test_explain_says_what_visible_to_says(world: World) -> None:
    posts = Appointment.objects.current(today()).select_related("organization__area", "person")
    scopes = {post.pk: scope_of_appointment(post) for post in posts}
    faults = []
    for things in world.things.values():
        for thing in things[:2]:
            row = thing.row
            told = {pk for sight in sights(row, posts) for pk in sight.posts}
            seen = {
                pk
                for pk, scope in scopes.items()
                if type(row)._default_manager.visible_to(scope).filter(pk=row.pk).exists()
            }
            if told != seen:
                names = {post.pk: str(post) for post in posts}
                faults.append(f"{thing}: {sorted(names[pk] for pk in told ^ seen)}")
    assert not faults, "\n".join(faults)


@pytest.mark.django_db
def test_every_post_that_sees_is_told_why(world: World) -> None:
    posts = Appointment.objects.current(today())
    silent = [
        f"{thing} {sight.kind.column}"
        for things in world.things.values()
        for sight in sights(things[0].row, posts)
        for thing in things[:1]
        if any(not reasons for reasons in sight.posts.values())
    ]
    assert silent == []
