"""Reads training sets as their trainers do and prints, for each, the rows of its splits and what the trainer makes of the first one.

    load_sets.py WEIGHTS SET..

A set is a folder named TRAINER-FORM. WEIGHTS has a tokenizer with a chat template.
"""

import contextlib
import json
import os
import sys
from glob import glob

import datasets
from prepared import prepared
from transformers import AutoTokenizer

datasets.disable_progress_bars()


def read(folder: str, trainer: str) -> dict:
    """The splits, each by the call that the loader of the trainer makes. The current folder is the set."""
    if trainer in ("llama-factory", "gram"):
        with open("dataset_info.json", encoding="utf-8") as file:
            entries = json.load(file)
        return {
            name.removeprefix("proofmill_"): datasets.load_dataset("json", data_files=sorted(glob(f"{entry['file_name']}/*")), split="train")
            for name, entry in entries.items()
        }
    if trainer == "nemo-rl":
        names = {split: f"{folder}/data/{split}-*.jsonl" for split in ("train", "test")}
        return {split: datasets.load_dataset("json", data_files=files)["train"] for split, files in names.items()}
    if trainer == "verl":
        names = {split: sorted(glob(f"data/{split}-*.parquet")) for split in ("train", "test")}
        return {split: datasets.load_dataset("parquet", data_files=files)["train"] for split, files in names.items()}
    # TRL, OpenRLHF and Axolotl are given the folder of the rows.
    return dict(datasets.load_dataset("data"))


def main() -> None:
    weights, *folders = sys.argv[1:]
    tokenizer = AutoTokenizer.from_pretrained(weights)
    for folder in folders:
        trainer, form = os.path.basename(folder).rsplit("-", 1)
        os.chdir(folder)
        # What a trainer prints is not what this program prints.
        with contextlib.redirect_stdout(sys.stderr):
            splits = read(folder, trainer)
            whole = datasets.load_dataset(folder)
            row = splits["train"][0]
            seen = {
                "set": f"{trainer} {form}",
                "rows": {name: len(split) for name, split in splits.items()},
                "folder": {name: len(split) for name, split in whole.items()},
                "columns": whole["train"].column_names,
                "row": row,
                "prepared": prepared(trainer, form, row, tokenizer),
            }
        print(json.dumps(seen), flush=True)


main()
