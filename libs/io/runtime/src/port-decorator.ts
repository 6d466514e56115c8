/**
 * Wraps a port that a role is about to use; `name` says which port. In production nothing is wrapped. Tests put faults here, such
 * as a death at a certain call.
 */
export type PortDecorator = <Port extends object>(name: string, port: Port) => Port;

/** Wraps each port by `inner`, and what that gives by `outer`, where there is one. */
export const decoratedBy = (inner: PortDecorator, outer: PortDecorator | undefined): PortDecorator =>
  outer ? (name, port) => outer(name, inner(name, port)) : inner;

export const undecorated: PortDecorator = (_name, port) => port;
