"""Which database connection does what."""

from typing import Any


class OwnerMigrates:
    """Only the owner's connection creates or alters tables; everything else is the app's."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Tell whether a migration may run on this connection."""
        return db == "owner"
