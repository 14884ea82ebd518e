"""python -m benchmarks [NAME …]: prints one JSON object per benchmark."""

from __future__ import annotations

import importlib
import json
import os
import sys

NAMES = ("quarter", "history", "places")


def main(wanted: list[str]) -> None:
    """Run the named benchmarks, or all of them."""
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        raise SystemExit(
            f"There is no benchmark {', '.join(unknown)}; there is: {', '.join(NAMES)}."
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    for name in wanted or NAMES:
        result = importlib.import_module(f"benchmarks.{name}").run()
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
