import { ConfigurationError, isForeseen, UnavailableError } from '@proofmill/contract';

const answers = { runAgainWhen: 'the server answers' };

/** The error of an answer that is none of what was asked for. */
export function errorOfStatus(uri: string, status: number, said: string, hint = ''): Error {
  const quoted = said.trim() === '' ? '' : `: ${said.trim().slice(0, 200)}`;
  if (status === 429 || status >= 500) {
    return new UnavailableError('web', `${uri} cannot be read now: the server says ${status}${quoted}`, answers);
  }
  const reason =
    status === 404
      ? 'there is no such file'
      : status === 401 || status === 403
        ? 'it may not be read'
        : 'the server refuses';
  return new ConfigurationError(`${uri}: ${reason} (${status}${quoted})${hint === '' ? '' : `. ${hint}`}`);
}

/** The error of a connection that failed, or broke. */
export function errorOfConnection(uri: string, error: unknown): Error {
  if (isForeseen(error) && (error instanceof ConfigurationError || error instanceof UnavailableError)) return error;
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } };
  const code = String(cause?.code ?? '');
  const message = String(cause?.message ?? (error instanceof Error ? error.message : error));
  if (/CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_VERIFY/.test(code)) {
    return new ConfigurationError(
      `${uri}: the certificate of the server is not trusted (${message}). Name the file of its authority in NODE_EXTRA_CA_CERTS`,
      { cause: error },
    );
  }
  return new UnavailableError('web', `${uri} cannot be read now: ${message}`, { ...answers, cause: error });
}
