/** Small pieces of manifests. */

/** An object of a manifest. */
export type Fields = Readonly<Record<string, unknown>>;

/** The field, or no field where the value is empty: the API server would store an empty one as set by us. */
export const given = (name: string, value: object | string | true | undefined): Fields =>
  value === undefined || (typeof value === 'object' && Object.keys(value).length === 0) ? {} : { [name]: value };

/** A text that Kubernetes must not change: in arguments and environment it replaces `$(NAME)`. */
export const literal = (text: string): string => text.replaceAll('$(', () => '$$(');

export const variable = (name: string, value: string): Fields => ({ name, value: literal(value) });

export const secretVariable = (name: string, secret: string, key: string, more: Fields = {}): Fields => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key, ...more } },
});

export const emptyFolder = (name: string, more: Fields = {}): Fields => ({ name, emptyDir: more });

/** The folder of a path, for a mount. */
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** Variables without those that a later one of the same name replaces: server-side apply refuses a name that is there twice. */
export const environment = (variables: readonly Fields[]): Fields[] =>
  variables.filter(({ name }, index) => variables.findLastIndex((other) => other.name === name) === index);
