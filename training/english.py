"""Cleaning of English books: what is left is paragraphs of story, one a line, in plain ASCII punctuation."""

import re

QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‛": "'", "′": "'",
                        "—": "--", "–": "-", "―": "--", "…": "...", "\u00a0": " ", "\u00ad": "", "\ufeff": "",
                        "ﬁ": "fi", "ﬂ": "fl", "\t": " ", "\r": "", "_": "", "~": "-", "|": "", "`": "'"})
NOTE_MARK = re.compile(r"\s?\[(?:\d+|[A-Z*†‡]|[ivx]+)\]|\s?\{\d+\}|(?<=\w)\*+")
DASHES = re.compile(r"-{3,}")
SPACES = re.compile(r"[ ]{2,}")
HEADING = re.compile(r"(?i)^\W*(?:chapter|book|part|volume|scene|act|canto|story|tale|letter)\W+(?:[ivxlc]+|\d+|the\s\w+|one|two|"
                     r"three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b.{0,80}$")
DROP = re.compile(r"(?i)gutenberg|transcriber|e-?book|e-?text|produced by|proofread|\bhttp|www\.|\.com\b|copyright|"
                  r"all rights reserved|printed (?:in|by|at)|published by|publishers|illustrat|frontispiece|footnote|"
                  r"typograph|errata|\bindex\b|\bcontents\b|first edition|^the end\W*$|^end of |^finis\W*$|"
                  r"^by [a-z. ]{3,40}$|appendix|\bpp?\. ?\d|\bvol\.|\bibid|\b1[5-9]\d\d\b|\biil?lus|\bcf\.|\beditor")
PROSE_END = tuple(".!?\"')-:;,")


def _is_verse(lines):
    """Short lines that begin with capitals: a song or a rhyme, whose line breaks are kept."""
    if len(lines) < 2 or sum(map(len, lines)) / len(lines) > 52:
        return False
    return max(map(len, lines)) < 64 and sum(line[:1].isupper() or line[:1] in "\"'" for line in lines) >= 0.7 * len(lines)


def _is_table(text):
    """Contents rows, indexes, lists of names: many digits or capitals, leaders, hardly a small word."""
    letters = sum(c.isalpha() for c in text)
    if letters < 0.72 * len(text.replace(" ", "")):
        return True
    digits = sum(c.isdigit() for c in text)
    capitals = sum(c.isupper() for c in text)
    return digits > 0.03 * len(text) or capitals > 0.2 * letters or ". . ." in text or "...." in text


def clean_paragraph(raw: str):
    """One paragraph of a book → its text, "" for what is not story, None for a heading (a break in the story)."""
    lines = [SPACES.sub(" ", line.translate(QUOTES)).strip() for line in raw.split("\n")]
    lines = [line for line in lines if line]
    if not lines:
        return ""
    whole = " ".join(lines)
    if HEADING.match(whole) or (len(whole) < 90 and whole.upper() == whole):
        return None
    if whole[0] in "[*<|=+{" or DROP.search(whole) or _is_table(whole):
        return ""
    if not whole.endswith(PROSE_END) and not _is_verse(lines):
        return None if len(whole) < 80 else ""
    text = "\n".join(lines) if _is_verse(lines) else whole
    text = SPACES.sub(" ", DASHES.sub("--", NOTE_MARK.sub("", text)))
    return "" if any(c in text for c in "[]{}<>|@#%^\\") else text


def _body(paragraphs):
    """Without what stands before the first and after the last stretch of plain prose."""
    prose = [bool(p) and len(p) > 120 and "\n" not in p for p in paragraphs]
    near = [sum(prose[max(0, i - 4):i + 5]) >= 4 for i in range(len(prose))]
    if True not in near:
        return []
    first = next(i for i in range(near.index(True), len(prose)) if prose[i])
    last = len(near) - 1 - near[::-1].index(True)
    return paragraphs[first:last + 1]


def clean_book(raw: str):
    """A book as a list of stretches (chapters, tales), each a list of paragraphs."""
    raw = raw.replace("\r\n", "\n")
    blank_lines = raw.count("\n\n") > max(3, raw.count("\n") / 30)
    pieces = re.split(r"\n\s*\n", raw) if blank_lines else raw.split("\n")
    stretches, current = [], []
    for paragraph in _body([clean_paragraph(piece) for piece in pieces]):
        if paragraph is None:
            stretches.append(current)
            current = []
        elif paragraph:
            current.append(paragraph)
    stretches.append(current)
    return [s for s in stretches if sum(map(len, s)) >= 400]


def register_score(text: str, words) -> float:
    """How many of `words` there are in a thousand words of `text`."""
    tokens = re.findall(r"[a-z]+", text.lower())
    wanted = set(words)
    return 1000 * sum(token in wanted for token in tokens) / max(1, len(tokens))
