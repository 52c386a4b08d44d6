"""One TOML file says everything about a model; these classes are what may stand in it."""

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

from .model import Shape


@dataclass(frozen=True)
class Data:
    """What the text is and how it is cut."""

    language: str = "en"
    files: tuple = ("*",)
    valid_share: float = 0.03
    core_words: tuple = ()
    core_rate: float = 4.0
    least_dialogue: float = 0.0


@dataclass(frozen=True)
class Train:
    """How the model learns. Rates are peaks; `minutes`, where given, ends the run by the clock. `rest_head` (block, head,
    from 1) is pulled towards the first token by `rest_weight` until the rates fall; then nothing holds it there."""

    seed: int = 1
    optimiser: str = "muon"
    tokens: int = 20_000_000
    minutes: float = 0.0
    batch_tokens: int = 8192
    micro_tokens: int = 8192
    short_length: int = 128
    short_share: float = 0.3
    warmup_steps: int = 50
    decay_share: float = 0.3
    core_share: float = 0.4
    core_share_decay: float = 0.7
    echo_share: float = 0.0
    rest_head: tuple = ()
    rest_weight: float = 0.03
    lr_muon: float = 0.02
    lr_tables: float = 0.006
    lr_adam: float = 0.003
    weight_decay: float = 0.01
    clip: float = 1.0
    threads: int = 0
    compile: bool = True
    check_minutes: float = 4.0


@dataclass(frozen=True)
class Config:
    """A model's name, text, shape and training."""

    name: str
    title: str
    data: Data
    shape: Shape
    train: Train
    prompts: tuple = field(default_factory=tuple)
    probes: dict = field(default_factory=dict)


def _make(kind, table: dict):
    known = {f.name for f in fields(kind)}
    if unknown := set(table) - known:
        raise SystemExit(f"unknown {kind.__name__} setting: {', '.join(sorted(unknown))}")
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in table.items()})


def _table(path: Path) -> dict:
    """A file's settings, over those of the file beside it that it names as its `base`."""
    own = tomllib.loads(path.read_text(encoding="utf-8"))
    if "base" not in own:
        return own
    table = _table(path.parent / own.pop("base"))
    for name, value in own.items():
        table[name] = table.get(name, {}) | value if isinstance(value, dict) else value
    return table


def load(path: str) -> Config:
    """Reads a configuration; an unknown name in it is an error, not a silent default."""
    table = _table(Path(path))
    return Config(name=table["name"], title=table["title"], data=_make(Data, table.get("data", {})),
                  shape=_make(Shape, table["shape"]), train=_make(Train, table.get("train", {})),
                  prompts=tuple(table.get("prompts", ())), probes=table.get("probes", {}))
