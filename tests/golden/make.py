#!/usr/bin/env python3
"""Makes the golden folders beside this file: small GPT-2 models and what PyTorch computes with them.

    python -m venv venv
    venv/bin/pip install torch==2.11.0 transformers==5.23.0 safetensors==0.8.0 numpy==2.4.6
    venv/bin/python tests/golden/make.py                # every folder
    venv/bin/python tests/golden/make.py odd wide       # these folders
    venv/bin/python tests/golden/make.py --check        # writes nothing: files against a fresh forward

A folder `<name>/` holds
    config.json         as `transformers` saves it, save for what FOLDERS says
    model.safetensors   the weights, in the Hugging Face layout and the dtype that FOLDERS says
    golden.safetensors  every site of every layer for one list of token ids; the ids, the config
                        and the versions are in its metadata

The reference is `transformers`' own forward in double precision (eager attention), caught with forward
hooks. The weights are first saved in their dtype, then loaded back from the file, so that the reference
sees exactly what is stored. Only the scores before the softmax are not to be hooked: they are
recomputed from the hooked q and k, and their softmax has to equal the model's own weights.
"""

import argparse
import itertools
import json
import sys
import warnings
from pathlib import Path

import numpy
import safetensors
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import GPT2Config, GPT2LMHeadModel

HERE = Path(__file__).resolve().parent

# What goldens are stored in. Rounding the f64 reference to F32 costs 6e-8 of a value, 1/300 of the
# tightest tolerance, and halves the files. (torch.float64 works too.)
STORE = torch.float32

# The first seed is taken with which, at every position, the likeliest token's logit is this far above the next,
# and f16 weights, where the file has none, stay this near: no test should hang on one unlucky number.
MARGIN, HALF = 0.05, 3e-3

class WithHeadBias(GPT2LMHeadModel):
    def __init__(self, config):
        super().__init__(config)
        self.lm_head = torch.nn.Linear(config.n_embd, config.vocab_size, bias=True)


# name: config fields, then
#   tokens  the number of positions T       embed   spread of the token embedding
#   dtype   of the stored weights           remove  fields that config.json leaves out
#   bare    no `transformer.` prefix        model   with an lm_head.bias, as some exports have
#   masks   dtype of the causal-mask buffers that old exports carry; loaders ignore them
FOLDERS = {
    "plain": dict(tokens=17, dtype=torch.float32, embed=0.4, config=dict(
        n_layer=2, n_head=4, n_embd=64, vocab_size=96, n_positions=32, n_inner=48)),
    "odd": dict(tokens=13, dtype=torch.bfloat16, embed=0.5, bare=True, masks=torch.uint8, config=dict(
        n_layer=3, n_head=3, n_embd=39, vocab_size=101, n_positions=24, activation_function="gelu_pytorch_tanh")),
    "untied": dict(tokens=9, dtype=torch.float16, embed=0.7, model=WithHeadBias, config=dict(
        n_layer=2, n_head=2, n_embd=24, vocab_size=3, n_positions=20, n_inner=50, activation_function="gelu",
        tie_word_embeddings=False)),
    "wide": dict(tokens=70, dtype=torch.float16, embed=0.5, config=dict(
        n_layer=1, n_head=1, n_embd=128, vocab_size=257, n_positions=80, n_inner=24)),
    "scaled": dict(tokens=20, dtype=torch.float32, embed=0.3, remove=["n_inner"], config=dict(
        n_layer=3, n_head=5, n_embd=60, vocab_size=64, n_positions=32, layer_norm_epsilon=1e-3,
        scale_attn_by_inverse_layer_idx=True)),
    "single": dict(tokens=1, dtype=torch.float32, embed=0.6, masks=torch.bool, config=dict(
        n_layer=1, n_head=2, n_embd=26, vocab_size=11, n_positions=1)),
}


