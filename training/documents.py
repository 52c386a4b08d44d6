"""Reading text, and keeping each passage once: within the training text, and out of it if it is held out."""

import hashlib
import lzma
import zlib
from pathlib import Path

END = "<|endoftext|>"


def read_text(path: Path) -> str:
    """The text of a .txt file, or of the .xz file that one was packed into."""
    raw = path.read_bytes()
    if path.suffix == ".xz":
        raw = lzma.decompress(raw)
    return raw.decode("utf-8", errors="ignore").replace("\r\n", "\n")


def find_files(texts):
    """All .txt, .md and .xz files that the given files and folders hold, by name."""
    files = []
    for text in map(Path, texts):
        found = sorted(p for p in text.rglob("*") if p.is_file()) if text.is_dir() else [text]
        files += [p for p in found if p.suffix == ".txt" or p.suffix == ".xz"]
    if not files:
        raise SystemExit(f"no .txt or .xz file in {', '.join(map(str, texts))}")
    return files


def held_out(text: str, share: float) -> bool:
    """Whether a document is kept for validation: decided by its own text, so the same on every machine."""
    return int(hashlib.sha256(text[:5000].encode()).hexdigest()[:8], 16) / 16**8 < share


def _key(paragraph: str) -> int:
    return hash("".join(c for c in paragraph.lower() if c.isalnum()))


class Once:
    """Says whether a paragraph was seen before; short ones ("Yes," said he.) may come again."""

    def __init__(self, shortest: int = 60):
        self.seen, self.shortest = set(), shortest

    def __call__(self, paragraph: str) -> bool:
        if len(paragraph) < self.shortest:
            return True
        key = _key(paragraph)
        if key in self.seen:
            return False
        self.seen.add(key)
        return True


class Shingles:
    """Runs of eight words of the held-out text; a training paragraph that shares several is a copy of it."""

    def __init__(self, texts, size: int = 8):
        self.size = size
        self.known = {key for text in texts for key in self._keys(text)}

    def _keys(self, text: str):
        words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
        return [zlib.crc32(" ".join(words[i:i + self.size]).encode()) for i in range(len(words) - self.size + 1)]

    def overlaps(self, text: str) -> bool:
        """True if a tenth of the text's runs, and at least two, are held out as well."""
        keys = self._keys(text)
        shared = sum(key in self.known for key in keys)
        return shared >= 2 and shared >= 0.1 * len(keys)
