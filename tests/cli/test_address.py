"""Addresses that are not public: refused with a word on how to admit them, and admitted."""

from __future__ import annotations

import json

import pytest
from tests.fault.script import answer


@pytest.fixture
def inner(fault_server):
    """A server on loopback that a document names, which itself lies elsewhere."""
    return fault_server(answer(b'{"inner": true}', "Content-Type: application/json"))


@pytest.fixture
def document(inner, tmp_path):
    """The path of that document."""
    path = tmp_path / "spec.json"
    operation = {"get": {"operationId": "get_thing", "responses": {}}}
    spec = {"openapi": "3.1.0", "servers": [{"url": inner.url}], "paths": {"/thing": operation}}
    path.write_text(json.dumps(spec))
    return str(path)


def test_what_is_not_public_is_refused(run, inner, document):
    """The line names the address, why, and the option that admits it; nothing is connected to."""
    ran = run("call", "--spec", document, "get_thing")
    assert (ran.code, ran.out) == (5, "")
    assert "error: The address 127.0.0.1 is loopback, not public" in ran.err
    assert f"--allow-address 127.0.0.1:{inner.port}" in ran.err
    assert inner.connections == 0


@pytest.mark.parametrize("entry", ["127.0.0.1", "127.0.0.0/8", "any", "127.0.0.1:{}"])
def test_what_is_admitted_is_called(run, inner, document, entry):
    """An address, a network, a port of it, or everything."""
    allowed = ("--allow-address", entry.format(inner.port))
    assert run("call", "--spec", document, *allowed, "get_thing").code == 0


def test_a_server_of_ones_own_is_meant(run, inner, document):
    """What `--server` names need not be admitted a second time."""
    assert run("call", "--spec", document, "--server", inner.url, "get_thing").code == 0


def test_no_address_at_all_is_a_matter_of_usage(run, document):
    """An entry that is none is named."""
    ran = run("call", "--spec", document, "--allow-address", "http://x/", "get_thing")
    assert ran.code == 2
    assert "'http://x/' is no address" in ran.err
