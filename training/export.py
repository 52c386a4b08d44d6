"""Verb `export`: the model's folder, as `transformers` would save it, with weights in 16 bits; checked before it moves in.

The folder is written beside its place and then moved, so that a reader never finds half a model.
"""

import json
import shutil
import tempfile
from pathlib import Path

import torch
from safetensors.torch import save_file

from . import trace
from .tokenizer import END


def config_json(shape, end_id: int) -> dict:
    """The whole configuration of a GPT2LMHeadModel of this shape."""
    return {"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "activation_function": "gelu_new",
            "vocab_size": shape.vocab_size, "n_positions": shape.n_positions, "n_ctx": shape.n_positions,
            "n_embd": shape.n_embd, "n_layer": shape.n_layer, "n_head": shape.n_head, "n_inner": None,
            "layer_norm_epsilon": 1e-5, "attn_pdrop": 0.0, "embd_pdrop": 0.0, "resid_pdrop": 0.0,
            "initializer_range": 0.02, "scale_attn_weights": True, "scale_attn_by_inverse_layer_idx": False,
            "reorder_and_upcast_attn": False, "tie_word_embeddings": True, "use_cache": True,
            "bos_token_id": end_id, "eos_token_id": end_id, "torch_dtype": "float16"}


def weights(work: Path) -> tuple:
    """The checkpoint's weights and its numbers: the running average, which at the end equals the weights nearly."""
    saved = torch.load(work / "checkpoint.pt", map_location="cpu")
    numbers = {k: saved[k] for k in ("step", "tokens", "seconds", "finished", "device")}
    tokens, seconds = saved["before"]
    return saved["average"], numbers | {"tokens": tokens + saved["tokens"], "seconds": seconds + saved["seconds"]}


@torch.no_grad()
def check(folder: Path, shape):
    """transformers must load the folder and find the logits that our own class finds, from the same 16-bit weights."""
    from transformers import AutoTokenizer, GPT2LMHeadModel
    theirs = GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32).eval()
    ours, _ = trace.load(folder)
    ids = torch.arange(2 * shape.n_positions).view(2, -1) * 31 % shape.vocab_size
    gap = (theirs(ids).logits - ours.logits(ids)).abs().max().item()
    if gap > 1e-3:
        raise SystemExit(f"transformers computes other logits: they differ by {gap}")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    sample = "The King said, \"Oh!\" 床前明月光，龘"
    if tokenizer.decode(tokenizer(sample)["input_ids"], clean_up_tokenization_spaces=False) != sample:
        raise SystemExit("the tokenizer does not give back what it was given")
    print(f"checked: transformers' logits differ by {gap:.1e} at most")


def move_in(made: Path, place: Path):
    """Puts each file in its place in one move, config last."""
    place.mkdir(parents=True, exist_ok=True)
    for file in sorted(made.iterdir(), key=lambda f: f.name == "config.json"):
        staged = place / f".{file.name}.new"
        shutil.copyfile(file, staged)
        staged.replace(place / file.name)


def run(config, work: Path, place: Path):
    """Writes, checks and moves in the model's folder."""
    state, numbers = weights(work)
    tensors = {f"transformer.{name}": value.half().contiguous() for name, value in state.items()}
    if not all(torch.isfinite(t).all() for t in tensors.values()):
        raise SystemExit("a weight is too large for 16 bits")
    end_id = json.loads((work / "tokenizer.json").read_text())["model"]["vocab"][END]
    with tempfile.TemporaryDirectory(dir=work) as made:
        folder = Path(made)
        # Who trains on from this file learns how much it has read.
        seen = {"tokens": str(numbers["tokens"]), "seconds": str(round(numbers["seconds"]))}
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"} | seen)
        (folder / "config.json").write_text(json.dumps(config_json(config.shape, end_id), indent=2) + "\n")
        shutil.copyfile(work / "tokenizer.json", folder / "tokenizer.json")
        check(folder, config.shape)
        move_in(folder, place)
    (work / "export.json").write_text(json.dumps(numbers))
    print(f"{place}: step {numbers['step']}, {numbers['tokens']:,} tokens")
