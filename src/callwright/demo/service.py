"""Serve the Lantern Library over HTTP on the loopback interface.

The store knows the rules of lending; from here come routes, checks of what was sent, and sockets.
"""

import hmac
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR
from socketserver import TCPServer
from threading import Thread
from typing import Any, Self, cast
from urllib.parse import parse_qsl, unquote

from callwright.demo.store import GENRES, OPENING_HOURS, TODAY, ConflictError, NotFoundError, Store

__all__ = ["BODY_CAP", "DEMO_KEY", "ROUTES", "DemoService", "spec_path"]

DEMO_KEY = "lantern-demo-key"  # No secret: the documentation prints it.
BODY_CAP = 64 * 1024


def spec_path() -> Path:
    """Return where the library's OpenAPI document lies: beside this module, or in a checkout."""
    here = Path(__file__).resolve().parent
    places = (here / "library.json", here.parent.parent.parent / "specs" / "library.json")
    for place in places:
        if place.is_file():
            return place
    raise FileNotFoundError(f"The library's OpenAPI document is at none of {places}; reinstall.")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a parameter or field may be: in words, as a test, and how it is read from a URL."""

    wanted: str
    admits: Callable[[Any], bool]
    read: Callable[[str], object] = str


def _whole(low: int, high: int) -> Kind:
    return Kind(
        f"a whole number from {low} to {high}",
        lambda value: type(value) is int and low <= value <= high,
        lambda text: int(text) if re.fullmatch("[0-9]{1,9}", text) else text,
    )


def _one_of(choices: Collection[str]) -> Kind:
    return Kind(f"one of: {', '.join(choices)}", lambda value: value in tuple(choices))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and 0 < len(value.strip()) <= 200


def _is_date(value: object) -> bool:
    with suppress(ValueError):
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    return False


ID = _whole(1, 999_999_999)
TEXT = Kind("printable text of 1 to 200 characters", _is_text)
FLAGS = {"true": True, "false": False}

# A name means the same wherever it is sent: in a path, a query or a body.
KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("book_id", "member_id", "loan_id"), ID),
    **dict.fromkeys(("title", "author", "name"), TEXT),
    "genre": _one_of(GENRES),
    "year": _whole(1, 2100),
    "copies": _whole(1, 50),
    "limit": _whole(1, 50),
    "available": Kind("true or false", lambda value: value is not None, FLAGS.get),
    "added_on": Kind("a date such as 2026-03-02", _is_date),
    "state": _one_of(("current", "returned", "all")),
    "day": _one_of(OPENING_HOURS),
}


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: where it is found, which method answers, which names it takes and needs."""

    method: str
    template: str
    handle: Callable[..., Any]
    query: str = ""
    body: str = ""
    needs: str = ""
    public: bool = False
    location: str = ""

    def match(self, path: str) -> dict[str, str] | None:
        """Return the variable parts of a path, or None when the path is not of this route."""
        found = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", self.template), path)
        return {key: unquote(part) for key, part in found.groupdict().items()} if found else None


def _read_document(_: Store) -> Any:
    return json.loads(spec_path().read_bytes())


FILTERS = "title author genre available limit"
CORE = "title author year genre"
DETAILS = f"{CORE} copies"
NEW = f"{DETAILS} added_on"
BOTH = "book_id member_id"

# In order: /loans/overdue stands before /loans/{loan_id}, which would match it too.
ROUTES = (
    Route("GET", "/openapi.json", _read_document, public=True),
    Route("GET", "/books", Store.search_books, query=FILTERS, public=True),
    Route("POST", "/books", Store.add_book, body=NEW, needs=CORE, location="/books/{book_id}"),
    Route("GET", "/books/{book_id}", Store.get_book, public=True),
    Route("PATCH", "/books/{book_id}", Store.update_book, body=DETAILS),
    Route("DELETE", "/books/{book_id}", Store.remove_book),
    Route("GET", "/members", Store.list_members, query="name limit"),
    Route("GET", "/members/{member_id}", Store.get_member),
    Route("GET", "/members/{member_id}/loans", Store.list_member_loans, query="state"),
    Route("POST", "/loans", Store.borrow_book, body=BOTH, needs=BOTH, location="/loans/{loan_id}"),
    Route("GET", "/loans/overdue", Store.list_overdue_loans),
    Route("GET", "/loans/{loan_id}", Store.get_loan),
    Route("POST", "/loans/{loan_id}/return", Store.return_loan),
    Route("GET", "/hours", Store.get_library_hours, query="day", public=True),
    Route("GET", "/statistics", Store.library_statistics),
)

# Python renamed these in 3.13; the library's answers stay the same.
PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}


