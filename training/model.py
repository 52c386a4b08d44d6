"""GPT-2, exactly: learned positions, LayerNorm before each half-block, gelu_new, tied head.

Parameter names and shapes are those of `transformers`' GPT2LMHeadModel, Conv1D's in×out weights included,
so that a state dict of this class is already a GPT-2 checkpoint.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class Shape:
    """How large a GPT-2 is."""

    vocab_size: int
    n_positions: int = 256
    n_embd: int = 256
    n_layer: int = 6
    n_head: int = 8


class Conv1D(nn.Module):
    """A linear layer that stores its weight in×out, as GPT-2's checkpoints do."""

    def __init__(self, inputs: int, outputs: int, std: float):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(inputs, outputs) * std)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        return F.linear(x, self.weight.t(), self.bias)


def _fused(q, k, v):
    """Causal attention in one kernel, on a GPU."""
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)


@lru_cache(maxsize=8)
def _future(length: int, dtype):
    """What is added to the scores of tokens that are still to come."""
    return torch.full((length, length), -1e30).triu(1).to(dtype)


def _plain(q, k, v):
    """Causal attention step by step; on a CPU, with short windows and narrow heads, twice as fast as the fused one."""
    future = _future(q.shape[-2], q.dtype)
    return ((q @ k.mT) * q.shape[-1] ** -0.5 + future).softmax(-1) @ v


class Attention(nn.Module):
    """Causal self-attention; c_attn holds queries, keys and values side by side."""

    def __init__(self, shape: Shape, std: float, out_std: float):
        super().__init__()
        self.n_head = shape.n_head
        self.c_attn = Conv1D(shape.n_embd, 3 * shape.n_embd, std)
        self.c_proj = Conv1D(shape.n_embd, shape.n_embd, out_std)

    def heads(self, x):
        """Queries, keys and values of every head: batch × head × position × width of a head."""
        batch, length, width = x.shape
        heads = self.c_attn(x).view(batch, length, 3, self.n_head, width // self.n_head)
        return heads.permute(2, 0, 3, 1, 4)

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = self.heads(x)
        y = _fused(q, k, v) if x.is_cuda else _plain(q, k, v)
        return self.c_proj(y.transpose(1, 2).reshape(batch, length, width))


class MLP(nn.Module):
    """Four times wider in the middle, with the tanh form of GELU."""

    def __init__(self, shape: Shape, std: float, out_std: float):
        super().__init__()
        self.c_fc = Conv1D(shape.n_embd, 4 * shape.n_embd, std)
        self.c_proj = Conv1D(4 * shape.n_embd, shape.n_embd, out_std)

    def forward(self, x):
        return self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))


class Block(nn.Module):
    """Attention, then MLP, each reading a LayerNorm of the residual stream and adding to it."""

    def __init__(self, shape: Shape, std: float, out_std: float):
        super().__init__()
        self.ln_1 = nn.LayerNorm(shape.n_embd)
        self.attn = Attention(shape, std, out_std)
        self.ln_2 = nn.LayerNorm(shape.n_embd)
        self.mlp = MLP(shape, std, out_std)

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class GPT2(nn.Module):
    """The whole model; `forward` gives the last LayerNorm's output, `logits` the scores."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        std = 1 / math.sqrt(shape.n_embd) * 0.5
        out_std = std / math.sqrt(2 * shape.n_layer)
        self.wte = nn.Embedding(shape.vocab_size, shape.n_embd)
        self.wpe = nn.Embedding(shape.n_positions, shape.n_embd)
        self.h = nn.ModuleList(Block(shape, std, out_std) for _ in range(shape.n_layer))
        self.ln_f = nn.LayerNorm(shape.n_embd)
        nn.init.normal_(self.wte.weight, std=0.02)
        nn.init.normal_(self.wpe.weight, std=0.01)

    def forward(self, ids):
        x = self.wte(ids) + self.wpe.weight[: ids.shape[1]]
        for block in self.h:
            x = block(x)
        return self.ln_f(x)

    def logits(self, ids):
        """The scores of every next token at every position."""
        return self(ids) @ self.wte.weight.t()

    def restless(self, ids, layer: int, head: int, settled: int = 8):
        """How far one head is from resting on the first token: −log of its attention to it, in nats, mean over the
        positions after the first few. Larger models come to such heads by themselves (Xiao et al., 2023)."""
        x = self.wte(ids) + self.wpe.weight[: ids.shape[1]]
        for block in self.h[:layer]:
            x = block(x)
        block = self.h[layer]
        q, k, _ = block.attn.heads(block.ln_1(x))[:, :, head].float()
        scores = (q @ k.mT) * q.shape[-1] ** -0.5 + _future(ids.shape[1], q.dtype)
        return -scores.log_softmax(-1)[:, settled:, 0].mean()

    def loss(self, ids, targets, chunk: int = 256):
        """Mean cross-entropy, `chunk` positions at a time so that the logits stay in the cache."""
        hidden = self(ids).flatten(0, 1)
        return TiedLoss.apply(hidden, self.wte.weight, targets.flatten(), chunk)


class TiedLoss(torch.autograd.Function):
    """Head and cross-entropy in one, with the gradient made on the way so that no logits are kept."""

    @staticmethod
    def forward(ctx, hidden, weight, targets, chunk):
        low = torch.bfloat16 if torch.is_autocast_enabled(hidden.device.type) else hidden.dtype
        hidden_low, weight_low = hidden.to(low), weight.to(low)
        grad_hidden = torch.empty_like(hidden_low)
        grad_weight = torch.zeros_like(weight)
        total = hidden.new_zeros((), dtype=torch.float32)
        for start in range(0, len(targets), chunk):
            part, want = hidden_low[start:start + chunk], targets[start:start + chunk, None]
            chances = torch.softmax(part @ weight_low.t(), -1, dtype=torch.float32)
            right = chances.gather(1, want)
            total -= right.clamp_min(1e-30).log().sum()
            slope = chances.scatter_(1, want, right - 1).to(low)
            grad_hidden[start:start + chunk] = slope @ weight_low
            grad_weight += slope.t() @ part
        ctx.save_for_backward(grad_hidden, grad_weight)
        ctx.count, ctx.hidden_dtype = len(targets), hidden.dtype
        return total / len(targets)

    @staticmethod
    def backward(ctx, grad):
        grad_hidden, grad_weight = ctx.saved_tensors
        scale = grad / ctx.count
        return (grad_hidden * scale).to(ctx.hidden_dtype), grad_weight * scale, None, None
