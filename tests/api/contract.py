"""What every endpoint promises: inherited by one class per endpoint."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partybuild.access import column_keys
from tests.api.answering import contract, faults_of


class ReadContract:
    """Anonymous, outsider, reader; documented fields; unknown parameters; a constant number of queries."""

    # /api/v1/<resource>/
    resource: str
    # The column api_read must hold it.
    key: str
    # Fields of a row as documented, in their order.
    fields: tuple[str, ...]
    # As many as its related rows need.
    most_queries = 9

    @pytest.fixture
    def cast(self, cast: Any) -> Any:
        """Return the cast."""
        return cast

    def make(self, cast: Any, number: int) -> list[Any]:
        """Create rows of the community of the secretary; return them."""
        raise NotImplementedError

    def uid_of(self, row: Any) -> str:
        """Return the uid by which the row is known outside."""
        return str(row.uid)

    @property
    def path(self) -> str:
        """The address of the list."""
        return f"/api/v1/{self.resource}/"

    def test_anonymous_is_asked_who_they_are(self, cast: Any) -> None:
        """401 with the scheme, for the list and for a row that exists."""
        (row,) = self.make(cast, 1)
        for path in (self.path, f"{self.path}{self.uid_of(row)}/"):
            response = Client().get(path)
            assert response.status_code == 401
            assert response["WWW-Authenticate"] == "Token"
            assert set(response.json()) == {"detail"}

    def test_outsider_sees_nothing_of_it(self, cast: Any, token_client: Any) -> None:
        """A community of another street finds no row and a 404."""
        rows = self.make(cast, 2)
        client = token_client(cast.outsider)
        found = {row["uid"] for row in client.get(self.path).json()["results"]}
        assert found & {self.uid_of(row) for row in rows} == set()
        for row in rows:
            assert client.get(f"{self.path}{self.uid_of(row)}/").status_code == 404

    def test_reader_reads_list_and_row_alike(self, cast: Any, token_client: Any) -> None:
        """The row of the list equals the row read by its uid, and has the documented fields."""
        (row,) = self.make(cast, 1)
        client = token_client(cast.street_staff)
        listed = {
            each["uid"]: each for each in client.get(self.path, {"limit": "500"}).json()["results"]
        }
        single = client.get(f"{self.path}{self.uid_of(row)}/")
        assert single.status_code == 200
        assert single.json() == listed[self.uid_of(row)]
        assert tuple(single.json()) == self.fields

    def test_answers_are_what_the_contract_says(self, cast: Any, token_client: Any) -> None:
        """Every value has the type that is documented, in the list and in a row."""
        (row,) = self.make(cast, 1)
        client = token_client(cast.street_staff)
        listed = client.get(self.path, {"limit": "500"})
        single = client.get(f"{self.path}{self.uid_of(row)}/")
        assert listed.json()["results"]
        assert faults_of(self.path, "GET", listed) == []
        assert faults_of(f"{self.path}{{uid}}/", "GET", single) == []

    def test_session_of_a_page_reads_too(self, cast: Any, client_of: Any) -> None:
        """Signed in on a page, the same list answers."""
        (row,) = self.make(cast, 1)
        response = client_of(cast.street_staff).get(self.path, {"limit": "500"})
        assert self.uid_of(row) in {each["uid"] for each in response.json()["results"]}

    def test_pages_by_cursor_show_each_row_once(self, cast: Any, token_client: Any) -> None:
        """Pages of one row each add up to the whole list, in its order."""
        self.make(cast, 3)
        client = token_client(cast.street_staff)
        whole = [each["uid"] for each in client.get(self.path, {"limit": "500"}).json()["results"]]
        paged, cursor = [], ""
        while True:
            query = {"limit": "1", **({"cursor": cursor} if cursor else {})}
            page = client.get(self.path, query).json()
            paged += [each["uid"] for each in page["results"]]
            if page["next"] is None:
                break
            cursor = page["next"]
        assert paged == whole
        assert len(paged) >= 3

    @pytest.mark.parametrize(
        "query",
        [
            {"nonsense": "1"},
            {"limit": "0"},
            {"limit": "501"},
            {"limit": "x"},
            {"limit": "٣"},
            {"cursor": "abc"},
            {"cursor": "Aé"},
            {"changed_since": "abc"},
            {"changed_since": ""},
            {"cursor": ""},
            {"changed_since": "start", "cursor": "abc"},
        ],
    )
    def test_wrong_parameters_are_named(self, cast: Any, token_client: Any, query: Any) -> None:
        """400 names the parameter; nothing is silently ignored."""
        response = token_client(cast.street_staff).get(self.path, query)
        assert response.status_code == 400
        assert set(response.json()) <= set(query)

    def test_unknown_uid_is_not_found(self, cast: Any, token_client: Any) -> None:
        """404 in JSON."""
        client = token_client(cast.street_staff)
        response = client.get(f"{self.path}00000000-0000-4000-8000-000000000000/")
        assert response.status_code == 404
        assert set(response.json()) == {"detail"}

    def test_nothing_is_written_here(self, cast: Any, token_client: Any) -> None:
        """Other methods are refused, for tokens that may write elsewhere too."""
        client = token_client(cast.street_staff, column="api_write")
        for method in ("post", "put", "patch", "delete"):
            assert getattr(client, method)(self.path).status_code == 405

    def test_token_without_the_operation_is_refused(self, cast: Any, token_client: Any) -> None:
        """403 where the token lists other operations; the column itself holds the line."""
        assert self.key in column_keys("api_read")
        client = token_client(cast.street_staff, operations=("schema.view",))
        refused = client.get(self.path)
        assert refused.status_code == 403
        # In words, with the key that whoever issues tokens looks for.
        assert f"（{self.key}）这项操作" in refused.json()["detail"]

    def test_post_without_the_right_is_refused(self, cast: Any, client_of: Any) -> None:
        """403 for a post whose column never holds the line."""
        from partybuild.access import cell

        if not cell(self.key, "member").allows:
            assert client_of(cast.member).get(self.path).status_code == 403

    def test_queries_do_not_grow_with_rows(self, cast: Any, token_client: Any) -> None:
        """One row or three: the same number of queries."""
        client = token_client(cast.street_staff)
        self.make(cast, 1)
        client.get(self.path)
        with CaptureQueriesContext(connection) as one:
            client.get(self.path)
        self.make(cast, 2)
        with CaptureQueriesContext(connection) as three:
            client.get(self.path)
        assert len(three) == len(one)
        assert len(one) <= self.most_queries

    def test_every_field_is_documented(self) -> None:
        """Each field of a row stands in the contract with words."""
        schemas = contract()["components"]["schemas"]
        answer = contract()["paths"][f"{self.path}{{uid}}/"]["get"]["responses"]["200"]
        row = schemas[answer["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]][
            "properties"
        ]
        assert tuple(row) == self.fields
        wordless = [
            name for name, field in row.items() if not {"title", "description"} & set(field)
        ]
        assert wordless == []