class ProblemError(Exception):
    """A request cannot be granted; the answer is a problem as of RFC 9457."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        super().__init__(detail)
        title = PHRASES.get(status) or HTTPStatus(status).phrase
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        content = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        self.content: dict[str, Any] = content


def _find_route(method: str, path: str) -> tuple[Route, dict[str, str]]:
    found = [(route, parts) for route in ROUTES if (parts := route.match(path)) is not None]
    if not found:
        raise ProblemError(404, f"There is nothing at {path}; /openapi.json says what there is.")
    for route, parts in found:
        if route.method == method:
            return route, parts
    allowed = ", ".join(sorted({route.method for route, _ in found}))
    raise ProblemError(405, f"{path} takes only {allowed}.", Allow=allowed)


def _admit(given: str, key: str) -> None:
    if not hmac.compare_digest(given.encode("latin-1"), key.encode()):
        detail = "The X-Library-Key header must carry the library key."
        raise ProblemError(401, detail, WWW_Authenticate='ApiKey header="X-Library-Key"')


def _read_fields(media_type: str, body: bytes) -> dict[str, Any]:
    if media_type != "application/json":
        raise ProblemError(415, "The body must be application/json.", Accept="application/json")
    try:
        fields: object = json.loads(body, parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise ProblemError(400, "The body is not JSON.") from error
    if not isinstance(fields, dict) or not fields:
        raise _unprocessable({"body": "must be a JSON object with a field or more"})
    return cast("dict[str, Any]", fields)


def _number(text: str) -> float:
    # JSON Schema holds 3.0 for an integer.
    return int(number) if (number := float(text)).is_integer() else number


def _check(given: Collection[tuple[str, Any]], known: str, needed: str = "") -> dict[str, Any]:
    counts = Counter(name for name, _ in given)
    errors = {name: "is missing" for name in needed.split() if name not in counts}
    for name, value in given:
        if name not in known.split():
            errors[name] = f"is not known; known: {known.replace(' ', ', ') or 'nothing'}"
        elif counts[name] > 1:
            errors[name] = "is given twice"
        elif not KINDS[name].admits(value):
            errors[name] = f"must be {KINDS[name].wanted}"
    if errors:
        raise _unprocessable(errors)
    return dict(given)


def _unprocessable(errors: Mapping[str, str]) -> ProblemError:
    problem = ProblemError(422, "; ".join(f"{name} {error}" for name, error in errors.items()))
    problem.content["errors"] = [{"field": key, "detail": error} for key, error in errors.items()]
    return problem


def _from_url(pairs: Collection[tuple[str, str]]) -> list[tuple[str, Any]]:
    return [(name, KINDS[name].read(text) if name in KINDS else text) for name, text in pairs]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, store: Store, key: str, *connection: Any) -> None:
        self._store, self._key = store, key
        super().__init__(*connection)

    def _answer(self) -> None:
        try:
            self._grant(self._read())
        except NotFoundError as error:
            self._refuse(ProblemError(404, str(error)))
        except ConflictError as error:
            self._refuse(ProblemError(409, str(error)))
        except ProblemError as problem:
            self._refuse(problem)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    def _grant(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        route, parts = _find_route(self.command, path)
        if not route.public:
            _admit(self.headers.get("X-Library-Key", ""), self._key)
        arguments = _check(_from_url(parts.items()), " ".join(parts))
        arguments |= _check(_from_url(parse_qsl(query, keep_blank_values=True)), route.query)
        if route.body:
            fields = _read_fields(self.headers.get_content_type(), body)
            arguments |= _check(fields.items(), route.body, route.needs)
        content = route.handle(self._store, **arguments)
        location = {"Location": route.location.format(**content)} if route.location else {}
        self._send(201 if location else 204 if content is None else 200, content, location)

    def _refuse(self, problem: ProblemError) -> None:
        self._send(problem.status, problem.content, problem.headers)

    def _read(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not re.fullmatch("[0-9]{1,15}", length):
            raise ProblemError(411, "A body needs a Content-Length.", Connection="close")
        if int(length) > BODY_CAP:
            # Unread, the rest would reset the connection before the client reads the answer.
            self.rfile.read(min(int(length), 16 * BODY_CAP))
            raise ProblemError(413, f"A body has at most {BODY_CAP} bytes.", Connection="close")
        return self.rfile.read(int(length))

    def _send(self, status: int, content: object, headers: Mapping[str, str]) -> None:
        # A lone surrogate, echoed from a request, turns into the JSON escape that it came as.
        text = json.dumps(content, ensure_ascii=False).encode(errors="backslashreplace")
        media_type = "application/json" if status < 400 else "application/problem+json"
        about = {} if content is None else {"Content-Type": media_type, "Content-Length": len(text)}
        self.send_response(status)
        for name, value in {**headers, **about}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(text if about and self.command != "HEAD" else b"")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        detail = message or explain or "The request is malformed."
        self._refuse(ProblemError(code, detail, Connection="close"))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, handler: Callable[..., _Handler]) -> None:
        self._connections: dict[Any, Thread] = {}
        super().__init__(("127.0.0.1", port), handler)

    def server_bind(self) -> None:
        # HTTPServer's own asks DNS for this host's name, which can take seconds.
        TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        client = (request, client_address)
        thread = Thread(target=self.process_request_thread, args=client, daemon=True)
        self._connections[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self._connections.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        super().server_close()
        for connection, thread in self._connections.copy().items():
            with suppress(OSError):
                connection.shutdown(SHUT_RDWR)
            thread.join()


@dataclass
class DemoService:
    """The Lantern Library, open inside a `with` block, where it has a `url` and a `spec_url`.

    Port 0 takes a free one; `database` may be a file that keeps the state.

    >>> with DemoService() as service:
    ...     service.spec_url.removeprefix(service.url)
    '/openapi.json'
    """

    port: int = 0
    key: str = field(default=DEMO_KEY, repr=False)
    today: date = TODAY
    database: str | Path = ":memory:"
    url: str = field(init=False, repr=False)
    spec_url: str = field(init=False, repr=False)
    _open: ExitStack = field(default_factory=ExitStack, init=False, repr=False)

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            store = opening.enter_context(closing(Store(self.database, today=self.today)))
            server = opening.enter_context(_Server(self.port, partial(_Handler, store, self.key)))
            thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
            thread.start()
            opening.callback(thread.join)
            opening.callback(server.shutdown)
            self._open = opening.pop_all()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self.spec_url = f"{self.url}/openapi.json"
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
