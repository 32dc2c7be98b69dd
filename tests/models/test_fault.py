"""What providers say in their errors, each in its own shape: it is shown, with what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from callwright.core.errors import CredentialError, ModelError, ModelUnavailable
from callwright.models.failure import failure
from callwright.models.fault import Fault, read_fault, status_of
from callwright.models.providers import PROFILES
from callwright.models.wire import ProviderAnswer

CREDIT = "no credit left"
LESS = "Send less"

SHAPES: list[tuple[str, int, Any, str, str]] = [
    ("openai", 429,
     {"error": {"message": "You exceeded your quota.", "type": "insufficient_quota",
                "param": None, "code": "insufficient_quota"}},
     "(insufficient_quota) You exceeded your quota.", CREDIT),
    ("openai", 400,
     {"error": {"message": "This model's maximum context length is 8192 tokens.",
                "type": "invalid_request_error", "code": "context_length_exceeded"}},
     "maximum context length is 8192", LESS),
    ("azure", 404,
     {"error": {"code": "DeploymentNotFound", "message": "The deployment does not exist."}},
     "(DeploymentNotFound) The deployment does not exist.", "Check the model's name"),
    ("azure", 403, {"statusCode": 403, "message": "Public access is disabled."},
     "Public access is disabled.", ""),
    ("anthropic", 400,
     {"type": "error", "error": {"type": "invalid_request_error",
                                 "message": "Your credit balance is too low."}},
     "Your credit balance is too low.", CREDIT),
    ("anthropic", 400,
     {"type": "error", "error": {"type": "invalid_request_error",
                                 "message": "prompt is too long: 212031 tokens > 200000"}},
     "prompt is too long: 212031 tokens", LESS),
    ("anthropic", 529, {"type": "error", "error": {"type": "overloaded_error",
                                                   "message": "Overloaded"}},
     "(overloaded_error) Overloaded", ""),
    ("google", 400,
     [{"error": {"code": 400, "message": "The input token count (9) exceeds the maximum number of "
                                         "tokens allowed (8).", "status": "INVALID_ARGUMENT"}}],
     "The input token count (9) exceeds", LESS),
    ("google", 429, {"error": {"code": 429, "message": "Quota.", "status": "RESOURCE_EXHAUSTED"}},
     "(RESOURCE_EXHAUSTED, 429) Quota.", "later"),
    ("workers-ai-native", 400,
     {"success": False, "result": {}, "messages": [],
      "errors": [{"code": 5006, "message": "AiError: required properties are 'messages'"}]},
     "(5006) AiError: required properties are 'messages'", "Check the model's options"),
    ("ai-gateway", 400,
     {"success": False, "result": [], "messages": [],
      "error": [{"code": 2001, "message": "Please configure AI Gateway"}]},
     "(2001) Please configure AI Gateway", ""),
    ("openrouter", 429,
     {"error": {"message": "Provider returned error", "code": 429,
                "metadata": {"raw": "m1 is rate-limited upstream.", "provider_name": "Lantern"}},
      "user_id": "user_1"},
     "Provider returned error: m1 is rate-limited upstream.", "later"),
    ("openrouter", 400,
     {"error": {"message": "Provider returned error", "code": 400,
                "metadata": {"raw": json.dumps({"error": {"message": "One image at most."}})}}},
     "Provider returned error: One image at most.", ""),
    ("openrouter", 400,
     {"error": {"message": "Provider returned error", "code": 400,
                "metadata": {"raw": {"error": {"message": "One image at most."}}}}},
     "Provider returned error: One image at most.", ""),
    ("openrouter", 402, {"error": {"message": "Insufficient credits", "code": 402}},
     "(402) Insufficient credits", CREDIT),
    ("deepseek", 402, {"error": {"message": "Insufficient Balance", "type": "unknown_error",
                                 "code": "invalid_request_error"}},
     "Insufficient Balance", CREDIT),
    ("mistral", 422,
     {"object": "error", "type": "invalid_request_error", "code": None,
      "message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "messages", 0, "x"],
                              "msg": "Extra inputs are not permitted", "input": 1}]}},
     "body.messages.0.x: Extra inputs are not permitted", "Check the model's options"),
    ("vllm", 422, {"detail": [{"loc": ["body", "model"], "msg": "Field required"},
                              {"loc": ["body"], "msg": "Too large"}]},
     "body.model: Field required; body: Too large", ""),
    ("vllm", 400,
     {"object": "error", "type": "BadRequestError", "code": 400,
      "message": "\"auto\" tool choice requires --enable-auto-tool-choice and "
                 "--tool-call-parser to be set"},
     "(BadRequestError, 400)", 'tool_calling="prompted"'),
    ("llama.cpp", 400,
     {"error": {"code": 400, "message": "the request exceeds the available context size",
                "type": "exceed_context_size_error", "n_ctx": 4096}},
     "the request exceeds the available context size", LESS),
    ("groq", 400,
     {"error": {"message": "Failed to call a function.", "type": "invalid_request_error",
                "code": "tool_use_failed", "failed_generation": "<function=f>"}},
     "(invalid_request_error, tool_use_failed) Failed to call a function.", ""),
    ("ollama-native", 400, {"error": "registry.ollama.ai/library/m1 does not support tools"},
     "does not support tools", 'tool_calling="prompted"'),
    ("ollama-native", 404, {"error": "model 'm1' not found"}, "model 'm1' not found", "'m1'"),
    ("lm-studio", 400, {"error": {"message": {"inner": 1}}}, '{"inner":1}', ""),
]  # fmt: skip


def told(name: str, status: int, body: Any) -> Exception:
    """The error that an answer stands for."""
    answer = ProviderAnswer(status=status, headers={}, content=json.dumps(body).encode())
    return failure(answer, profile=PROFILES[name], model="m1")


@pytest.mark.parametrize(("name", "status", "body", "says", "remedy"), SHAPES)
def test_a_providers_own_words_are_shown(
    name: str, status: int, body: Any, says: str, remedy: str
) -> None:
    """The message of every shape, also one inside another, and what to do about it."""
    error = told(name, status, body)
    assert isinstance(error, ModelUnavailable)
    assert says in error.what
    assert remedy in error.remedy
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("name", "status", "body", "variable"),
    [
        ("openai", 401, {"error": {"message": "No.", "code": "invalid_api_key"}}, "OPENAI_API_KEY"),
        ("anthropic", 401,
         {"type": "error", "error": {"type": "authentication_error", "message": "Invalid."}},
         "ANTHROPIC_API_KEY"),
        ("google", 400,
         {"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT",
                    "details": [{"@type": "x", "reason": "API_KEY_INVALID"}]}},
         "GEMINI_API_KEY or GOOGLE_API_KEY"),
        ("gemini", 400,
         [{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key.",
                     "status": "INVALID_ARGUMENT"}}],
         "GEMINI_API_KEY or GOOGLE_API_KEY"),
        ("workers-ai", 401,
         {"success": False, "errors": [{"code": 10000, "message": "Authentication error"}]},
         "CLOUDFLARE_API_TOKEN"),
    ],
)  # fmt: skip
def test_a_refused_key_is_a_matter_of_credentials(
    name: str, status: int, body: Any, variable: str
) -> None:
    """Whatever the status: Google says 400."""
    error = told(name, status, body)
    assert isinstance(error, CredentialError)
    assert error.status == status
    assert f"Check the environment variable {variable}." in error.remedy


WORKERS = {
    400: (3003, 3039, 5004, 5007),
    403: (3023, 3041, 5016, 5018),
    404: (3042,),
    405: (5005, 5019),
    408: (3007, 3008),
    413: (3006,),
    429: (3036, 3040),
}


@pytest.mark.parametrize(
    ("code", "status"), [(code, status) for status, codes in WORKERS.items() for code in codes]
)
def test_the_codes_of_workers_ai_are_statuses(code: int, status: int) -> None:
    """An error inside a successful answer has the status that Cloudflare's documents give it."""
    fault = read_fault(json.dumps({"errors": [{"code": code, "message": "No."}]}).encode())
    assert status_of(fault) == status


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault(type="overloaded_error"), 529),
        (Fault(type="rate_limit_error"), 429),
        (Fault(code="rate_limit_exceeded"), 429),
        (Fault(type="authentication_error"), 401),
        (Fault(type="api_error"), 500),
        (Fault(type="RESOURCE_EXHAUSTED", code="429"), 429),
        (Fault(type="UNAVAILABLE"), 503),
        (Fault(code="502"), 502),
        (Fault(code="200"), None),
        (Fault(code="weird", type="odd"), None),
    ],
)
def test_an_error_in_a_stream_has_a_status(fault: Fault, status: int | None) -> None:
    """By its name, or its number; None where it is open."""
    assert status_of(fault) == status


def test_a_fault_may_be_nested_as_deeply_as_can_be_read() -> None:
    """And a bit more deeply: then it is its own message."""
    for depth in range(840, 1_000):
        for start in (b'{"error":', b'{"detail":', b'{"message":'):
            assert read_fault(start * depth + b"1" + b"}" * depth).message


def test_no_fault_is_no_error_of_ours() -> None:
    """Whatever stands in an error's body, one line comes of it."""
    for body in (None, 7, True, [], {}, [[]], {"error": []}, {"error": {"metadata": 7}},
                 {"detail": [7, None, {"loc": 7}]}, {"message": [["x"]]},
                 {"error": {"details": [7]}}, {"error": {"metadata": {"raw": "{"}}}):  # fmt: skip
        error = told("openai", 500, body)
        assert isinstance(error, ModelError)
        assert "\n" not in str(error)
