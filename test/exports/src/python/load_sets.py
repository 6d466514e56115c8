"""Reads training sets as their trainers do and prints, for each, the rows of its splits and what a row holds.

    load_sets.py WEIGHTS SET..

A set is a folder named TRAINER-FORM. WEIGHTS has a tokenizer with a chat template.
"""

import importlib.util
import json
import os
import sys
import types

import datasets
from transformers import AutoTokenizer

datasets.disable_progress_bars()


def read(folder: str, trainer: str) -> dict:
    """The splits, each by the call that the loader of the trainer makes."""
    if trainer in ("llama-factory", "gram"):
        with open(os.path.join(folder, "dataset_info.json"), encoding="utf-8") as file:
            entries = json.load(file)
        return {
            name.removeprefix("proofmill_"): datasets.load_dataset(
                "json", data_files=[os.path.join(folder, entry["file_name"], each) for each in os.listdir(os.path.join(folder, entry["file_name"]))], split="train"
            )
            for name, entry in entries.items()
        }
    if trainer == "nemo-rl":
        return {
            split: datasets.load_dataset("json", data_files=os.path.join(folder, "data", f"{split}-*.jsonl"))["train"]
            for split in ("train", "test")
        }
    if trainer == "verl":
        return {
            split: datasets.load_dataset(
                "parquet", data_files=[os.path.join(folder, "data", each) for each in sorted(os.listdir(os.path.join(folder, "data"))) if each.startswith(split)]
            )["train"]
            for split in ("train", "test")
        }
    # TRL, OpenRLHF and Axolotl are given the folder of the rows.
    here = os.getcwd()
    os.chdir(folder)
    try:
        return dict(datasets.load_dataset("data"))
    finally:
        os.chdir(here)


def openrlhf_module(name: str):
    """A file of OpenRLHF by itself: its package imports DeepSpeed and flash-attn, which need a GPU to build."""
    package = importlib.util.find_spec("openrlhf").submodule_search_locations[0]
    sys.modules["openrlhf.utils.utils"] = types.SimpleNamespace(zero_pad_sequences=None)
    sys.modules["openrlhf.datasets.utils"] = types.SimpleNamespace(
        exist_and_not_none=lambda row, key: key in row and row[key] is not None
    )
    spec = importlib.util.spec_from_file_location(name, os.path.join(package, "datasets", f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def of_openrlhf(row: dict, form: str, tokenizer) -> list:
    """What OpenRLHF trains on: its own function, on a row."""
    template = tokenizer.apply_chat_template
    if form == "reasoning":
        return list(openrlhf_module("sft_dataset").preprocess_data(row, None, "input", "output", template))
    return list(openrlhf_module("reward_dataset").preprocess_data(row, None, "prompt", "chosen", "rejected", template))


def main() -> None:
    weights, *folders = sys.argv[1:]
    tokenizer = AutoTokenizer.from_pretrained(weights)
    for folder in folders:
        trainer, form = os.path.basename(folder).rsplit("-", 1)
        splits = read(folder, trainer)
        whole = datasets.load_dataset(folder)
        row = splits["train"][0]
        print(
            json.dumps(
                {
                    "set": f"{trainer} {form}",
                    "rows": {name: len(split) for name, split in splits.items()},
                    "folder": {name: len(split) for name, split in whole.items()},
                    "types": {name: str(feature) for name, feature in whole["train"].features.items()},
                    "row": row,
                    "trained": of_openrlhf(row, form, tokenizer) if trainer == "openrlhf" else None,
                }
            )
        )


main()
