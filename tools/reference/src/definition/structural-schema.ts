/** A CEL expression that must hold, and the sentence for a user if it does not. */
export interface Rule {
  readonly rule: string;
  readonly message: string;
}

/**
 * A structural schema of Kubernetes: OpenAPI v3 as of 2017. An exclusive bound is a flag, each place has one type, and schemas
 * under anyOf, oneOf and not must not state a type.
 */
export interface Structural {
  type?: string;
  description?: string;
  nullable?: true;
  default?: unknown;
  enum?: readonly unknown[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: true;
  exclusiveMaximum?: true;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  items?: Structural;
  properties?: Record<string, Structural>;
  required?: readonly string[];
  additionalProperties?: Structural;
  anyOf?: Structural[];
  not?: Structural;
  'x-kubernetes-preserve-unknown-fields'?: true;
  'x-kubernetes-list-type'?: 'map' | 'atomic';
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-validations'?: Rule[];
}
