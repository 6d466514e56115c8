"""What trainers make of a row: their own code, with the settings that the files of the set give it.

OpenRLHF, Axolotl and verl do not train without a GPU; what prepares their rows does not need one.
"""

import subprocess

import yaml

assistant = "<|im_start|>assistant\n"


def prepared(trainer: str, form: str, row: dict, tokenizer) -> dict | None:
    """The prompt and the answers as the model sees them. The current folder is the set."""
    named = {"openrlhf": of_openrlhf, "axolotl": of_axolotl, "verl": of_verl}
    return named[trainer](form, row, tokenizer) if trainer in named else None


def arguments_of(script: str, program: str) -> list:
    """The arguments that a script of the set gives to a program."""
    shown = f'{program}() {{ for each in "$@"; do printf "%s\\n" "$each"; done; }}; . ./{script}'
    return subprocess.run(["sh", "-c", shown], check=True, capture_output=True, text=True).stdout.splitlines()


def of_openrlhf(form: str, row: dict, tokenizer) -> dict:
    from openrlhf.datasets import reward_dataset, sft_dataset

    words = arguments_of({"preference": "train_dpo.sh", "reasoning": "train_sft.sh", "scalar": "train_rm.sh"}[form], "deepspeed")
    key = {word: words[at + 1] for at, word in enumerate(words) if word.startswith("--data.") and word.endswith("_key")}
    template = tokenizer.apply_chat_template
    if form == "reasoning":
        prompt, answer = sft_dataset.preprocess_data(row, None, key["--data.input_key"], key["--data.output_key"], template)
        return {"prompt": prompt, "answers": [answer]}
    keys = (key[f"--data.{each}_key"] for each in ("prompt", "chosen", "rejected"))
    prompt, chosen, rejected, margin = reward_dataset.preprocess_data(row, None, *keys, template, form == "preference")
    return {"prompt": prompt, "answers": [chosen, rejected], "margin": margin}


def of_axolotl(form: str, row: dict, tokenizer) -> dict:
    from axolotl.prompt_strategies import chat_template
    from axolotl.prompt_strategies.bradley_terry import chat_template as bradley_terry
    from axolotl.prompt_strategies.dpo import chat_template as dpo
    from axolotl.utils.dict import DictDefault
    from axolotl.utils.schemas.config import AxolotlInputConfig

    with open({"preference": "dpo.yaml", "reasoning": "sft.yaml", "scalar": "reward.yaml"}[form], encoding="utf-8") as file:
        settings = yaml.safe_load(file)
    fields = AxolotlInputConfig.model_fields
    # It ignores a setting that it does not know.
    unknown = [name for name in settings if name not in fields and name not in {field.validation_alias for field in fields.values()}]
    config = DictDefault(AxolotlInputConfig(**settings).model_dump(exclude_none=True))
    dataset = config.datasets[0]
    if form == "preference":
        transform, _ = dpo.default(config)
        made = transform(row, tokenizer=tokenizer)
        return {"prompt": made["prompt"], "answers": [made["chosen"], made["rejected"]], "unknown": unknown}
    if form == "scalar":
        made = bradley_terry.load(tokenizer, config, dataset).tokenize_prompt(row)
        parts = [tokenizer.decode(made[name]).rpartition(assistant) for name in ("chosen_ids", "rejected_ids")]
        return {"prompt": "".join(parts[0][:2]), "answers": [part[2] for part in parts], "unknown": unknown}
    made = chat_template.load(tokenizer, config, dataset).tokenize_prompt(row)
    return {**masked(made["input_ids"], [label != -100 for label in made["labels"]], tokenizer), "unknown": unknown}


def of_verl(form: str, row: dict, tokenizer) -> dict:
    from hydra import compose, initialize_config_module
    from verl.utils.dataset.multiturn_sft_dataset import MultiTurnSFTDataset
    from verl.utils.dataset.rl_dataset import RLHFDataset
    from verl.utils.import_utils import load_extern_object

    # An argument that verl does not know is an error here.
    program, script, name = ("torchrun", "sft.sh", "sft_trainer_engine") if form == "reasoning" else ("python3", "grpo.sh", "ppo_trainer")
    words = arguments_of(script, program)
    with initialize_config_module("verl.trainer.config", version_base=None):
        config = compose(name, overrides=[word for word in words if "=" in word and not word.startswith("--")])
    if form == "reasoning":
        made = MultiTurnSFTDataset(parquet_files=config.data.train_files, tokenizer=tokenizer, config=config.data)[0]
        return masked(made["input_ids"].tolist(), made["loss_mask"].bool().tolist(), tokenizer)
    made = RLHFDataset(data_files=config.data.train_files, tokenizer=tokenizer, config=config.data)[0]
    reward = load_extern_object(config.reward.custom_reward_function.path, "compute_score")
    right = made["reward_model"]["ground_truth"]
    said = (f"<think> .. </think>\n<answer>\n{letter}\n</answer>" for letter in (right, "B" if right == "A" else "A", "C"))
    prompt = tokenizer.apply_chat_template(made["raw_prompt"], tokenize=False, add_generation_prompt=True)
    return {"prompt": prompt, "answers": [], "rewards": [reward(made["data_source"], text, right) for text in said]}


def masked(tokens: list, trained: list, tokenizer) -> dict:
    """The tokens without a loss, which come first, and those with one."""
    at = trained.index(True)
    return {"prompt": tokenizer.decode(tokens[:at]), "answers": [tokenizer.decode([token for token, has in zip(tokens, trained) if has])]}