def draw(spec, seed):
    """Random weights with a structure: heads from vague to sharp, positions that matter, no dead biases."""
    rng = numpy.random.default_rng(seed)
    last = spec["config"]["vocab_size"] - 1
    config = GPT2Config(**spec["config"], bos_token_id=last, eos_token_id=last, attn_implementation="eager")
    c, heads, inner = config.n_embd, config.n_head, config.n_inner or 4 * config.n_embd

    def normal(*shape, std=1.0):
        return rng.normal(0, std, shape)

    def norm(name, gain=1.0):
        return {f"{name}.weight": gain * (1 + normal(c, std=0.25)), f"{name}.bias": normal(c, std=0.2)}

    # Positions: waves of many lengths, so that neighbours resemble each other, and a little noise.
    at = numpy.arange(config.n_positions)[:, None]
    waves = numpy.sin(at * rng.uniform(0.05, 1.5, c) + rng.uniform(0, 2 * numpy.pi, c))
    w = {
        "wte.weight": normal(config.vocab_size, c, std=spec["embed"]),
        "wpe.weight": 0.6 * spec["embed"] * waves + normal(config.n_positions, c, std=0.2 * spec["embed"]),
    }
    for layer in range(config.n_layer):
        # q·k/√D spreads as sharpness²: 1 is vague, 2.6 picks a few keys. The inverse-layer
        # scale is undone, so that deep layers stay sharp under it too.
        sharpness = numpy.linspace(1.0, 1.6, heads) if heads > 1 else numpy.array([1.5])
        sharpness *= numpy.sqrt(layer + 1) if config.scale_attn_by_inverse_layer_idx else 1
        qk = numpy.repeat(rng.permutation(sharpness), c // heads)
        columns, block = numpy.concatenate([qk, qk, numpy.ones(c)]), f"h.{layer}"
        w |= norm(f"{block}.ln_1") | norm(f"{block}.ln_2") | {
            f"{block}.attn.c_attn.weight": normal(c, 3 * c) * columns / numpy.sqrt(c),
            f"{block}.attn.c_attn.bias": normal(3 * c, std=0.2),
            f"{block}.attn.c_proj.weight": normal(c, c, std=0.8 / numpy.sqrt(c)),
            f"{block}.attn.c_proj.bias": normal(c, std=0.1),
            f"{block}.mlp.c_fc.weight": normal(c, inner, std=1.4 / numpy.sqrt(c)),
            f"{block}.mlp.c_fc.bias": normal(inner, std=0.3),
            f"{block}.mlp.c_proj.weight": normal(inner, c, std=0.8 / numpy.sqrt(inner)),
            f"{block}.mlp.c_proj.bias": normal(c, std=0.1),
        }
    # Logits spread by about 3, whatever the width and the embedding.
    head_std = spec["embed"] if config.tie_word_embeddings else 1 / numpy.sqrt(c)
    w |= norm("ln_f", gain=3 / (head_std * numpy.sqrt(c)))
    w = {f"transformer.{name}": value for name, value in w.items()}
    tied = config.tie_word_embeddings
    w["lm_head.weight"] = w["transformer.wte.weight"] if tied else normal(config.vocab_size, c, std=head_std)
    if spec.get("model") is WithHeadBias:
        w["lm_head.bias"] = normal(config.vocab_size, std=0.5)

    model = spec.get("model", GPT2LMHeadModel)(config).double().eval()
    model.load_state_dict({name: torch.from_numpy(value) for name, value in w.items()})
    ids = rng.integers(0, config.vocab_size, spec["tokens"])
    if len(ids) > 1:  # the first and the last of the vocabulary are among them
        ids[1], ids[len(ids) // 2] = 0, last
    return model.to(spec["dtype"]), ids.tolist()


def save_tensors(tensors, path, metadata):
    """safetensors writes metadata in an order that differs from run to run: here it is sorted."""
    save_file(tensors, path, metadata)
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header = json.dumps(header | {"__metadata__": dict(sorted(metadata.items()))}, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    path.write_bytes(len(header).to_bytes(8, "little") + header + data[start:])
    path.chmod(0o644)  # and makes a file that only its owner can read


def save(spec, model, folder):
    """Writes config.json and model.safetensors as transformers does, then FOLDERS' peculiarities."""
    folder.mkdir(exist_ok=True)
    (model.transformer if spec.get("bare") else model).save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)

    config = json.loads((folder / "config.json").read_text())
    config = {field: value for field, value in config.items() if field not in spec.get("remove", [])}
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")

    tensors = load_file(folder / "model.safetensors")
    if "masks" in spec:
        ctx, prefix = model.config.n_positions, "" if spec.get("bare") else "transformer."
        for layer in range(model.config.n_layer):
            tensors[f"{prefix}h.{layer}.attn.bias"] = torch.ones(1, 1, ctx, ctx).tril().to(spec["masks"])
            tensors[f"{prefix}h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
    save_tensors(tensors, folder / "model.safetensors", {"format": "pt"})


def load(spec, folder, dtype):
    """The model from the files; each of its weights is, bit for bit, a stored one, and none is left over."""
    model = spec.get("model", GPT2LMHeadModel).from_pretrained(folder, dtype=dtype, attn_implementation="eager").eval()
    prefix = "transformer." if spec.get("bare") else ""
    seen = {name.removeprefix(prefix): value for name, value in model.state_dict().items()}
    if model.config.tie_word_embeddings:
        assert torch.equal(seen.pop("lm_head.weight"), model.transformer.wte.weight)
    stored = load_file(folder / "model.safetensors")
    stored = {k: v for k, v in stored.items() if not k.endswith((".attn.bias", ".attn.masked_bias"))}
    assert seen.keys() == stored.keys() and all(torch.equal(seen[k], v.to(dtype)) for k, v in stored.items())
    return model


@torch.no_grad()
def forward(model, ids):
    """{site: tensor} from hooks on transformers' modules."""
    sites, handles = {}, []

    def tap(module, output, input=None):
        """Names a module's output and, if asked, its input (without the batch axis)."""
        def hook(_, inputs, result):
            if input:
                sites[input] = inputs[0][0]
            sites[output] = result[0]
        handles.append(module.register_forward_hook(hook))

    gpt = model.transformer
    tap(gpt.wte, "embed.token")
    tap(gpt.wpe, "embed.position")
    tap(gpt.drop, "embed.sum")
    for l, block in enumerate(gpt.h):
        tap(block.ln_1, f"block.{l}.norm1")
        tap(block.attn.c_attn, f"block.{l}.qkv")
        tap(block.attn.c_proj, f"block.{l}.attention.project", input=f"block.{l}.attention.mix")
        tap(block.ln_2, f"block.{l}.norm2", input=f"block.{l}.mid")
        tap(block.mlp.c_fc, f"block.{l}.mlp.expand")
        tap(block.mlp.act, f"block.{l}.mlp.gelu")
        tap(block.mlp.c_proj, f"block.{l}.mlp.contract")
        tap(block, f"block.{l}.out")
    tap(gpt.ln_f, "norm_final")
    tap(model.lm_head, "logits")
    result = model(torch.tensor([ids]), output_attentions=True, use_cache=False)
    for handle in handles:
        handle.remove()

    c, heads, hidden = model.config.n_embd, model.config.n_head, torch.ones(len(ids), len(ids)).triu(1).bool()
    stream = sites["embed.token"] + sites["embed.position"]
    for l, weights in enumerate(result.attentions):
        at = f"block.{l}"
        q, k, v = (x.reshape(len(ids), heads, -1).transpose(0, 1) for x in sites[f"{at}.qkv"].split(c, dim=1))
        scale = (c // heads) ** -0.5 / (l + 1 if model.config.scale_attn_by_inverse_layer_idx else 1)
        scores = (q @ k.transpose(1, 2) * scale).masked_fill(hidden, -torch.inf)
        sites |= {f"{at}.attention.scores": scores, f"{at}.attention.weights": weights[0]}
        if model.dtype == torch.float64:  # the names mean what they say, and the residual stream adds up
            near = dict(rtol=1e-12, atol=1e-13)
            mix = (weights[0] @ v).transpose(0, 1).reshape(len(ids), c)
            torch.testing.assert_close(scores.softmax(-1), weights[0], **near)
            torch.testing.assert_close(mix, sites[f"{at}.attention.mix"], **near)
            for part, total in (("attention.project", "mid"), ("mlp.contract", "out")):
                stream = stream + sites[f"{at}.{part}"]
                assert torch.equal(stream, sites[f"{at}.{total}"]), (l, total)
    assert torch.equal(sites["logits"], result.logits[0])
    return {name: value.contiguous() for name, value in sites.items()}


def margin(sites):
    top = sites["logits"].topk(2, dim=-1).values
    return (top[:, 0] - top[:, 1]).min().item()


def vagueness(sites):
    """Per layer and head: mean entropy of the attention rows over log(number of visible keys); 1 is uniform."""
    maps = [w for name, w in sites.items() if name.endswith("attention.weights") and w.shape[-1] > 1]
    return [(-w.xlogy(w).sum(-1)[:, 1:] / torch.arange(2, w.shape[-1] + 1).log()).mean(-1).tolist() for w in maps]


def deviation(sites, reference):
    """The largest |a - e| / (|e| + rms of the site), and where: README.md's measure."""
    def of(name):
        a, e = sites[name].double(), reference[name].double()
        assert torch.equal(a.isinf(), e.isinf()), name
        a, e = a[e.isfinite()], e[e.isfinite()]
        assert a.isfinite().all(), name
        return ((a - e).abs() / (e.abs() + e.square().mean().sqrt())).max().item()
    worst = max(reference, key=of)
    return of(worst), worst


def make(name, spec, check):
    folder = HERE / name
    if not check:
        for seed in itertools.count():
            model, ids = draw(spec, seed)
            reference = forward(model.double(), ids)
            if margin(reference) > MARGIN and deviation(forward(model.half().double(), ids), reference)[0] < HALF:
                break
        save(spec, draw(spec, seed)[0], folder)  # drawn again: half() has rounded that one
    else:
        with safetensors.safe_open(folder / "golden.safetensors", "pt") as file:
            ids, seed = json.loads(file.metadata()["ids"]), file.metadata()["seed"]

    model = load(spec, folder, torch.float64)
    reference = forward(model, ids)
    assert margin(reference) > MARGIN
    if not check:
        metadata = dict(
            ids=json.dumps(ids), seed=str(seed), config=(folder / "config.json").read_text(),
            weights=str(spec["dtype"]).removeprefix("torch."), reference="float64", torch=torch.__version__,
            transformers=transformers.__version__, numpy=numpy.__version__, safetensors=safetensors.__version__,
        )
        save_tensors({k: v.to(STORE) for k, v in reference.items()}, folder / "golden.safetensors", metadata)
    stored = load_file(folder / "golden.safetensors")
    differs, where = deviation(stored, reference)
    assert stored.keys() == reference.keys() and differs <= 1e-7, f"{name}: {where} differs by {differs} from the file"

    size = sum(path.stat().st_size for path in folder.iterdir())
    heads = " | ".join(" ".join(f"{x:.2f}" for x in row) for row in vagueness(reference))
    print(f"{name:7} seed {seed:>3}  {size:7} bytes  margin {margin(reference):.3f}  entropy/log: {heads}")
    for label, weights in (("f32", torch.float32), ("f16 weights", torch.float16)):
        rounded = load(spec, folder, torch.float32).to(weights).float()
        print("        {:11} deviates by at most {:.1e} ({})".format(label, *deviation(forward(rounded, ids), reference)))
    return size


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="*", metavar="folder", help=f"of {', '.join(FOLDERS)}; all when none is named")
    parser.add_argument("--check", action="store_true", help="compare the files with a fresh forward, write nothing")
    arguments = parser.parse_args()
    if unknown := set(arguments.folders) - FOLDERS.keys():
        sys.exit(f"no such folder: {', '.join(sorted(unknown))}")
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    warnings.filterwarnings("ignore")
    print(sum(make(name, FOLDERS[name], arguments.check) for name in arguments.folders or FOLDERS), "bytes in all")


if __name__ == "__main__":
    main()
