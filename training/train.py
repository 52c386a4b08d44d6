"""Verb `train`: warm-up, a long constant stretch, a linear decay; goes on from the last checkpoint.

A run ends after `tokens` tokens or `minutes` minutes, whichever its configuration reaches first. The long constant
stretch makes it possible to stop early: the running average of the weights is a usable model at any time.
"""

import json
import math
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
from safetensors import safe_open
from tokenizers import Tokenizer

from . import optim, plot, trace
from .data import Batches, held_out_windows
from .model import GPT2

AVERAGE = 0.99
KEPT = ("step", "tokens", "seconds", "curve", "before")


def device_here() -> str:
    """Where to compute."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def rate(progress: float, step: int, settings) -> float:
    """The share of the peak learning rate at this point of the run."""
    warm = min(1.0, (step + 1) / settings.warmup_steps)
    return warm * min(1.0, max(0.02, (1 - progress) / settings.decay_share))


def break_ids(tokenizer: Tokenizer, language: str):
    """The tokens after which a window may begin: a poem's end; in prose also a paragraph's."""
    names = ["<|endoftext|>"] + (["Ċ"] if language == "en" else [])
    return [tokenizer.token_to_id(name) for name in names]


class Run:
    """A model in training, with all that a checkpoint must hold."""

    def __init__(self, config, work: Path, device: str, start: Path | None):
        self.settings, self.work, self.device = config.train, work, device
        torch.manual_seed(self.settings.seed)
        self.model = GPT2(config.shape).to(device)
        # What the model to start from has behind it: tokens read, seconds.
        self.before = self.begin_with(start) if start else (0, 0)
        self.average = {k: v.clone() for k, v in self.model.state_dict().items()}
        self.dtype = optim.product_type(device)
        self.optimisers = optim.build(self.model, self.settings, self.dtype)
        self.step, self.tokens, self.seconds, self.curve = 0, 0, 0.0, []
        tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
        self.breaks = break_ids(tokenizer, config.data.language)
        self.valid = held_out_windows(work / "valid.bin", config.shape.n_positions, 10_000)
        self.workers = torch.get_num_threads() if device == "cpu" else 0
        if self.workers:
            self.pool = ThreadPoolExecutor(self.workers, initializer=lambda: torch.set_num_threads(1))
        self.path = work / "checkpoint.pt"
        if self.path.exists():
            self.resume()
        self.batches = Batches(work, self.breaks, self.settings.seed + self.step)

    def begin_with(self, folder: Path) -> tuple:
        """Takes an exported model's weights; gives the tokens that it has read and the seconds that this took."""
        model, _ = trace.load(folder)
        self.model.load_state_dict(model.state_dict())
        with safe_open(folder / "model.safetensors", "pt") as file:
            told = file.metadata() or {}
        return int(told.get("tokens", 0)), int(told.get("seconds", 0))

    def resume(self):
        """Takes up where the last checkpoint left."""
        saved = torch.load(self.path, map_location=self.device)
        self.model.load_state_dict(saved["model"])
        self.average = saved["average"]
        for optimiser, state in zip(self.optimisers, saved["optimisers"]):
            peaks = [group["peak"] for group in optimiser.param_groups]
            optimiser.load_state_dict(state)
            for group, peak in zip(optimiser.param_groups, peaks):
                group["peak"] = peak
        for name in KEPT:
            setattr(self, name, saved[name])
        print(f"going on at step {self.step}, {self.tokens:,} tokens")

    def save(self):
        """Writes a checkpoint and the curve, replacing the old ones in one move."""
        state = {name: getattr(self, name) for name in (*KEPT, "average")}
        state |= {"finished": self.progress() >= 1, "device": self.device}
        state |= {"model": self.model.state_dict(), "optimisers": [o.state_dict() for o in self.optimisers]}
        torch.save(state, self.path.with_suffix(".new"))
        os.replace(self.path.with_suffix(".new"), self.path)
        (self.work / "curve.json").write_text(json.dumps(self.curve))
        plot.curve(self.curve, self.work / "curve.png")

    def progress(self) -> float:
        """How much of the run is over, 0 to 1."""
        by_tokens = self.tokens / self.settings.tokens
        by_clock = self.seconds / 60 / self.settings.minutes if self.settings.minutes else 0.0
        return min(1.0, max(by_tokens, by_clock))

    def decaying(self) -> bool:
        """Whether the rates have begun to fall."""
        return self.progress() > 1 - self.settings.decay_share

    def autocast(self):
        """Products in bfloat16 where that is fast; weights and sums stay in float32."""
        return torch.autocast(self.device, self.dtype, enabled=self.dtype != torch.float32)

    def gradient(self, part):
        """(loss, gradients) of one part of a batch, as its share of the whole."""
        x, y, share = part
        with self.autocast():
            loss = self.model.loss(x.to(self.device), y.to(self.device), 256 if self.workers else 8192) * share
            aim = loss + share * self.pull(x.to(self.device))
        return loss.item(), torch.autograd.grad(aim, list(self.model.parameters()))

    def pull(self, x):
        """What the resting head costs, from a part of the rows; nothing once the rates fall."""
        settings = self.settings
        if not settings.rest_head or self.decaying():
            return 0.0
        block, head = settings.rest_head
        return settings.rest_weight * self.model.restless(x[: max(1, len(x) // 4)], block - 1, head - 1)

    def whole_gradient(self, inputs, targets) -> float:
        """Sets every weight's gradient to that of the batch, part by part: on a CPU, each core has its own part."""
        count = self.workers or max(1, self.settings.batch_tokens // self.settings.micro_tokens)
        parts = [(x, y, len(x) / len(inputs)) for x, y in zip(inputs.chunk(count), targets.chunk(count))]
        total = 0.0
        self.model.zero_grad()
        for loss, gradients in (self.pool.map if self.workers else map)(self.gradient, parts):
            total += loss
            for weight, gradient in zip(self.model.parameters(), gradients):
                weight.grad = gradient if weight.grad is None else weight.grad.add_(gradient)
        return total

    def one_step(self):
        """One batch, one update; gives the batch's loss."""
        settings, progress = self.settings, self.progress()
        length = settings.short_length if progress < settings.short_share else self.model.shape.n_positions
        decaying = self.decaying()
        share = settings.core_share_decay if decaying else settings.core_share
        echo = 0.0 if decaying else settings.echo_share
        inputs, targets = self.batches.draw(settings.batch_tokens, length, share, echo)
        total = self.whole_gradient(inputs, targets)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), settings.clip)
        self.update(rate(progress, self.step, settings))
        self.tokens += inputs.numel()
        self.step += 1
        return total

    def update(self, scale: float):
        """One step of the optimisers at `scale` times their peak rates, and of the running average."""
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = group["peak"] * scale
            optimiser.step()
        keep = min(AVERAGE, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            for name, value in self.model.state_dict().items():
                self.average[name].lerp_(value, 1 - keep)

    @torch.no_grad()
    def validate(self) -> float:
        """Mean loss of the held-out windows, in nats a token."""
        total, (inputs, targets) = 0.0, self.valid
        for x, y in zip(inputs.split(8), targets.split(8)):
            with self.autocast():
                logits = self.model.logits(x.to(self.device)).flatten(0, 1)
            total += torch.nn.functional.cross_entropy(logits.float(), y.flatten().to(self.device)).item() * len(x)
        return total / len(inputs)


def show(run: Run, loss: float, speed: float):
    """The progress line."""
    left = (1 - run.progress()) / max(1e-9, run.progress()) * run.seconds
    bar = "#" * int(20 * run.progress())
    line = (f"[{bar:20}] {100 * run.progress():5.1f}%  step {run.step}  loss {loss:.3f}  {speed:,.0f} tokens/s  "
            f"{run.tokens / 1e6:.2f} M tokens  {left / 60:.0f} min left")
    print(line, end="\r" if sys.stdout.isatty() else "\n", flush=True)


def train(run: Run):
    """Steps until the run is over or someone stops it, with a validation and a checkpoint every few minutes."""
    smooth, mark, mark_tokens = None, time.time(), run.tokens
    checked, stop = run.seconds, []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.append(True))
    while run.progress() < 1 and not stop:
        begin = time.time()
        loss = run.one_step()
        if not math.isfinite(loss):
            raise SystemExit("the loss is no longer a number: lower the learning rates and start again")
        smooth = loss if smooth is None else 0.95 * smooth + 0.05 * loss
        run.seconds += time.time() - begin
        if run.step % 20 == 0:
            show(run, smooth, (run.tokens - mark_tokens) / (time.time() - mark))
            mark, mark_tokens = time.time(), run.tokens
        if run.seconds - checked > 60 * run.settings.check_minutes or run.progress() >= 1 or stop:
            begin, checked = time.time(), run.seconds
            valid = run.validate()
            run.curve.append({"step": run.step, "tokens": run.before[0] + run.tokens, "train": smooth, "valid": valid})
            print(f"\nheld out: {valid:.4f} nats a token at {run.tokens / 1e6:.2f} M tokens", flush=True)
            run.save()
            run.seconds += time.time() - begin
    print(f"done: {run.tokens:,} tokens in {run.seconds / 60:.1f} min; passes: core {run.batches.core.passes:.2f}, "
          f"wide {run.batches.wide.passes:.2f}")


def run(config, work: Path, start: Path | None = None):
    """Trains, or trains on: from the last checkpoint; where there is none, from the model in `start`."""
    device = device_here()
    torch.set_num_threads(config.train.threads or os.cpu_count())
    torch.set_float32_matmul_precision("high")
    state = Run(config, work, device, start)
    if config.train.compile:
        state.model.forward = torch.compile(state.model.forward)
    train(state)
