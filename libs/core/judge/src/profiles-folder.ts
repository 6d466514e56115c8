/**
 * The folder of the built-in profiles, as YAML files. This package reads no files: services read them and pass them in. The image
 * has the folder beside its bundle, as it lies beside src/ here; so this file stays directly in src/.
 */
export const profilesFolder = new URL('../profiles/', import.meta.url);
