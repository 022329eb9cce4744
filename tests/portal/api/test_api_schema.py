"""Whatever is asked of the API, in form or out of it, is answered as its document says, and never with a fault."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import negative_data_rejection, positive_data_acceptance
from systems import System, a_copy
from visitors import a_browser

from portal.context import PortalContext

EXAMPLES = int(os.environ.get("KYHAN_TEST_API_EXAMPLES", "15"))  # of each operation; more finds more
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="KYHAN_TEST_API_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)

# a well-formed request may still be none the office can follow: a day that is past, an unknown unit, a file it refuses
MAY_BE_REFUSED = positive_data_acceptance
MAY_BE_TEXT = negative_data_rejection  # in an address the number 5 and the code «5» are the same letters


@pytest.fixture(scope="module")
def context(context: PortalContext, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalContext]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.api.app.STRANGERS_PER_MINUTE", 10**9)
        yield a_copy(context, tmp_path_factory.mktemp("asked"), api_per_minute=10**9)


@pytest.fixture(scope="module")
def system(context: PortalContext) -> System:
    return System(context)


@pytest.fixture(scope="module")
def schema(context: PortalContext):
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", a_browser(context).app)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
def test_every_answer_is_one_the_document_knows(schema, system: System, mode: GenerationMode):
    for found in schema.get_all_operations():
        ask(found.ok(), mode, {"Authorization": f"Bearer {system.token}"})


PATIENCE = 60  # seconds; how quickly it answers is not asked here


def ask(operation, mode: GenerationMode, headers: dict[str, str]) -> None:
    left_out = [MAY_BE_REFUSED, *([MAY_BE_TEXT] if operation.method == "get" else [])]

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode))
    def asked(case):
        case.call_and_validate(headers=headers, excluded_checks=left_out, timeout=PATIENCE)

    asked()
