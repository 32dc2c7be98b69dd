"""Whether and when a provider is asked once more."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import anyio
import pytest

from callwright.core.errors import ModelError, ModelUnavailable
from callwright.core.message import conversation
from callwright.core.model import Turn
from callwright.models.providers import SERVER
from callwright.models.remote import RemoteModel
from callwright.models.retry import Refused, delay_before_retry
from callwright.models.wire import ProviderAnswer, ProviderRequest

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("status", "headers", "delay"),
    [
        (503, {}, True),
        (400, {}, False),
        (400, {"x-should-retry": "true"}, True),
        (429, {"retry-after": "7"}, 7.0),
        (429, {"retry-after": "30"}, 30.0),
        (429, {"retry-after": "30.5"}, False),
        (429, {"retry-after": "86400"}, False),
        (429, {"retry-after": "inf"}, True),
        (400, {"retry-after": "7"}, False),
    ],
)
def test_the_delay_is_what_the_provider_wants(
    status: int, headers: dict[str, str], delay: object
) -> None:
    """The wait that was asked for is kept exactly; one above 30 seconds is not waited for."""
    answer = ProviderAnswer(status=status, headers=headers, content=b"{}")
    assert delay_before_retry(Refused(answer)) == delay


def test_only_what_concerns_the_provider_is_asked_again() -> None:
    """A fault of the program is not retried."""
    assert delay_before_retry(ModelUnavailable("No answer.")) is True
    assert delay_before_retry(ValueError()) is False


def test_waits_are_kept_and_bounded() -> None:
    """Under a clock that needs no time, the waits are those asked for, and the usual ones short."""
    import trio
    import trio.testing

    refusals: list[Mapping[str, str]] = []
    asked: list[float] = []

    async def post(request: ProviderRequest) -> ProviderAnswer:
        asked.append(trio.current_time())
        return ProviderAnswer(status=429, headers=refusals[len(asked) - 1], content=b"{}")

    model = RemoteModel(
        profile=SERVER, model="m1", base_url="http://h/v1", key=lambda: None, post=post
    )
    turn = Turn(messages=conversation("How many?"))

    async def waits(*headers: Mapping[str, str]) -> list[float]:
        refusals[:] = [*headers, {}]
        asked.clear()
        with pytest.raises(ModelError):
            await model.reply(turn)
        return [later - earlier for earlier, later in pairwise(asked)]

    async def main() -> None:
        assert await waits({"retry-after": "20"}, {"retry-after-ms": "250"}) == [
            pytest.approx(20),
            pytest.approx(0.25),
        ]
        first, second = await waits({}, {})
        assert 0.5 <= first <= 1.5
        assert 1.0 <= second <= 2.0
        assert await waits({"retry-after": "31"}) == []

    clock = trio.testing.MockClock(autojump_threshold=0)
    anyio.run(main, backend="trio", backend_options={"clock": clock})
