/** Schemes that are meant even where the slashes are missing. */
const wellKnown = /^(s3|gs|gcs|az|abfss?|hdfs|hf|https?|file):/i;

/**
 * The scheme of a URI in small letters, such as `s3`; null for a path. A scheme with one slash or none counts: `s3:/bucket/x` is a
 * mistyped URI and not the folder `s3:`. A single letter is a drive of Windows, and `./s3:/x` is a path.
 */
export function schemeOf(place: string): string | null {
  const [, scheme = null] = wellKnown.exec(place) ?? /^([a-z][a-z0-9+.-]+):\//i.exec(place) ?? [];
  return scheme?.toLowerCase() ?? null;
}
