"""The model card: README.md in the model's folder."""

from . import render

SOURCES = {
    "en": ("children's books and fairy tales in English, in the public domain in the United States (texts from Project Gutenberg with "
           "its name, headers and licence removed) and FairytaleQA's tales (Apache-2.0)"),
    "zh": "classical Chinese poems, in the public domain, from the chinese-poetry collection (MIT), in simplified characters (OpenCC)"}
FAULTS = {
    "en": ["It has read far too little: phrases hold together, many sentences do not, and no story does. Greedy it goes round in circles.",
           "Its English is that of books from before 1930, with their manners and their view of the world.",
           "Passages with slurs or explicit words were taken out of its text by a list; bias that needs no such word is still there.",
           "Quotes and dashes were made plain (\" ' --) before training: it hardly knows curly ones.",
           "Digits, modern words and other languages come out as nonsense."],
    "zh": ["It has read far too little: the form of a line is better than its sense, and pairs of characters better than lines.",
           "It knows nothing of rhyme and tones.",
           "Famous poems are not known by heart: what follows a famous line is made up.",
           "Modern Chinese, traditional characters and other languages come out as nonsense.",
           "Rare characters are two or three byte tokens; now and then it writes bytes that make no character."]}
TAGS = {"en": ("en", "English"), "zh": ("zh", "Chinese (simplified)")}


def card(m: dict) -> str:
    """The card's text."""
    code, language = TAGS[m["language"]]
    faults = "\n".join(f"- {line}" for line in FAULTS[m["language"]])
    picked = "\n\n".join(f"> {render.quoted(s['sampled'])}" for s in m["samples"][:4])
    return f"""---
language: {code}
license: mit
library_name: transformers
pipeline_tag: text-generation
---

# {m['title']}

A small GPT-2 for looking inside, not for use: {language}, made for the Glassbox page by the recipe in `training/`.

- **Shape.** {render.shape(m)} Learned positions, LayerNorm before each half-block, gelu_new, tied head; weights in 16 bits.
- **Data.** {SOURCES[m['language']]}. {m['data'].get('documents held out', 0):,} documents were held out whole.
- **Tokenizer.** Byte-level BPE trained on the same text; token 0 is `<|endoftext|>`.
- **Licence.** The weights may be used as the rest of Glassbox: MIT or Apache-2.0.

## How well it predicts

{render.bits(m)}

![learning curve](curve.png)

## Samples

Unedited, temperature 0.8, top-k 40:

{picked}

## Known faults

{faults}
"""
