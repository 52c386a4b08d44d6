"""Verb `prepare`: raw text in, `train.core.txt`, `train.wide.txt`, `valid.txt` and `prepare.json` out.

Core is the register the model should speak (fairy tales; regular verse), wide is the rest. Documents are parted by
<|endoftext|>; whole books or poems are held out, and copies of held-out text are taken from the training text.
"""

import fnmatch
import json
from collections import Counter
from pathlib import Path

from . import chinese, english
from .blocklist import blocked
from .documents import END, Once, Shingles, find_files, held_out, read_text


def _without_blocked(stretches, counts):
    """Stretches with offending paragraphs cut out (the story breaks there); [] where a book has too many."""
    kept, hits, total = [], 0, 0
    for stretch in stretches:
        current = []
        for paragraph in stretch:
            total += 1
            if blocked(paragraph, chinese=False):
                hits += 1
                kept.append(current)
                current = []
            else:
                current.append(paragraph)
        kept.append(current)
    counts["paragraphs dropped for their words"] += hits
    if hits > 0.04 * total:
        counts["books dropped for their words"] += 1
        return []
    return [s for s in kept if sum(map(len, s)) >= 200]


def _english_books(files, data, counts):
    """Cleaned books as (stretches, is core)."""
    for path in files:
        for raw in read_text(path).split(END):
            counts["books read"] += 1
            stretches = _without_blocked(english.clean_book(raw), counts)
            paragraphs = [p for s in stretches for p in s]
            text = "\n".join(paragraphs)
            spoken = sum('"' in p or p.startswith("'") for p in paragraphs)
            score = english.register_score(text, data.core_words)
            if not paragraphs or (spoken < data.least_dialogue * len(paragraphs) and score < data.core_rate):
                counts["books dropped as not stories"] += 1
                continue
            yield stretches, score >= data.core_rate


def _chinese_poems(files, data, counts):
    """Poems as (one stretch of one text, is core: regular lines)."""
    for path in files:
        for poem in chinese.read_poems(read_text(path), counts):
            if blocked(poem.text(), chinese=True):
                counts["poems dropped for their words"] += 1
            else:
                yield [[poem.text()]], poem.is_regular()


def _split(books, data, counts):
    """Parts the books into held-out and training ones."""
    valid, train = [], []
    for stretches, core in books:
        text = "\n".join(p for s in stretches for p in s)
        (valid if held_out(text, data.valid_share) else train).append((stretches, core))
    counts["documents held out"] = len(valid)
    return valid, train


def _clean_of_copies(train, shingles, counts):
    """Each training stretch without paragraphs seen before or held out."""
    once = Once()
    for stretches, core in train:
        for stretch in stretches:
            kept = []
            for paragraph in stretch:
                if once(paragraph) and not (shingles and shingles.overlaps(paragraph)):
                    kept.append(paragraph)
                else:
                    counts["paragraphs dropped as copies"] += 1
            if kept:
                yield "\n".join(kept), core


def run(config, texts, work: Path):
    """Writes the prepared text and its counts to `work`."""
    data, counts = config.data, Counter()
    files = [f for f in find_files(texts) if any(fnmatch.fnmatch(f.name, p) for p in data.files)]
    english_text = data.language == "en"
    books = (_english_books if english_text else _chinese_poems)(files, data, counts)
    valid, train = _split(books, data, counts)
    held = ["\n".join(p for s in stretches for p in s) for stretches, _ in valid]
    shingles = Shingles(held) if english_text else None
    shelves = {"train.core.txt": [], "train.wide.txt": [], "valid.txt": held}
    for text, core in _clean_of_copies(train, shingles, counts):
        shelves["train.core.txt" if core else "train.wide.txt"].append(text)
    work.mkdir(parents=True, exist_ok=True)
    for name, documents in shelves.items():
        whole = f"\n{END}\n".join(documents)
        (work / name).write_text(whole, encoding="utf-8")
        counts[f"{name} bytes"] = len(whole.encode())
    (work / "prepare.json").write_text(json.dumps(counts, indent=1))
    print(json.dumps(counts, indent=1))
