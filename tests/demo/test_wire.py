"""The Lantern Library as HTTP: its key, paths, methods, bodies and connections."""

import http.client
import json
import socket
import threading
import urllib.parse

import httpx2
import pytest

from callwright.demo import DEMO_KEY, DemoService
from callwright.demo.service import BODY_CAP

# The key


@pytest.mark.parametrize("key", [None, "", "wrong", DEMO_KEY.upper()])
def test_only_public_operations_do_without_the_key(
    service, operation_id, key, good_calls, library_at, contract
):
    """Without the right key, public reads succeed and all else is refused with a hint."""
    library = library_at(service.url, key)
    with library.client:
        response = library.call(operation_id, **good_calls[operation_id])
    if contract.operations[operation_id][2].get("security") == []:
        assert response.status_code == 200
    else:
        assert response.status_code == 401
        assert "X-Library-Key" in response.headers["www-authenticate"]
        assert "X-Library-Key" in response.json()["detail"]


def test_the_key_is_asked_for_before_anything_is_told(service, library_at):
    """A stranger cannot learn from 404 or 422 which members and books there are."""
    stranger = library_at(service.url, None)
    with stranger.client:
        stranger.problem(401, "get_member", member_id=999)
        stranger.problem(401, "remove_book", book_id="nonsense")
        stranger.problem(401, "add_book", json={"nonsense": 1})


def test_a_key_may_have_any_letters():
    """A key outside ASCII is sent as UTF-8, and nothing else opens."""
    with DemoService(key="clé") as service, httpx2.Client(trust_env=False) as client:
        for key, status in (("clé", 200), ("cle", 401), ("clè", 401)):
            headers = {b"X-Library-Key": key.encode()}
            assert client.get(f"{service.url}/statistics", headers=headers).status_code == status


# Paths and methods


@pytest.mark.parametrize(
    "path", ["/", "/book", "/books/", "/books/1/", "/loans/1001/renew", "/%2e"]
)
def test_an_unknown_path_is_not_found(library, path, contract):
    """A path that no operation has is answered with a problem that tells where to look."""
    response = library.client.get(path)
    assert (response.status_code, response.headers["content-type"]) == (
        404,
        "application/problem+json",
    )
    contract.expect_valid(response.json(), contract.pointed("#/components/schemas/Problem"))


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/books", "GET, POST"),
        ("PUT", "/books/1", "DELETE, GET, PATCH"),
        ("GET", "/loans", "POST"),
        ("GET", "/loans/1001/return", "POST"),
        ("POST", "/loans/overdue", "GET"),
        ("POST", "/openapi.json", "GET"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(library, method, path, allowed):
    """405 carries the Allow header."""
    response = library.client.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)


# Bodies


@pytest.mark.parametrize(
    "body", ["", "{", "[" * 60_000, '{"year": ' + "9" * 5000 + "}", b"\xff\xfe"]
)
def test_a_body_that_is_not_json_is_a_bad_request(library, body):
    """Truncated, bottomless and undecodable bodies are refused alike."""
    library.problem(400, "add_book", content=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_only_json_is_taken(library, media_type, kindred):
    """A body of another media type, or of none, is refused and told what would do."""
    headers = {"Content-Type": media_type} if media_type else {}
    response = library.call("add_book", content=json.dumps(kindred), headers=headers)
    assert (response.status_code, response.headers["accept"]) == (415, "application/json")


def test_a_charset_is_no_other_media_type(library, kindred):
    """`application/json; charset=utf-8` is JSON."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert library.call("add_book", content=json.dumps(kindred), headers=headers).is_success


def test_a_body_has_a_largest_size(library, kindred):
    """One byte more than 64 KiB is refused; exactly so much is read."""
    headers = {"Content-Type": "application/json"}
    body = json.dumps(kindred).ljust(BODY_CAP)
    assert library.call("add_book", content=body, headers=headers).status_code == 201
    library.problem(413, "add_book", content=body + " ", headers=headers)
    library.problem(413, "add_book", content=body * 8, headers=headers)


def exchange(service: DemoService, request: bytes) -> tuple[str, str]:
    """Send bytes, read until the library hangs up, and return head and body."""
    port = int(service.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    head, _, body = answer.rpartition("\r\n\r\n")
    return head, body


@pytest.mark.parametrize("length", ["-1", "+5", "5_0", "many", "9" * 5000])
def test_a_length_that_is_no_number_is_refused(service, length):
    """A Content-Length that is not a number of bytes ends the connection with a problem."""
    request = f"POST /books HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
    head, body = exchange(service, request.encode())
    assert head.startswith("HTTP/1.1 411 ")
    assert json.loads(body)["status"] == 411


def test_a_body_of_unknown_length_is_refused(service):
    """A chunked body is asked for its length."""
    request = b"POST /books HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert exchange(service, request)[0].startswith("HTTP/1.1 411 ")


# Connections


@pytest.mark.parametrize(
    ("request_line", "status"), [("BREW /tea HTTP/1.1", 501), ('GET "tea time" HTTP/1.1', 400)]
)
def test_what_is_not_http_is_answered_with_a_problem(service, request_line, status):
    """An unheard-of method or a broken request line gets JSON as well."""
    _, body = exchange(service, f"{request_line}\r\nHost: x\r\n\r\n".encode())
    assert json.loads(body)["status"] == status


def test_a_connection_serves_many_requests(service):
    """Refusals of every sort leave the connection open and in step."""
    address = urllib.parse.urlsplit(service.url).netloc
    connection = http.client.HTTPConnection(address)
    statuses = []
    for method, path in [
        ("POST", "/books"),
        ("POST", "/nowhere"),
        ("PUT", "/hours"),
        ("GET", "/hours"),
    ]:
        connection.request(method, path, body=b"{}" if method != "GET" else None)
        first = connection.sock
        with connection.getresponse() as response:
            response.read()
            statuses.append(response.status)
        assert connection.sock is first
    connection.close()
    assert statuses == [401, 404, 405, 200]


def test_closing_hangs_up_on_idle_clients_and_frees_the_port(library_at):
    """A client that keeps its connection open holds nothing up, and no thread stays."""
    before = set(threading.enumerate())
    with DemoService() as service:
        port = int(service.url.rpartition(":")[2])
        idle = socket.create_connection(("127.0.0.1", port))
        client = library_at(service.url)
        client.json("get_library_hours")
    assert idle.recv(1) == b""
    idle.close()
    client.client.close()
    assert set(threading.enumerate()) <= before
    with DemoService(port) as again:
        assert again.url == service.url


def test_a_taken_port_is_an_error_that_leaks_nothing(service):
    """A second library cannot open on the port of the first."""
    port = int(service.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"), DemoService(port):
        pass
