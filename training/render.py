"""The measurements as Markdown."""

BASELINES = ("model", "bigram", "xz -9", "gzip -9", "untrained")


def table(head, rows) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines)


def quoted(text: str) -> str:
    """Text that may hold line ends, for a table cell."""
    return text.replace("|", "\\|").replace("\n", "<br>")


def summary(m: dict) -> str:
    """One line on a model."""
    bits = m["bits per byte"]
    return (f"{m['name']}: {bits['model']:.3f} bits per byte (bigram {bits['bigram']:.3f}, xz {bits['xz -9']:.3f}), "
            f"{bits['nats per token']:.3f} nats a token, {m['training']['tokens'] / 1e6:.1f} M tokens seen")


def bits(m: dict) -> str:
    """Bits per byte beside the baselines."""
    values = m["bits per byte"]
    size = f"{values['held-out bytes']:,} bytes, {values['held-out tokens']:,} tokens"
    rows = [[f"**{n}**" if n == "model" else n, f"{values[n]:.3f}"] for n in BASELINES]
    worse = "" if values["model"] < values["bigram"] else "\n\n**The model is still worse than the bigram.**"
    return f"Bits per byte of text held out whole ({size}; the packers see it alone, the bigram has counted the whole training text, " \
           f"the model has read the tokens named above):\n\n{table(['', 'bits per byte'], rows)}{worse}"


def neighbours(m: dict) -> str:
    """The probes and what stands near them."""
    found = m["neighbours"]
    rows = [[word, ", ".join(f"{'**' if fits else ''}{name.strip()}{'**' if fits else ''} {value:.2f}" for name, value, fits in near)]
            for word, near in found["rows"].items()]
    return (f"Nearest embeddings (cosine, the mean and the three strongest common directions taken off; bold: of a kind by the list in the configuration). Of a kind: "
            f"{found['share of a kind']:.0%} over {found['probes']} probes that are one token.\n\n{table(['probe', 'nearest'], rows)}")


def heads(m: dict) -> str:
    """The strongest head of each kind, then all of them."""
    names = {"previous": "previous token", "first": "first token", "induction": "induction"}
    best = {kind: max(m["heads"], key=lambda h: h[kind]) for kind in names}
    lines = [f"- strongest **{names[k]}** head: block {h['layer'] + 1}, head {h['head'] + 1} ({h[k]:.2f})" for k, h in best.items()]
    rows = [[f"{h['layer'] + 1}.{h['head'] + 1}"] + [f"{h[k]:.2f}" for k in names] for h in m["heads"]]
    return "Share of attention each head gives to the token before, to the first token, and, in random tokens said twice, to " \
           "what followed the first time:\n\n" + "\n".join(lines) + \
           f"\n\n<details><summary>all heads</summary>\n\n{table(['block.head', *names.values()], rows)}\n\n</details>"


def lens(m: dict) -> str:
    """The rank of the true next token, floor by floor."""
    names = ["embedding"] + [f"after block {i}" for i in range(1, len(m["logit lens"]))]
    rows = [[name, f"{v['mean']:.0f}", f"{v['median']:.0f}"] for name, v in zip(names, m["logit lens"])]
    return "Rank of the true next token, were the model to stop there (logit lens):\n\n" + table(["", "mean", "median"], rows)


def samples(m: dict) -> str:
    """The continuations, unedited."""
    rows = [[quoted(s["prompt"]), quoted(s["greedy"]), quoted(s["sampled"])] for s in m["samples"]]
    return "Continuations, unedited (greedy; temperature 0.8, top-k 40):\n\n" + table(["prompt", "greedy", "sampled"], rows)


def shape(m: dict) -> str:
    """What was trained, on what, for how long."""
    s, t = m["shape"], m["training"]
    text = m["data"]
    trained_on = text["train.core.txt bytes"] + text["train.wide.txt bytes"]
    state = "" if t["finished"] else " **Not finished: an early checkpoint (the running average of the weights).**"
    return (f"{s['n_layer']} layers × {s['n_head']} heads × {s['n_embd']} wide, context {s['n_positions']}, {s['vocab_size']:,} tokens; "
            f"{m['parameters'] / 1e6:.2f} M parameters. Trained on {trained_on / 1e6:.1f} MB of text, {t['tokens'] / 1e6:.1f} M tokens "
            f"seen in {t['seconds'] / 60:.0f} minutes ({t['tokens'] / t['seconds']:,.0f} tokens/s, {t['device']}).{state}")


def report(models: dict) -> str:
    """REPORT.md."""
    parts = ["# What the shipped models can do\n\nWritten by `python -m training report` from the weights in `www/models`; "
             "the same figures are in REPORT.json. Nothing here was chosen by hand."]
    for m in models.values():
        blocked = m["sampled continuations with a blocked word, of 1000"]
        parts += [f"## {m['title']} (`{m['name']}`)", shape(m), bits(m), samples(m),
                  f"Sampled continuations with a word of the block list: {blocked} of 1,000 (temperature 1, 48 tokens each).",
                  neighbours(m), heads(m), lens(m)]
    return "\n\n".join(parts) + "\n"
