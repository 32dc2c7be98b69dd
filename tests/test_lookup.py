"""Tools by the names that people have for them."""

import pytest

from callwright import create_tools_from_openapi_spec
from callwright.errors import ConfigurationError, UnknownTool

SPEC = {
    "openapi": "3.1.0",
    "servers": [{"url": "https://api.example"}],
    "paths": {
        "/issues": {"get": {"operationId": "issues/list"}, "post": {"operationId": "issues/open"}},
        "/pets": {"get": {"operationId": "list_pets"}},
        "/a": {"get": {"operationId": "same/id"}, "put": {"operationId": "same/id"}},
    },
}


@pytest.fixture
def tools():
    """Tools of which some have other names than the document gave them."""
    return create_tools_from_openapi_spec(SPEC)


def test_by_operation_id(tools):
    """What the API's own documentation calls an operation finds its tool."""
    assert tools["issues/list"].operation.path == "/issues"
    assert tools["list_pets"].name == "list_pets"


def test_unknown_names_are_told_with_what_was_meant(tools):
    """The error names what is near, and is a `KeyError` for whoever waits for that."""
    with pytest.raises(UnknownTool, match=r"no tool 'issues_open'\. Did you mean issues_open_\w+"):
        tools["issues_open"]
    with pytest.raises(KeyError, match=r"Did you mean list_pets\?"):
        tools["list_pet"]
    with pytest.raises(ConfigurationError, match=r"tools\.search"):
        tools["zzz"]


def test_an_id_that_two_operations_have_names_neither(tools):
    """Both are told instead."""
    with pytest.raises(UnknownTool, match=r"Did you mean same_id_\w+, same_id_\w+\?"):
        tools["same/id"]
