"""Batches of windows from the encoded text: every window once per pass, core and wide text in a set proportion."""

from pathlib import Path

import numpy as np
import torch


class Shelf:
    """One file of token ids, read in windows that begin, where possible, where a paragraph or poem begins."""

    def __init__(self, path: Path, breaks, generator):
        self.ids = np.fromfile(path, np.uint16)
        self.starts = np.flatnonzero(np.isin(self.ids, breaks)) + 1
        self.generator = generator
        self.order, self.length = [], 0
        self.passes = 0.0

    def _shuffle(self, length: int):
        """Cuts the file into windows at a new offset, and draws their order."""
        offset = self.generator.integers(length)
        cuts = np.arange(offset, len(self.ids) - length - 1, length)
        where = np.searchsorted(self.starts, cuts)
        snapped = self.starts[np.minimum(where, len(self.starts) - 1)]
        near = (snapped >= cuts) & (snapped < cuts + length // 2) & (snapped + length + 1 < len(self.ids))
        self.order = list(self.generator.permutation(np.where(near, snapped, cuts)))
        self.length = length

    def windows(self, count: int, length: int):
        """The next `count` windows of `length` + 1 ids."""
        taken = []
        for _ in range(count):
            if not self.order or self.length != length:
                self._shuffle(length)
            start = self.order.pop()
            taken.append(self.ids[start:start + length + 1])
        self.passes += count * length / len(self.ids)
        return taken


class Batches:
    """Draws training batches from the core and the wide shelf."""

    def __init__(self, work: Path, breaks, seed: int):
        self.generator = np.random.default_rng(seed)
        names = ("train.core.bin", "train.wide.bin")
        self.core, self.wide = (Shelf(work / name, breaks, self.generator) for name in names)
        if len(self.core.ids) < 2000:
            self.core = self.wide
        if len(self.wide.ids) < 2000:
            self.wide = self.core

    def _echo(self, row, length: int):
        """A stretch of the window, said again and again: what a head that looks for repeats learns from."""
        stretch = self.generator.integers(16, length // 2)
        return np.resize(row[:stretch], length + 1)

    def draw(self, tokens: int, length: int, core_share: float, echo_share: float = 0.0):
        """Inputs and targets of about `tokens` tokens; `echo_share` of the windows repeat themselves."""
        count = max(1, tokens // length)
        from_core = int(count * core_share + self.generator.random())
        rows = self.core.windows(from_core, length) + self.wide.windows(count - from_core, length)
        rows = [self._echo(row, length) if self.generator.random() < echo_share else row for row in rows]
        self.generator.shuffle(rows)
        whole = torch.from_numpy(np.stack(rows).astype(np.int64))
        return whole[:, :-1], whole[:, 1:]


def held_out_windows(path: Path, length: int, limit: int):
    """The validation text in consecutive windows: inputs and targets, at most `limit` tokens, spread evenly."""
    ids = np.fromfile(path, np.uint16).astype(np.int64)
    starts = np.arange(0, len(ids) - length - 1, length)
    step = max(1, len(starts) * length // limit)
    rows = torch.from_numpy(np.stack([ids[s:s + length + 1] for s in starts[::step]]))
    return rows[:, :-1], rows[:, 1:]
