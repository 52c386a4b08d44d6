"""What the report says in numbers: compression of held-out text, neighbours, heads, logit lens."""

import gzip
import lzma
import math
from pathlib import Path

import numpy as np
import torch

from . import trace
from .model import GPT2
from .tokenizer import END

LN2 = math.log(2)


@torch.no_grad()
def nats(model: GPT2, ids, end: int) -> tuple:
    """(summed loss, tokens) over the ids; every token but the first few sees half a window at least.

    The separator between documents is not part of the text: it is read, but predicting it is not counted.
    """
    length, stride = model.shape.n_positions, model.shape.n_positions // 2
    ids = torch.from_numpy(ids.astype(np.int64))
    total, counted = 0.0, 0
    starts = range(0, len(ids) - length - 1, stride)
    for begin in range(0, len(starts), 16):
        rows = torch.stack([ids[s:s + length + 1] for s in starts[begin:begin + 16]])
        fresh = torch.ones(len(rows), length, dtype=torch.bool)
        fresh[:, :stride] = False
        if begin == 0:
            fresh[0] = True
        fresh &= rows[:, 1:] != end
        hidden, wanted = model(rows[:, :-1])[fresh], rows[:, 1:][fresh]
        for h, w in zip(hidden.split(1024), wanted.split(1024)):
            total += torch.nn.functional.cross_entropy(h @ model.wte.weight.t(), w, reduction="sum").item()
        counted += int(fresh.sum())
    return total, counted


def bigram_nats(train_ids, valid_ids, vocab: int, end: int) -> float:
    """Summed loss of a bigram with Witten-Bell smoothing, counted on the training text's tokens."""
    single = np.bincount(train_ids, minlength=vocab).astype(np.float64) + 1
    single /= single.sum()
    codes, counts = np.unique(train_ids[:-1].astype(np.int64) * vocab + train_ids[1:], return_counts=True)
    firsts = codes // vocab
    total, kinds = np.bincount(firsts, counts, vocab), np.bincount(firsts, minlength=vocab)
    before, after = valid_ids[:-1].astype(np.int64), valid_ids[1:].astype(np.int64)
    wanted = before * vocab + after
    where = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
    seen = np.where(codes[where] == wanted, counts[where], 0)
    weight = np.maximum(kinds[before], 1)
    chance = (seen + weight * single[after]) / (total[before] + weight)
    return float(-np.log(chance[after != end]).sum())


def held_out(work: Path, end: int, each: int = 2500, whole: int = 40_000):
    """The beginnings of all held-out documents, `each` tokens at most, `whole` tokens together."""
    documents = np.split(ids := np.fromfile(work / "valid.bin", np.uint16), np.flatnonzero(ids == end) + 1)
    cut = [np.append(d[:each], end).astype(np.uint16) if len(d) > each else d for d in documents]
    return np.concatenate(cut)[:whole]


def compression(model: GPT2, tokenizer, work: Path) -> dict:
    """Bits per byte of the held-out text: the model, and what it should beat."""
    end, vocab = tokenizer.token_to_id(END), model.shape.vocab_size
    valid = held_out(work, end)
    text = tokenizer.decode(valid.tolist()).encode()
    train = np.concatenate([np.fromfile(work / f"train.{s}.bin", np.uint16) for s in ("core", "wide")])
    torch.manual_seed(0)
    loss, counted = nats(model, valid, end)
    blank, blank_counted = nats(GPT2(model.shape), valid[:20_000], end)
    kept = valid[valid != end]
    per_byte = len(kept) / len(text) / LN2
    return {"held-out bytes": len(text), "held-out tokens": len(kept), "nats per token": loss / counted,
            "model": loss / counted * per_byte,
            "bigram": bigram_nats(train, valid, vocab, end) / LN2 / len(text),
            "xz -9": 8 * len(lzma.compress(text, preset=9)) / len(text),
            "gzip -9": 8 * len(gzip.compress(text, 9)) / len(text),
            "untrained": blank / blank_counted * per_byte}


COMMON = 3  # as in src/engine/common.rs


def beside(table: torch.Tensor) -> torch.Tensor:
    """The rows' directions, what all have in common taken off: their mean and their strongest principal directions
    (Mu & Viswanath, "All-but-the-Top", ICLR 2018), which mostly say how frequent a token is."""
    table = table.double() - table.double().mean(0)
    common = torch.linalg.svd(table, full_matrices=False).Vh[:COMMON]
    return torch.nn.functional.normalize(table - table @ common.T @ common, dim=-1)


def neighbours(model: GPT2, tokenizer, words, count: int = 5) -> dict:
    """The tokens whose embeddings point most nearly the same way beside what all share, for each word that is one token."""
    table = beside(model.wte.weight.detach())
    found = {}
    for word in words:
        ids = tokenizer.encode(word).ids
        if len(ids) != 1:
            found[word] = None
            continue
        near = (table @ table[ids[0]]).topk(count + 12)
        pairs = [(tokenizer.decode([i]), round(v, 3)) for v, i in zip(near.values.tolist(), near.indices.tolist())]
        pairs = [(name, value) for name, value in pairs if name.strip().lower() != word.strip().lower()]
        found[word] = pairs[:count]
    return found


def _windows(work: Path, length: int, count: int):
    ids = np.fromfile(work / "valid.bin", np.uint16).astype(np.int64)
    starts = np.linspace(0, len(ids) - length - 1, count).astype(int)
    return torch.from_numpy(np.stack([ids[s:s + length + 1] for s in starts]))


def heads(model: GPT2, work: Path) -> list:
    """For each head, how much it looks at the token before, at the first, and (in repeated noise) at what came next."""
    rows = _windows(work, 128, 24)[:, :-1]
    half = rows.flatten()[torch.randperm(rows.numel(), generator=torch.Generator().manual_seed(0))].view(24, -1)[:, :64]
    noise = torch.cat([half, half], 1)
    plain, repeated = trace.run(model, rows)[1], trace.run(model, noise)[1]
    found = []
    for layer, (usual, twice) in enumerate(zip(plain, repeated)):
        previous = usual.diagonal(-1, 2, 3).mean((0, 2))
        first = usual[:, :, 8:, 0].mean((0, 2))
        induction = twice.diagonal(-63, 2, 3)[:, :, 1:].mean((0, 2))
        found += [{"layer": layer, "head": head, "previous": p, "first": f, "induction": i} for head, (p, f, i)
                  in enumerate(zip(previous.tolist(), first.tolist(), induction.tolist()))]
    return found


def lens(model: GPT2, work: Path) -> list:
    """The mean and the median rank of the true next token, were the model to stop before the first block, after it, …"""
    rows = _windows(work, model.shape.n_positions, 16)
    wanted = rows[:, 1:].flatten()
    ranks = []
    with torch.no_grad():
        for stream in trace.run(model, rows[:, :-1])[0]:
            hidden, places = model.ln_f(stream).flatten(0, 1), []
            for h, w in zip(hidden.split(512), wanted.split(512)):
                scores = h @ model.wte.weight.t()
                places.append((scores > scores.gather(1, w[:, None])).sum(1) + 1)
            place = torch.cat(places).float()
            ranks.append({"mean": place.mean().item(), "median": place.median().item()})
    return ranks
