"""Words a model in front of a class must not have learnt, kept as hashes so that the list itself offends nobody.

`blocklist.sha256` holds one SHA-256 a line, of a lowercase English word or of a Chinese word of two to four characters.
"""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

HASHES = frozenset(Path(__file__).with_name("blocklist.sha256").read_text().split())
WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
HAN = re.compile(r"[㐀-鿿]{2,}")


@lru_cache(maxsize=1 << 20)
def _is_blocked(word: str) -> bool:
    return hashlib.sha256(word.encode()).hexdigest() in HASHES


def blocked(text: str, chinese: bool) -> int:
    """How many blocked words are in `text`; compounds count by their parts too."""
    if chinese:
        return sum(_is_blocked(run[i:i + n]) for run in HAN.findall(text)
                   for n in (2, 3, 4) for i in range(len(run) - n + 1))
    hits = 0
    for word in WORD.findall(text.lower()):
        parts = {word, word.replace("-", ""), *word.split("-")}
        hits += any(_is_blocked(part) for part in parts)
    return hits
