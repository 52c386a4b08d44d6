"""Verb `tokenize`: trains a byte-level BPE on the prepared text and writes it out as token ids.

English uses GPT-2's own cutting (a word with the space before it). Chinese is cut into single characters first, so
that a common character is one token and a rare one two or three byte tokens, and no token spans two characters.
"""

import json
from pathlib import Path

import numpy as np
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from .documents import END

HAN = "[\u3400-\u9fff]"


def _empty(language: str) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    if language == "zh":
        alone = pre_tokenizers.Split(Regex(HAN), behavior="isolated")
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([alone, tokenizer.pre_tokenizer])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def _pieces(path: Path):
    """A file's documents in pieces of a few thousand characters, cut at line ends, without the separator."""
    for document in path.read_text(encoding="utf-8").split(f"\n{END}\n"):
        lines, size = [], 0
        for line in document.split("\n"):
            lines.append(line)
            size += len(line)
            if size > 4000:
                yield "\n".join(lines) + "\n"
                lines, size = [], 0
        yield "\n".join(lines) + END


def learn(config, work: Path) -> Tokenizer:
    """Trains the BPE on the training text; the separator is token 0."""
    tokenizer = _empty(config.data.language)
    trainer = trainers.BpeTrainer(vocab_size=config.shape.vocab_size, special_tokens=[END], show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    files = [work / "train.core.txt", work / "train.wide.txt"]
    texts = (piece.removesuffix(END) for file in files for piece in _pieces(file))
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def encode(tokenizer: Tokenizer, path: Path) -> int:
    """Writes `path` beside itself as 16-bit ids; each document ends in the separator."""
    ids, batch = [], []
    for piece in _pieces(path):
        batch.append(piece)
        if len(batch) == 2000:
            ids += [np.array(e.ids, np.uint16) for e in tokenizer.encode_batch_fast(batch)]
            batch = []
    ids += [np.array(e.ids, np.uint16) for e in tokenizer.encode_batch_fast(batch)]
    whole = np.concatenate(ids)
    whole.tofile(path.with_suffix(".bin"))
    return len(whole)


def run(config, work: Path, start: Path | None = None):
    """Learns the tokenizer, or takes that of the model to start from, and encodes all that `prepare` wrote."""
    tokenizer = Tokenizer.from_file(str(start / "tokenizer.json")) if start else learn(config, work)
    tokenizer.save(str(work / "tokenizer.json"))
    counts = {"vocabulary": tokenizer.get_vocab_size()}
    for name in ("train.core.txt", "train.wide.txt", "valid.txt"):
        tokens = encode(tokenizer, work / name)
        size = (work / name).stat().st_size
        counts[name] = {"tokens": tokens, "bytes": size, "bytes per token": round(size / max(1, tokens), 3)}
    (work / "tokenize.json").write_text(json.dumps(counts, indent=1))
    print(json.dumps(counts, indent=1))
