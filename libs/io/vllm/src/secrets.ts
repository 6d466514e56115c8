import type { Exchange } from './exchange.ts';

/** Shorter texts are no secrets, and would be found in every sentence. */
const shortestSecretCharacters = 4;

/** The exchange with the secrets taken out of refusals: some servers repeat the key, and refusals are quoted in logs and rows. */
export function withoutSecrets(exchange: Exchange, secrets: readonly string[]): Exchange {
  const hidden = secrets.filter(({ length }) => length >= shortestSecretCharacters);
  if (hidden.length === 0) return exchange;
  return async (ask) => {
    const reply = await exchange(ask);
    if (reply.status < 300) return reply;
    return { ...reply, text: hidden.reduce((text, secret) => text.replaceAll(secret, '[secret]'), reply.text) };
  };
}
