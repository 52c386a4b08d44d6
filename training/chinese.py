"""Cleaning of Chinese poems: simplified characters, a title and author line, whole lines of verse."""

import re
import zlib
from dataclasses import dataclass
from functools import lru_cache

LINE = re.compile(r"^[㐀-鿿、，。！？；：“”‘’]+$")
CUT = re.compile(r"[（(〔\[［【{].*?[)）〕\]］】}]")
NUMBER = re.compile(r"\s*(?:其|之)?[一二三四五六七八九十百○〇]+\s*$")
PAUSES = re.compile(r"[，。！？；：、]")
UGLY = re.compile(r"[□○…《》・〖〗「」『』a-zA-Z0-9/※●]|[\U00020000-\U0003ffff]|[\ue000-\uf8ff]")


@dataclass(frozen=True)
class Poem:
    """A poem as it is trained on."""

    title: str
    author: str
    lines: tuple

    def text(self) -> str:
        """With a heading for every other poem, so that the model can begin with or without one."""
        body = "\n".join(self.lines)
        if zlib.crc32(body.encode()) % 2 or not self.title:
            return body
        return f"《{self.title}》{self.author}\n{body}"

    def is_regular(self) -> bool:
        """Four to sixteen half-lines, all of five or all of seven characters."""
        halves = [half for line in self.lines for half in PAUSES.split(line) if half]
        lengths = set(map(len, halves))
        return 4 <= len(halves) <= 16 and len(lengths) == 1 and lengths <= {5, 7}


@lru_cache(maxsize=1)
def _converter():
    from opencc import OpenCC
    return OpenCC("t2s")


@lru_cache(maxsize=1)
def _phrases():
    """OpenCC's phrases in which a character is not simplified as it is alone (乾坤, 瞭望), as one pattern."""
    import opencc
    from pathlib import Path
    table = Path(opencc.__file__).parent / "dictionary" / "TSPhrases.txt"
    pairs = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines() if "\t" in line]
    known = {old: new.split()[0] for old, new in pairs}
    longest_first = sorted(known, key=len, reverse=True)
    first = "".join({phrase[0] for phrase in known})
    return known, re.compile(f"(?=[{first}])(?:{'|'.join(map(re.escape, longest_first))})")


def simplify(text: str) -> str:
    """OpenCC's traditional → simplified: its phrases first, then character by character (fast on large text)."""
    known, pattern = _phrases()
    convert = _converter().convert
    table = {ord(c): convert(c) for c in set(text) if c >= "\u3400"}
    pieces, end = [], 0
    for match in pattern.finditer(text):
        pieces += [text[end:match.start()].translate(table), known[match.group()]]
        end = match.end()
    return "".join([*pieces, text[end:].translate(table)])


def _poem(block: str):
    """A block of lines → a poem, or None where it has gaps, notes or stage directions."""
    lines = [line.strip() for line in block.split("\n") if line.strip()]
    if len(lines) < 2 or UGLY.search(block.replace("○", "", 1) if "○" in lines[0] else block):
        return None
    heads = []
    while lines and len(heads) < 2 and not PAUSES.search(lines[0]) and len(lines[0]) <= 40:
        heads.append(CUT.sub("", lines.pop(0)).strip())
    body = tuple(lines)
    if not body or not all(LINE.match(line) and line[-1] in "。！？；，" for line in body):
        return None
    if max(map(len, body)) > 60 or not 20 <= sum(map(len, body)) <= 700:
        return None
    title = NUMBER.sub("", heads[0].split("  ")[0]) if heads else ""
    author = heads[1] if len(heads) > 1 else ""
    title = re.sub(r"\s+", "·", title)
    if len(title) > 16 or len(author) > 4 or not re.fullmatch(r"[㐀-鿿·]*", title + author) or title in ("句", "失题"):
        title = author = ""
    return Poem(title, author, body)


def read_poems(text: str, counts):
    """All usable poems of a file, each once."""
    seen = set()
    for block in re.split(r"\n\s*\n", simplify(text)):
        counts["poems read"] += 1
        poem = _poem(block)
        if poem is None:
            counts["poems dropped for form"] += 1
            continue
        key = hash("".join(poem.lines))
        if key in seen:
            counts["poems dropped as copies"] += 1
            continue
        seen.add(key)
        yield poem
