import { digestOf, type KubernetesObject, visible } from '@proofmill/contract';
import type { JobEvent } from '../status/status-events.ts';
import { kinds } from './kinds.ts';

/** The API server takes 1024 characters. */
const longestMessage = 1000;

export interface EventParts {
  readonly event: JobEvent;
  /** How often it has happened, this time included. */
  readonly count: number;
  /** When it happened first and last (RFC 3339). */
  readonly first: string;
  readonly last: string;
  /** The name of the pod that reports it. */
  readonly reporter: string;
}

/** Of each reason a ScoringJob has one event, which counts: a job that goes back and forth floods nothing. */
export const eventName = ({ metadata }: KubernetesObject, { reason }: JobEvent): string =>
  `${metadata.name}.${digestOf([metadata.uid, reason]).slice(0, 16)}`;

/** An Event of core/v1: `kubectl describe` and `kubectl events` show its count and its last time, which can be changed. */
export function eventObject(resource: KubernetesObject, parts: EventParts): KubernetesObject {
  const { event, count, first, last, reporter } = parts;
  const { apiVersion, kind, metadata } = resource;
  const { name, namespace, uid } = metadata;
  return {
    ...kinds.event,
    metadata: { name: eventName(resource, event), ...(namespace === undefined ? {} : { namespace }) },
    involvedObject: { apiVersion, kind, name, namespace, uid },
    type: event.type,
    reason: event.reason,
    message: cut(visible(event.message)),
    ...{ count, firstTimestamp: first, lastTimestamp: last },
    source: { component: 'proofmill-operator' },
    ...{ reportingComponent: 'proofmill.dev/operator', reportingInstance: reporter },
  };
}

const cut = (text: string): string =>
  text.length <= longestMessage ? text : `${text.slice(0, longestMessage - 3)} ..`;
