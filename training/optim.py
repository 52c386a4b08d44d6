"""Two optimisers: Muon for the weight matrices inside the blocks, AdamW for everything else.

Muon (Keller Jordan, 2024) makes each matrix's momentum orthogonal before it is applied, so that every direction
of the matrix learns at the same pace. It costs a few products of the matrix with itself per step.
"""

import time

import torch


def product_type(device: str) -> torch.dtype:
    """bfloat16 where the device is fast with it. A CPU without such instructions is thirty times as slow, so it is tried."""
    if device == "cuda":
        return torch.bfloat16

    def seconds(dtype):
        x = torch.ones(256, 256, dtype=dtype)
        x @ x
        begin = time.perf_counter()
        for _ in range(4):
            x @ x
        return time.perf_counter() - begin

    return min((torch.float32, torch.bfloat16), key=seconds)


def orthogonalise(matrix, dtype: torch.dtype, steps: int = 5):
    """The nearest thing to an orthogonal matrix that five Newton-Schulz steps reach (singular values near 1)."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrix.to(dtype)
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.mT if tall else x).to(matrix.dtype)


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, made orthogonal; c_attn's queries, keys and values are three matrices, not one."""

    def __init__(self, params, lr: float, dtype: torch.dtype, momentum: float = 0.95, weight_decay: float = 0.0):
        self.dtype = dtype
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for weight in group["params"]:
                memory = self.state[weight].setdefault("momentum", torch.zeros_like(weight))
                memory.lerp_(weight.grad, 1 - group["momentum"])
                push = weight.grad.lerp(memory, group["momentum"])
                rows, columns = push.shape
                parts = push.view(rows, -1, rows).transpose(0, 1) if columns == 3 * rows else push[None]
                turned = orthogonalise(parts, self.dtype)
                scale = max(1.0, parts.shape[2] / parts.shape[1]) ** 0.5
                update = turned.transpose(0, 1).reshape(rows, columns) if len(parts) > 1 else turned[0]
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                weight.add_(update, alpha=-group["lr"] * scale)


def build(model, settings, dtype: torch.dtype):
    """The optimisers for `model`, whose products of matrices are in `dtype`; each group keeps its peak rate as `peak`, which the schedule scales."""
    inner = [p for name, p in model.named_parameters() if p.ndim == 2 and name.startswith("h.")]
    tables = [model.wte.weight, model.wpe.weight]
    small = [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": tables, "lr": settings.lr_tables, "weight_decay": 0.0},
              {"params": small, "lr": settings.lr_adam, "weight_decay": 0.0}]
    optimisers = []
    if settings.optimiser == "muon":
        optimisers.append(Muon(inner, settings.lr_muon, dtype, weight_decay=settings.weight_decay))
    else:
        groups.append({"params": inner, "lr": settings.lr_adam, "weight_decay": settings.weight_decay})
    optimisers.append(torch.optim.AdamW(groups, betas=(0.9, 0.95), eps=1e-10, fused=True))
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["peak"] = group["lr"]
    return optimisers
