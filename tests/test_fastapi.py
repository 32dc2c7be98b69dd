"""A FastAPI application under uvicorn, by the URL of the document that it generates itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Annotated, Literal

import pytest
import uvicorn
from fastapi import FastAPI, Header, HTTPException, Query
from pydantic import BaseModel, Field

import callwright
from callwright import Override


class Order(BaseModel):
    """An order of a coffee bar."""

    drink: Literal["espresso", "filter", "tea"]
    size: Annotated[int, Field(ge=1, le=3)] = 1
    notes: list[str] = []


def coffee_bar() -> FastAPI:
    """A small application of the kind that people have."""
    app = FastAPI(title="Coffee bar")
    orders: dict[int, Order] = {}

    @app.post("/orders", status_code=201)
    def place_order(order: Order, x_till: Annotated[str, Header()]) -> dict[str, object]:
        """Place an order."""
        orders[len(orders) + 1] = order
        return {"id": len(orders), "till": x_till, **order.model_dump()}

    @app.get("/orders/{order_id}")
    def get_order(order_id: int) -> Order:
        """Look up one order."""
        if order_id not in orders:
            raise HTTPException(404, "no such order")
        return orders[order_id]

    @app.get("/orders")
    def list_orders(drinks: Annotated[list[str] | None, Query()] = None) -> list[int]:
        """List the numbers of the orders, of some drinks or of all."""
        return [number for number, order in orders.items() if not drinks or order.drink in drinks]

    return app


@pytest.fixture
def spec_url() -> Iterator[str]:
    """The address of the document that the running application generates."""
    config = uvicorn.Config(coffee_bar(), port=0, log_level="critical", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/openapi.json"
    finally:
        server.should_exit = True
        thread.join()


def test_a_fastapi_application_is_used_by_its_url(spec_url, scripted, tool_results):
    """A body, a repeated query value, a path and an error go there and back in one run."""
    overrides = [Override("POST *", headers={"X-Till": "till-7"})]
    tools = callwright.create_tools_from_openapi_spec(spec_url, overrides=overrides)
    by_id = {tool.operation.path + tool.operation.method: tool for tool in tools}
    place, get, listing = (
        by_id["/orders" + "POST"],
        by_id["/orders/{order_id}GET"],
        by_id["/orders" + "GET"],
    )
    assert list(place.parameters["properties"]) == ["body"]
    drink = place.parameters["$defs"]["Order"]["properties"]["drink"]
    assert drink["enum"] == ["espresso", "filter", "tea"]
    model = scripted(
        [("1", place.name, {"body": {"drink": "tea", "notes": ["hot"]}})],
        [
            ("2", get.name, {"order_id": 1}),
            ("3", get.name, {"order_id": 9}),
            ("4", listing.name, {"drinks": ["tea", "filter"]}),
            ("5", place.name, {"body": {"drink": "beer"}}),
        ],
        "Your tea is on its way.",
    )
    answer = callwright.run_with_tools(model, "A tea, please.", tools)
    told = tool_results(answer.messages)
    assert told["1"] == '{"id":1,"till":"till-7","drink":"tea","size":1,"notes":["hot"]}'
    assert told["2"] == '{"drink":"tea","size":1,"notes":["hot"]}'
    assert told["3"].startswith("HTTP 404 Not Found.")
    assert "no such order" in told["3"]
    assert told["4"] == "[1]"
    assert 'body.drink is "beer" but must be one of' in told["5"]
    assert answer.text == "Your tea is on its way."


def test_ask_does_it_in_one_line(spec_url, scripted):
    """The one-liner: a prompt and a URL in, an answer out."""
    answer = callwright.ask("Which orders are there?", spec_url, model=scripted("None."))
    assert answer.text == "None."
