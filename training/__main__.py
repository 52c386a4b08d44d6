"""`python -m training VERB --config FILE`: one entry point for the whole recipe."""

import argparse
from pathlib import Path

from . import config as configuration

VERBS = {"prepare": "clean and split the text", "tokenize": "train the BPE and encode the text",
         "train": "train the model (goes on from its last checkpoint)", "unlearn": "take from it what it can still spell of the block list",
         "export": "write the model's folder",
         "report": "measure the exported model", "all": "all of these, one after the other"}


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("verb", choices=VERBS, help="; ".join(f"{verb}: {what}" for verb, what in VERBS.items()))
    parser.add_argument("--config", required=True, help="a file of training/configs, or your own")
    parser.add_argument("--text", nargs="+", default=[], help="files or folders of .txt or .txt.xz (for prepare)")
    parser.add_argument("--start", type=Path, help="folder of an exported model whose tokenizer and weights to begin with")
    parser.add_argument("--work", type=Path, default=Path("training-work"), help="folder for data and checkpoints")
    parser.add_argument("--out", type=Path, default=Path("www/models"), help="folder that gets the model's folder")
    return parser.parse_args()


def main():
    """Runs one verb, or all of them."""
    options = arguments()
    config = configuration.load(options.config)
    work = options.work / config.name
    verbs = [verb for verb in VERBS if verb != "all"] if options.verb == "all" else [options.verb]
    for verb in verbs:
        if verb == "prepare":
            from . import prepare
            prepare.run(config, options.text, work)
        elif verb == "tokenize":
            from . import tokenizer
            tokenizer.run(config, work, options.start)
        elif verb == "train":
            from . import train
            train.run(config, work, options.start)
        elif verb == "unlearn":
            from . import unlearn
            unlearn.run(config, work)
        elif verb == "export":
            from . import export
            export.run(config, work, options.out / config.name)
        elif verb == "report":
            from . import report
            report.run(config, work, options.out)


if __name__ == "__main__":
    main()
