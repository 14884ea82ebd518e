"""The top floor: settings, URLs, Celery and what knows every app."""

from config.celery import app as celery_app

__all__ = ("celery_app",)
