/** Requests that tell a right that is missing for now from one that is refused. */
import type { ApiAnswer, ApiRequest } from './api-messages.ts';
import { askReady } from './ask-ready.ts';
import type { Credentials } from './credentials.ts';
import { deniedForNow, isDenied } from './errors.ts';

export type Ask = (request: ApiRequest) => Promise<ApiAnswer>;

/**
 * Rejects with UnavailableError where a request is denied that was allowed before, as others grant and revoke rights while we
 * run; with `rightsMayCome`, where any request is denied. Otherwise a denial is an answer like any other.
 */
export function askWithRights(credentials: Credentials, rightsMayCome: boolean): Ask {
  const allowed = new Set<string>();
  return async (request) => {
    const answer = await askReady(credentials, request);
    const right = rightOf(request);
    if (isDenied(answer)) {
      const wasAllowed = answer.status === 401 ? allowed.size > 0 : allowed.has(right);
      if (wasAllowed || rightsMayCome) throw deniedForNow(answer, right, wasAllowed);
    } else allowed.add(right);
    return answer;
  };
}

/** The verb and the kind, by which rights are granted. */
const rightOf = ({ method, path }: ApiRequest): string =>
  `${method} ${path.replace(/[?].*/, '').replace(/^(.*\/namespaces\/[^/]+\/[^/]+).*$/, '$1')}`;
