"""Verb `report`: measures the shipped model, writes its card, and puts every model's figures into REPORT.md."""

import hashlib
import json
import shutil
from pathlib import Path

from . import card, measure, render, trace
from .blocklist import blocked
from .sample import Sampler

OURS = Path("www/models")
LENGTH = {"en": 80, "zh": 64}


def samples(config, sampler) -> list:
    """Each prompt gone on with twice: greedily, and at temperature 0.8 from the forty likeliest."""
    length = LENGTH[config.data.language]
    greedy = sampler(config.prompts, length)
    drawn = sampler(config.prompts, length, temperature=0.8, top_k=40)
    return [{"prompt": p, "greedy": g, "sampled": d} for p, g, d in zip(config.prompts, greedy, drawn)]


def offending(config, sampler, count: int = 1000) -> int:
    """How many of `count` sampled continuations hold a word of the block list."""
    prompts = [config.prompts[i % len(config.prompts)] for i in range(count)]
    texts = sampler(prompts, 48, temperature=1.0, seed=7)
    return sum(blocked(text, config.data.language == "zh") > 0 for text in texts)


def judged(config, model, tokenizer) -> dict:
    """The probes' neighbours, and the share of them that the configuration's list calls of a kind."""
    kinds = {word: set(kind["like"]) for kind in config.probes.values() for word in kind["words"]}
    space = " " if config.data.language == "en" else ""
    found = measure.neighbours(model, tokenizer, [space + word for word in kinds])
    rows, good, all_ = {}, 0, 0
    for word, like in kinds.items():
        near = found[space + word]
        if near is None:
            continue
        rows[word] = [(name, value, name.strip().lower() in like) for name, value in near]
        good += sum(fits for *_, fits in rows[word])
        all_ += len(near)
    return {"rows": rows, "share of a kind": good / max(1, all_), "probes": len(rows)}


def figures(config, work: Path, folder: Path) -> dict:
    """Everything that is measured of one model."""
    model, tokenizer = trace.load(folder)
    sampler = Sampler(folder, tokenizer)
    numbers = json.loads((work / "export.json").read_text())
    return {"name": config.name, "title": config.title, "language": config.data.language,
            "shape": vars(model.shape), "parameters": sum(p.numel() for p in model.parameters()),
            "weights": hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(),
            "training": numbers, "data": json.loads((work / "prepare.json").read_text()),
            "tokens": json.loads((work / "tokenize.json").read_text()),
            "bits per byte": measure.compression(model, tokenizer, work),
            "samples": samples(config, sampler),
            "sampled continuations with a blocked word, of 1000": offending(config, sampler),
            "neighbours": judged(config, model, tokenizer),
            "heads": measure.heads(model, work), "logit lens": measure.lens(model, work)}


def run(config, work: Path, out: Path):
    """Writes report.json beside the data, the model card, and REPORT.md over all models measured so far."""
    folder = out / config.name
    measured = figures(config, work, folder)
    (work / "report.json").write_text(json.dumps(measured, indent=1, ensure_ascii=False))
    # The models of the page are reported here, others beside themselves.
    here = Path(__file__).parent if out == OURS else out
    reports = here / "REPORT.json"
    known = json.loads(reports.read_text()) if reports.exists() else {}
    known[config.name] = measured
    reports.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n")
    (here / "REPORT.md").write_text(render.report(known))
    (folder / "README.md").write_text(card.card(measured))
    if (work / "curve.png").exists():
        shutil.copyfile(work / "curve.png", folder / "curve.png")
    print(render.summary(measured))
