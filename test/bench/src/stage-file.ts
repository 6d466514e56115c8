import { type StageFile, stageFileSchema, unseal } from '@proofmill/contract';

/** The frozen stage of a run. @throws where the bytes are not those of a sound stage.json */
export function stageOf(bytes: Uint8Array): StageFile {
  const unsealed = unseal(bytes);
  return stageFileSchema.parse(unsealed.state === 'sound' ? unsealed.value : null);
}
