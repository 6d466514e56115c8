/** Where the built-in profiles lie, as YAML files. Who runs the show reads them and passes them in. */
export const profilesFolder = new URL('../../profiles/', import.meta.url);
