"""Log-probabilities of texts as answers, by transformers in float32. Usage: likelihood.py MODEL < REQUEST

REQUEST is JSON: {"given": MESSAGES, "alone": MESSAGES, "texts": [TEXT, ..]}. Prints for each text {"given": SCORED, "alone": SCORED},
where SCORED is {"prompt": token ids of the conversation and the text, "logprobs": those of the text's tokens}.
"""

import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

request = json.load(sys.stdin)
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32).eval()


def scored(messages, text):
    conversation = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    prefix = tokenizer(conversation, add_special_tokens=False).input_ids
    prompt = prefix + tokenizer(text, add_special_tokens=False).input_ids
    with torch.no_grad():
        logprobs = torch.log_softmax(model(torch.tensor([prompt])).logits[0], dim=-1)
    return {"prompt": prompt, "logprobs": [logprobs[place - 1, prompt[place]].item() for place in range(len(prefix), len(prompt))]}


print(json.dumps([{name: scored(request[name], text) for name in ("given", "alone")} for text in request["texts"]]))
