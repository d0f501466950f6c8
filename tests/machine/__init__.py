"""A Hypothesis state machine over the services, with a plain-Python model beside it."""

import pytest

# Nothing here is named test_*, and without this a failed assertion would not say what it compared.
pytest.register_assert_rewrite(
    "tests.machine.acts",
    "tests.machine.model_rule",
    "tests.machine.operators",
    "tests.machine.owner",
    "tests.machine.promises",
    "tests.machine.stage",
)
