"""Holds what the REST interface sends against its contract."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import requests


@cache
def contract() -> dict[str, Any]:
    """Return the contract as it is served."""
    from drf_spectacular.generators import SchemaGenerator

    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


@cache
def _readable() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import schemathesis

        return schemathesis.openapi.from_dict(contract())


def faults_of(path: str, method: str, answer: Any) -> list[str]:
    """Return where an answer of Django's test client is not what the contract says of `path`."""
    from schemathesis.core.failures import Failure, FailureGroup
    from schemathesis.core.transport import Response

    sent = Response(
        status_code=answer.status_code,
        headers={name: [value] for name, value in answer.headers.items()},
        content=answer.content,
        request=requests.Request(method, f"http://testserver{path}").prepare(),
        elapsed=0,
        verify=True,
    )
    try:
        _readable()[path][method].validate_response(sent)
    except FailureGroup as several:
        return [str(each) for each in several.exceptions]
    except Failure as one:
        return [str(one)]
    return []
