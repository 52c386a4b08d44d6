"""A forward pass that keeps what the report looks at: the residual stream after each block, and every attention."""

import json
import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from .model import GPT2, Shape


def load(folder: Path):
    """The shipped model and its tokenizer, from the files that the page reads."""
    settings = json.loads((folder / "config.json").read_text())
    shape = Shape(*(settings[name] for name in ("vocab_size", "n_positions", "n_embd", "n_layer", "n_head")))
    model = GPT2(shape).eval()
    tensors = load_file(folder / "model.safetensors")
    model.load_state_dict({name.removeprefix("transformer."): value.float() for name, value in tensors.items()})
    return model, Tokenizer.from_file(str(folder / "tokenizer.json"))


def _attention(block, x):
    """The attention pattern of each head of a block: batch, head, reading from, looking at."""
    batch, length, width = x.shape
    heads = block.attn.n_head
    q, k, _ = block.attn.c_attn(block.ln_1(x)).view(batch, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
    scores = q @ k.transpose(-1, -2) / math.sqrt(width // heads)
    future = torch.ones(length, length, dtype=torch.bool).triu(1)
    return scores.masked_fill(future, -torch.inf).softmax(-1)


@torch.no_grad()
def run(model: GPT2, ids):
    """(streams, patterns): the stream before the first block and after each; the attention of each block."""
    x = model.wte(ids) + model.wpe.weight[: ids.shape[1]]
    streams, patterns = [x], []
    for block in model.h:
        patterns.append(_attention(block, x))
        x = block(x)
        streams.append(x)
    return streams, patterns
