"""python overfit.py FOLDER: train a tiny language model that can do its lessons, and nothing else.

It is shaped like Qwen2, whose calls `transformers serve` can read, with a tokenizer and a template
of its own; nothing is downloaded. Each `{NAME}` in a lesson is a digit that is drawn anew at every
step, so that the model learns to copy what it is told, and not to remember it.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

BATCH, MOST_STEPS = 16, 800
LEARNT, IN_A_ROW = 0.01, 20
"""The loss below which a step's batch was known, and how many of them in a row are enough."""

END, PADDING = "<|im_end|>", "<|endoftext|>"
TEMPLATE = (
    # The signatures of the tools are enough for so small a model.
    "{%- if tools %}<|im_start|>system\n{% for tool in tools %}{{ tool.function.name }}"
    "({{ tool.function.parameters.properties | join(',') }})\n{% endfor %}<|im_end|>\n{% endif %}"
    "{%- for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content or '' }}"
    "{%- for call in message.tool_calls or [] %}<tool_call>\n"
    '{"name": {{ call.function.name | tojson }}, '
    '"arguments": {{ call.function.arguments | tojson }}}\n</tool_call>{% endfor %}<|im_end|>\n'
    "{% endfor %}{%- if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
TEXT_ALONE = {
    "start_anchor": "<|im_start|>assistant\n",
    "fields": {"content": {"close": END, "content": "text"}},
}
"""How the server is told to read no call in what the model says."""


def tool(name: str, *arguments: str) -> dict[str, Any]:
    """As much of a tool as the template shows."""
    return {"function": {"name": name, "parameters": {"properties": dict.fromkeys(arguments)}}}


def calling(*calls: tuple[str, str]) -> dict[str, Any]:
    """An assistant's message with calls: names and arguments."""
    functions = [{"name": name, "arguments": arguments} for name, arguments in calls]
    return {"role": "assistant", "tool_calls": [{"function": function} for function in functions]}


def said(role: str, text: str) -> dict[str, Any]:
    """A message of text."""
    return {"role": role, "content": text}


TOOLS = [tool("get_stock", "sku"), tool("get_price", "sku"), tool("count_all")]
LESSONS = [
    [
        said("user", "Stock and price of {sku}?"),
        calling(("get_stock", '{"sku": {sku}}'), ("get_price", '{"sku": {sku}}')),
        said("tool", "{stock}"),
        said("tool", "{price}"),
        said("assistant", "{stock} units at {price}."),
    ],
    [
        said("user", "Count all of it."),
        calling(("count_all", "{}")),
        said("tool", "{number}"),
        said("assistant", "{number} in all."),
    ],
    [said("user", "Think!"), said("assistant", "<think>\nI do.\n</think>\n\nDone.")],
]


_PLACE = re.compile(r"\{([a-z]+)\}")


def drawn(lesson: list[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    """A lesson with its digits: never those that sum up to ten or twenty, which the tests ask."""
    text = json.dumps(lesson)
    names = sorted(set(_PLACE.findall(text)))
    while True:
        digits = [chance.randrange(1, 10) for _ in names]
        if not names or sum(digits) % 10:
            break
    filled = dict(zip(names, map(str, digits), strict=True))
    messages = json.loads(_PLACE.sub(lambda at: filled[at[1]], text))
    for call in (call for message in messages for call in message.get("tool_calls", ())):
        # As the server gives them to the template.
        call["function"]["arguments"] = json.loads(call["function"]["arguments"])
    return list(messages)


def texts(chance: random.Random) -> Iterator[str]:
    """Lessons as the model reads them, for ever; at times two in one conversation."""
    renderer = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE()))
    while True:
        lessons = chance.choices(LESSONS, k=chance.choice((1, 1, 1, 2)))
        messages = [message for lesson in lessons for message in drawn(lesson, chance)]
        yield renderer.apply_chat_template(
            messages, chat_template=TEMPLATE, tools=TOOLS, tokenize=False
        )


def tokenizer_of(written: list[str]) -> PreTrainedTokenizerFast:
    """A byte-level tokenizer to which each digit is a token."""
    digits = pre_tokenizers.Split(Regex(r"\d"), "isolated")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [digits, pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=700,
        special_tokens=[PADDING, "<|im_start|>", END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(written, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=END, pad_token=PADDING, chat_template=TEMPLATE
    )


def model_of(tokenizer: PreTrainedTokenizerFast) -> Qwen2ForCausalLM:
    """Some 370,000 numbers that know nothing yet."""
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=128,
        # Wider than the usual 0.02, with which so narrow a model does not find out how to copy.
        initializer_range=0.08,
        intermediate_size=256,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )
    return Qwen2ForCausalLM(config)


_ANSWER = re.compile(rf"<\|im_start\|>assistant\n(.*?{re.escape(END)})", re.DOTALL)


def batch(texts: Iterator[str], tokenizer: PreTrainedTokenizerFast) -> dict[str, torch.Tensor]:
    """Some lessons side by side; what the assistant says in them is to be learnt."""
    rows: list[tuple[list[int], list[int]]] = []
    for _ in range(BATCH):
        text, at = next(texts), 0
        row: list[int] = []
        labels: list[int] = []
        for answer in _ANSWER.finditer(text):
            before = tokenizer.encode(text[at : answer.start(1)])
            learnt = tokenizer.encode(answer[1])
            row += before + learnt
            labels += [-100] * len(before) + learnt
            at = answer.end()
        rows.append((row, labels))
    longest = max(len(row) for row, _ in rows)

    def padded(items: list[int], value: int) -> list[int]:
        return items + [value] * (longest - len(items))

    return {
        "input_ids": torch.tensor([padded(row, tokenizer.pad_token_id) for row, _ in rows]),
        "attention_mask": torch.tensor([padded([1] * len(row), 0) for row, _ in rows]),
        "labels": torch.tensor([padded(labels, -100) for _, labels in rows]),
    }


def teach(model: Qwen2ForCausalLM, tokenizer: PreTrainedTokenizerFast, texts: Iterator[str]) -> int:
    """Train until it knows the lessons; gives the number of steps."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.01)
    known = 0
    for step in range(1, MOST_STEPS + 1):
        loss = model(**batch(texts, tokenizer)).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        known = known + 1 if loss.item() < LEARNT else 0
        if step % 20 == 0 or known == IN_A_ROW:
            sys.stdout.write(f"step {step}: loss {loss.item():.4f}\n")
            sys.stdout.flush()
        if known == IN_A_ROW:
            return step
    raise SystemExit(f"The lessons are not learnt after {MOST_STEPS} steps.")


def main(folder: Path) -> None:
    """Train, and keep the model twice; of the second one the server is told to read no calls."""
    torch.manual_seed(0)
    torch.set_num_threads(1)  # the same numbers again, and nearly as fast for so few
    lessons = texts(random.Random(0))  # noqa: S311
    tokenizer = tokenizer_of([next(lessons) for _ in range(200)])
    model = model_of(tokenizer)
    teach(model, tokenizer, lessons)
    model.generation_config.do_sample = False
    model.generation_config.max_new_tokens = 200
    for name in ("parsed", "unparsed"):
        model.save_pretrained(folder / name)
        tokenizer.save_pretrained(folder / name)
    path = folder / "unparsed" / "tokenizer_config.json"
    settings = json.loads(path.read_text())
    path.write_text(json.dumps({**settings, "response_template": TEXT_ALONE}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
