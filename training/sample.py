"""Continuations by `transformers` from the shipped folder: greedy, or drawn at a temperature from the likeliest tokens."""

from pathlib import Path

import torch


class Sampler:
    """A shipped model, ready to go on with prompts."""

    def __init__(self, folder: Path, tokenizer):
        from transformers import GPT2LMHeadModel
        self.model = GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32).eval()
        self.tokenizer = tokenizer

    def __call__(self, prompts, count: int, temperature: float = 0.0, top_k: int = 0, seed: int = 1):
        """Each prompt with `count` tokens more, or up to the end of the document; prompts of one length run together."""
        torch.manual_seed(seed)
        how = {"do_sample": True, "temperature": temperature, "top_k": top_k} if temperature else {"do_sample": False}
        end = self.model.config.eos_token_id
        groups, results = {}, {}
        for index, prompt in enumerate(prompts):
            ids = self.tokenizer.encode(prompt).ids
            groups.setdefault(len(ids), []).append((index, ids))
        for rows in groups.values():
            ids = torch.tensor([row for _, row in rows])
            made = self.model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=count, pad_token_id=end, **how)
            for (index, _), row in zip(rows, made.tolist()):
                whole = row[: row.index(end)] if end in row else row
                results[index] = self.tokenizer.decode(whole).rstrip("\ufffd")
        return [results[index] for index in range(len(prompts))]
