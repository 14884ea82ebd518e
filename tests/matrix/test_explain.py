"""「谁能看到这条记录」 says of every post what `visible_to` says, and always why."""

from __future__ import annotations

import pytest

from partybuild.access.explain import sights
from partybuild.accounts.actors import scope_of_appointment
from partybuild.accounts.models import Appointment
from partybuild.calendar import today
from tests.matrix.world import World


@pytest.mark.django_db
def test_explain_says_what_visible_to_says(world: World) -> None:
    """One row of each kind, every post of the tree that probes use, and why for each."""
    tried = [who.post.pk for who in (*world.whos, *world.others)]
    posts = Appointment.objects.current(today()).filter(pk__in=tried)
    scopes = {
        post.pk: scope_of_appointment(post)
        for post in posts.select_related("organization__area", "person")
    }
    names = {post.pk: str(post) for post in posts.select_related("organization")}
    faults = []
    for things in world.things.values():
        row = things[-1].row
        told = {pk: reasons for sight in sights(row, posts) for pk, reasons in sight.posts.items()}
        seen = {
            pk
            for pk, scope in scopes.items()
            if type(row)._default_manager.visible_to(scope).filter(pk=row.pk).exists()
        }
        faults += [f"{things[-1]}: {names[pk]}" for pk in set(told) ^ seen]
        faults += [f"{things[-1]}: {names[pk]} without a reason" for pk in told if not told[pk]]
    assert not faults, "\n".join(faults)
