"""The event: who did what."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access.visibility import Visibility
from partybuild.calendar.clock import DefaultNow
from partybuild.fields.models import Row


class Event(Row):
    """One thing that somebody did (操作记录): values only, so that nothing done later changes it."""

    # Its own history.
    row_history = "none"

    at = models.DateTimeField(_("时间"), db_default=DefaultNow())
    kind = models.CharField(_("操作"), max_length=80)

    actor_kind = models.CharField(_("来源类型"), max_length=20)
    actor_name = models.CharField(_("操作人"), max_length=100, blank=True)
    actor_post = models.CharField(_("岗位"), max_length=300, blank=True)
    user_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    appointment_id = models.BigIntegerField(null=True)
    organization_id = models.BigIntegerField(null=True)
    role = models.CharField(_("角色"), max_length=30, blank=True)
    area_path = models.TextField(blank=True, db_collation="C")

    object_label = models.CharField(_("对象类型"), max_length=100, blank=True)
    object_uid = models.UUIDField(null=True)
    object_text = models.CharField(_("对象"), max_length=300, blank=True)

    # {field: [before, after]}; personal fields as {field: "changed"}.
    changes = models.JSONField(_("变更"), default=dict)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    result = models.CharField(_("结果"), max_length=20, default="done")
    batch_uid = models.UUIDField(null=True)
    # The persons whose personal data this touched, by primary key: "who read my data".
    about = ArrayField(models.BigIntegerField(), default=list)
    # A consequence of another event of the same transaction (a debt paid by a report that was filed).
    is_follow_up = models.BooleanField(default=False)
    request_id = models.CharField(max_length=32, blank=True)
    source = models.CharField(max_length=64, blank=True)

    visibility = Visibility(
        view="audit.view",
        area="=area_path",
        unit=None,
        organizations=None,
        persons=None,
        own="person_id",
        open=None,
        administrators=Q(pk__isnull=False),
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("操作记录")
        indexes = (
            models.Index(fields=("object_uid", "-id"), name="event_object"),
            models.Index(fields=("person_id", "-id"), name="event_person"),
            models.Index(fields=("changed_xid", "id"), name="event_transaction"),
            models.Index(fields=("area_path", "-id"), name="event_area"),
            models.Index(fields=("at",), name="event_at"),
            models.Index(fields=("kind", "-id"), name="event_kind"),
            models.Index(fields=("request_id",), name="event_request"),
            GinIndex(fields=("about",), name="event_about", condition=~Q(about=[])),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.object_text}"
