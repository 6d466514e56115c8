import { ConfigurationError, type KubernetesSettings, type StageSpec } from '@proofmill/contract';

/** The image of a stage's engine. ConfigurationError where neither job nor installation names one. */
export function engineImage({ name, fleet }: StageSpec, settings: KubernetesSettings): string {
  const image = fleet.image ?? settings.engine.image;
  if (image !== undefined) return image;
  throw new ConfigurationError(
    `stage ${name}: there is no image for its engine. Set fleet.image, or engine.image in the settings of the installation`,
  );
}
