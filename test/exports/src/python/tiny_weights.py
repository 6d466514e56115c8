"""Makes weights that train in no time: a Llama of two layers with random values and the tokenizer of other weights.

    tiny_weights.py TOKENIZER OUT

Input and output embeddings are apart: LLaMA-Factory 0.9.5 cannot save a reward model whose weights share memory.
"""

import sys

import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM


def main() -> None:
    source, out = sys.argv[1:]
    tokenizer = AutoTokenizer.from_pretrained(source)
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=8192,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        tie_word_embeddings=False,
    )
    LlamaForCausalLM(config).save_pretrained(out)
    tokenizer.save_pretrained(out)


main()
