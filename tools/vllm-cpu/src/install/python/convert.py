"""Turns the GGUF weights into two model folders that vLLM loads. Usage: convert.py FILE.gguf OUT

OUT/smol         the chat model, dequantised to float32, with tokenizer and chat template
OUT/smol-scalar  the same body with one score and a seeded random head: right shapes, meaningless scores
"""

import pathlib
import sys

import torch
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

source, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
chat, scalar = out / "smol", out / "smol-scalar"

model = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.float32)
# The weights are dequantised by now; with these marks left on it save_pretrained refuses.
for name in ("hf_quantizer", "quantization_method", "is_quantized"):
    if hasattr(model, name):
        try:
            delattr(model, name)
        except AttributeError:
            setattr(model, name, None)
if hasattr(model.config, "quantization_config"):
    del model.config.quantization_config
tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
if not tokenizer.chat_template:
    sys.exit(f"{source.name} brought no chat template.")
model.save_pretrained(chat)
tokenizer.save_pretrained(chat)

torch.manual_seed(0)
AutoModelForSequenceClassification.from_pretrained(chat, num_labels=1).save_pretrained(scalar)
tokenizer.save_pretrained(scalar)
