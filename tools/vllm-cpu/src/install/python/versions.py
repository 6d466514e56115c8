"""Imports what a server imports and prints one JSON object: versions, and the device type that vLLM found."""

import json
import platform

import torch
import transformers
import vllm
from vllm.platforms import current_platform

print(
    json.dumps(
        {
            "vllm": vllm.__version__,
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "python": platform.python_version(),
            "device": current_platform.device_type,
        }
    )
)
