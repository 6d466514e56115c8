import { ConfigurationError, IntegrityError, UnavailableError } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { isPassing, s3Error } from './errors.ts';
import { persistently } from './retry.ts';

const answer = (status: number, name: string): Error =>
  Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: status } });
const system = (code: string): Error => Object.assign(new Error('no'), { code });

describe('a call on an object store', () => {
  it('is given up after 20 to 45 seconds of ever longer waits', async () => {
    const waits: number[] = [];
    let tries = 0;
    const failing = (): Promise<never> => {
      tries += 1;
      return Promise.reject(answer(503, 'SlowDown'));
    };
    const pause = async (ms: number): Promise<void> => void waits.push(ms);
    await expect(persistently(failing, pause)).rejects.toThrow('no');
    const totalMs = waits.reduce((sum, ms) => sum + ms, 0);
    expect(tries).toBe(waits.length + 1);
    expect(totalMs).toBeGreaterThan(20_000);
    expect(totalMs).toBeLessThan(45_000);
  });

  it('is not repeated where that cannot help', async () => {
    let tries = 0;
    const refused = (): Promise<never> => {
      tries += 1;
      return Promise.reject(answer(403, 'AccessDenied'));
    };
    await expect(persistently(refused)).rejects.toThrow();
    expect(tries).toBe(1);
  });

  it.each([
    answer(500, 'InternalError'),
    answer(503, 'SlowDown'),
    answer(200, 'InternalError'),
    answer(429, 'TooManyRequests'),
    answer(403, 'RequestTimeTooSkewed'),
    system('ECONNREFUSED'),
    system('ENOTFOUND'),
    Object.assign(new Error('socket'), { name: 'TimeoutError' }),
  ])('is worth another try after %s, and unavailable after the last one', (error) => {
    expect(isPassing(error)).toBe(true);
    expect(s3Error(error, 'read a')).toBeInstanceOf(UnavailableError);
  });

  it.each([
    [answer(404, 'NoSuchBucket'), /create it/],
    [answer(403, '403'), /rights that docs/],
    [answer(301, '301'), /set AWS_REGION/],
    [answer(400, 'InvalidArgument'), /InvalidArgument: no/],
    [new Error('Region is missing'), /Set AWS_REGION/],
    [Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), /There are no credentials/],
    [system('SELF_SIGNED_CERT_IN_CHAIN'), /NODE_EXTRA_CA_CERTS/],
  ])('says what a person must change about %s', (error, sentence) => {
    expect(isPassing(error)).toBe(false);
    const translated = s3Error(error, 'read a');
    expect(translated).toBeInstanceOf(ConfigurationError);
    expect(String(translated)).toMatch(sentence);
  });

  it.each([new TypeError('x is not a function'), new IntegrityError('changed')])('leaves %s unchanged', (error) => {
    expect(s3Error(error, 'read a')).toBe(error);
  });
});
