"""Verb `unlearn`: a trained model loses the words of the block list that it could still spell from harmless pieces.

No such word stands in the training text, but a tokenizer's pieces can spell some (half of a longer word, say), and now and
then a draw does. Windows of the training text are gone on with such spellings; a spelling whose chance is above one in
`RARE` is pushed below, while the text itself is learned on, so that all else stays as it was.
"""

import math
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from .blocklist import blocked
from .data import Batches
from .train import Run, break_ids, device_here

RARE = 1e6
CONTEXT = 48


def pieces(tokenizer: Tokenizer, chinese: bool) -> list:
    """Every token as text: letters, with or without the space before them; None for all others."""
    texts = [tokenizer.decode([i]) for i in range(tokenizer.get_vocab_size())]
    plain = (lambda t: len(t) == 1 and "㐀" <= t <= "鿿") if chinese else (lambda t: t.strip().isascii() and t.strip().isalpha())
    return [text if plain(text) else None for text in texts]


def spellings(texts: list, goes_on: list, chinese: bool) -> list:
    """The ids of one or two tokens that spell a word of the block list; `goes_on`: those that a word can go on with."""
    begins = [i for i, text in enumerate(texts) if text and (chinese or text[0] == " ")]
    alone = [(i,) for i in begins if blocked(texts[i], chinese)]
    # Longer than any word of the list: not looked up.
    short = [[i for i in goes_on if len(texts[i]) <= 14 - n] for n in range(15)]
    pairs = [(a, b) for a in begins for b in short[min(14, len(texts[a]))] if blocked(texts[a] + texts[b], chinese)]
    return alone + pairs


def excess(model, context, spelled, goes_on, chinese: bool):
    """How far each context's spelling lies above one in RARE, in nats; 0 where it is rarer."""
    rows = [torch.cat([row, row.new_tensor(ids)]) for row, ids in zip(context, spelled)]
    total = []
    for length in {len(row) for row in rows}:
        batch = torch.stack([row for row in rows if len(row) == length])
        logs = (model(batch)[:, CONTEXT - 1:] @ model.wte.weight.t()).float().log_softmax(-1)
        chance = sum(logs[torch.arange(len(batch)), i, batch[:, CONTEXT + i]] for i in range(length - CONTEXT))
        # A word that goes on is another word.
        ends = 0.0 if chinese else torch.log1p(-logs[:, -1].exp()[:, goes_on].sum(-1).clamp(max=1 - 1e-6))
        total.append(torch.relu(chance + ends + math.log(RARE)))
    return torch.cat(total)


def run(config, work: Path, steps: int = 40, rate: float = 1e-4):
    """Unlearns, in a run's checkpoint."""
    torch.set_num_threads(config.train.threads or torch.get_num_threads())
    state, chinese = Run(config, work, device_here(), None), config.data.language == "zh"
    tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
    texts = pieces(tokenizer, chinese)
    goes_on = [i for i, text in enumerate(texts) if text and text[0] != " "]
    spelled = spellings(texts, goes_on, chinese)
    print(f"{len(spelled)} spellings")
    state.model.load_state_dict(state.average)
    optimiser = torch.optim.AdamW(state.model.parameters(), lr=rate, weight_decay=0.0)
    batches, draw = Batches(work, break_ids(tokenizer, config.data.language), 99), np.random.default_rng(99)
    for step in range(steps if spelled else 0):
        drawn = batches.draw(config.train.batch_tokens, config.shape.n_positions, config.train.core_share_decay)
        inputs, targets = (ids.to(state.device) for ids in drawn)
        starts = draw.integers(0, inputs.shape[1] - CONTEXT, 32)
        context = [inputs[draw.integers(len(inputs)), s:s + CONTEXT] for s in starts]
        chosen = [spelled[draw.integers(len(spelled))] for _ in context]
        above = excess(state.model, context, chosen, goes_on, chinese)
        loss = state.model.loss(inputs, targets)
        optimiser.zero_grad()
        (loss + 0.2 * above.mean()).backward()
        torch.nn.utils.clip_grad_norm_(state.model.parameters(), config.train.clip)
        for group in optimiser.param_groups:
            group["lr"] = rate * (1 - step / steps)
        optimiser.step()
        state.tokens += inputs.numel()
        print(f"step {step + 1}: loss {loss.item():.3f}, {(above > 0).float().mean():.0%} of spellings too likely, by {above.mean():.2f} nats", flush=True)
    state.average = {name: value.detach().clone() for name, value in state.model.state_dict().items()}
    state.save()
