"""Every periodic task of the product, in one place."""

from datetime import timedelta

from celery.schedules import crontab

# Each entry may be lost, late or doubled without harm: the work itself is rows in PostgreSQL.
BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "open-duties": {
        "task": "partybuild.obligations.tasks.open_duties",
        "schedule": timedelta(minutes=10),
    },
    "sweep-cards": {
        "task": "meetings.tasks.sweep_cards",
        "schedule": timedelta(minutes=10),
    },
    "sweep-places": {
        "task": "activities.tasks.sweep_places",
        "schedule": timedelta(minutes=1),
    },
    "sweep-approvals": {
        "task": "partybuild.approvals.tasks.sweep_approvals",
        "schedule": timedelta(minutes=5),
    },
    "plan-reminders": {
        "task": "partybuild.notices.tasks.plan_reminders",
        "schedule": timedelta(minutes=1),
    },
    "send-notices": {
        "task": "partybuild.notices.tasks.send_notices",
        "schedule": timedelta(minutes=1),
    },
    "sweep-idle-accounts": {
        "task": "partybuild.notices.tasks.sweep_idle_accounts",
        "schedule": timedelta(hours=6),
    },
    "run-imports": {
        "task": "partybuild.exchange.tasks.run_imports",
        "schedule": timedelta(minutes=1),
    },
    "run-exports": {
        "task": "partybuild.exchange.tasks.run_exports",
        "schedule": timedelta(minutes=1),
    },
    "compile-feedback": {
        "task": "members.tasks.compile_feedback",
        "schedule": timedelta(hours=1),
    },
    "sweep-retention": {
        "task": "partybuild.people.tasks.sweep_retention",
        "schedule": timedelta(hours=24),
    },
    "verify-audit": {
        "task": "partybuild.ops.tasks.verify_audit",
        "schedule": crontab(hour=3, minute=20),
    },
    "sweep-attachments": {
        "task": "partybuild.documents.tasks.sweep_attachments",
        "schedule": timedelta(hours=24),
    },
    "sweep-sign-ins": {
        "task": "partybuild.accounts.tasks.sweep_sign_ins",
        "schedule": timedelta(hours=1),
    },
    "close-circulations": {
        "task": "meetings.tasks.close_circulations",
        "schedule": timedelta(minutes=10),
    },
    "seal-events": {
        "task": "partybuild.audit.tasks.seal_events",
        "schedule": timedelta(minutes=1),
    },
}
