"""T28: whatever a program sends to the REST interface, the answer is one that the contract names."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, settings

from tests.api.answering import contract, faults_of
from tests.probes.roaming import programs
from tests.probes.watching import Tally

COLUMNS = ("city", "street", "community_secretary", "unit_liaison")


def run_schema(world: Any, *, examples: int, seed: int) -> Tally:
    """Let Schemathesis send what the schema allows and what it forbids, as four kinds of token."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import schemathesis
        from schemathesis.generation import GenerationMode
    tally = Tally()
    tokens = {each.reader.column: each for each in programs(world, fast=True)}
    for column in COLUMNS:
        schema = schemathesis.openapi.from_dict(contract())
        schema.app = WSGIHandler()
        token = tokens[column].client
        for made in schema.get_all_operations():
            operation = made.ok()

            def probe(case: Any, token: Any = token, column: str = column) -> None:
                path, query = case.formatted_path, dict(case.query or {})
                answer = token.generic(case.method.upper(), path, QUERY_STRING=_encoded(query))
                tally.responses += 1
                if answer.status_code >= 500:
                    tally.faults.append(f"{column} {path} {query!r}: {answer.status_code}")
                elif str(answer.status_code) not in _named(case):
                    tally.faults.append(
                        f"{column} {case.method} {path} {query!r}: {answer.status_code} unnamed"
                    )
                elif answer.status_code == 200:
                    tally.faults += [
                        f"{column} {path} {query!r}: {each}"
                        for each in faults_of(case.path, case.method, answer)
                    ]

            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                given = schemathesis_strategy(operation, mode)
                if given is None:
                    continue
                _run(given, probe, examples=examples, seed=seed)
    return tally


def schemathesis_strategy(operation: Any, mode: Any) -> Any:
    """Return what is sent to an operation in one mode; None where nothing can be wrong."""
    try:
        return operation.as_strategy(generation_mode=mode)
    except Exception:  # noqa: BLE001 - Schemathesis has no class of its own for this.
        return None


def _run(given: Any, probe: Any, *, examples: int, seed: int) -> None:
    import hypothesis

    @hypothesis.seed(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=False,
    )
    @hypothesis.given(given)
    def send(case: Any) -> None:
        probe(case)

    try:
        send()
    except hypothesis.errors.Unsatisfiable:
        return


def _encoded(query: dict[str, Any]) -> str:
    from urllib.parse import urlencode

    try:
        return urlencode(query, doseq=True)
    except UnicodeEncodeError:
        return urlencode(query, doseq=True, errors="surrogatepass")


def _named(case: Any) -> set[str]:
    answers = (
        contract()["paths"].get(case.path, {}).get(case.method.lower(), {}).get("responses", {})
    )
    # 405 is said of methods, not of operations; 400 of addresses that hold no text.
    return {*answers, "405", "400", "404"}


def test_the_rest_interface_keeps_its_contract(world):
    logging.disable(logging.CRITICAL)
    tally = run_schema(world, examples=4, seed=1)
    tally.say("T28 Schemathesis, 4 tokens")
    assert not tally.faults, "\n".join(tally.faults[:40])
    assert tally.responses > 500


@pytest.mark.slow
@pytest.mark.timeout(14_400)
def test_the_rest_interface_keeps_its_contract_at_length(world):
    tally = run_schema(world, examples=480, seed=2)
    tally.say("T28 Schemathesis, 4 tokens")
    assert not tally.faults, "\n".join(tally.faults[:40])


def test_the_probe_sees_an_endpoint_that_breaks(world, monkeypatch):
    from units.api import views

    def breaks(view: Any) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr(views.UnitListView, "get_queryset", breaks)
    token = next(each for each in programs(world, fast=True) if each.reader.column == "street")
    token.client.raise_request_exception = False
    assert token.client.get("/api/v1/units/").status_code == 500
