import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ConfigurationError, UnavailableError } from '@proofmill/contract';
import { selfSigned } from '@proofmill/test-kit';
import { type VllmOptions, vllmEngine } from '@proofmill/vllm';
import { afterEach, describe, expect, test } from 'vitest';
import { type ConnectProxy, startConnectProxy } from './connect-proxy.ts';
import { startRawServer } from './engine-raw-server.ts';

const never = new AbortController().signal;
const certificate = selfSigned();
const noCertificate = certificate === null ? ' (skipped: it needs openssl)' : '';

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

const engineAt = (baseUrl: string, more: Partial<VllmOptions> = {}) => {
  const engine = vllmEngine({ baseUrl, ...more });
  cleanUp.push(engine.close);
  return engine;
};

const models = JSON.stringify({ object: 'list', data: [{ id: 'judge', max_model_len: 4096 }] });
const known = [{ id: 'judge', maxTokens: 4096 }];

async function serve() {
  const server = await startRawServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(models),
  );
  cleanUp.push(server.close);
  return server;
}

/** The port of a server with the certificate. */
async function serveTls(): Promise<number> {
  const server = createTlsServer(certificate ?? {}, (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(models),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanUp.push(async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  });
  return (server.address() as AddressInfo).port;
}

async function proxyTo(port: number): Promise<ConnectProxy> {
  const proxy = await startConnectProxy(port);
  cleanUp.push(proxy.close);
  return proxy;
}

const errorOf = (asking: Promise<unknown>): Promise<Error> =>
  asking.then(
    () => new Error('the engine answered'),
    (error: Error) => error,
  );

describe('headers of a job', () => {
  test('are sent with every request, beside the key', async () => {
    const server = await serve();
    const engine = engineAt(server.url, { apiKey: 'sk-key', headers: { 'X-Team': 'research', 'User-Agent': 'ours' } });
    await engine.models(never);
    await engine.healthy(never);
    expect(server.requests.map(({ headers }) => headers)).toMatchObject([
      { authorization: 'Bearer sk-key', 'x-team': 'research', 'user-agent': 'ours' },
      { authorization: 'Bearer sk-key', 'x-team': 'research', 'user-agent': 'ours' },
    ]);
  });

  test('that are secret are not repeated when the server repeats them', async () => {
    const server = await startRawServer(({ headers }, response) =>
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: { message: `bad ${headers['x-gateway']}` } })),
    );
    cleanUp.push(server.close);
    const engine = engineAt(server.url, { headers: { 'X-Gateway': 'gw-secret' }, secrets: ['gw-secret'] });
    const { message } = await errorOf(engine.models(never));
    expect(message).toContain('"bad [secret]"');
  });
});

describe.skipIf(certificate === null)(`an authority of one's own${noCertificate}`, () => {
  test('is not trusted unless the job names it, and the refusal says how', async () => {
    const url = `https://127.0.0.1:${await serveTls()}`;
    const error = await errorOf(engineAt(url).models(never));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(/SELF_SIGNED_CERT.*name the file of its authority in engine\.caFile/);
  });

  test('is trusted where it is named', async () => {
    const engine = engineAt(`https://127.0.0.1:${await serveTls()}`, { ca: certificate?.cert ?? '' });
    expect(await engine.models(never)).toEqual(known);
  });
});

describe('a proxy', () => {
  test('forwards requests to an engine without TLS', async () => {
    const server = await serve();
    const proxy = await proxyTo(Number(new URL(server.url).port));
    const engine = engineAt('http://engine.invalid:8000', { apiKey: 'sk-key', environment: { http_proxy: proxy.url } });
    expect(await engine.models(never)).toEqual(known);
    expect(proxy.asked).toEqual(['GET http://engine.invalid:8000/v1/models']);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer sk-key');
  });

  test('is left out for hosts in NO_PROXY', async () => {
    const server = await serve();
    const proxy = await proxyTo(Number(new URL(server.url).port));
    const environment = { HTTP_PROXY: proxy.url, NO_PROXY: '.invalid' };
    const error = await errorOf(engineAt('http://engine.invalid:8000', { environment }).models(never));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(proxy.asked).toEqual([]);
  });

  test('is never asked for an engine on this machine', async () => {
    const server = await serve();
    const environment = { HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' };
    expect(await engineAt(server.url, { environment }).models(never)).toEqual(known);
  });

  test('that is away is named by its variable, without its password', async () => {
    const environment = { HTTPS_PROXY: 'http://somebody:pa55word@127.0.0.1:1' };
    const error = await errorOf(engineAt('https://engine.invalid', { environment }).models(never));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain('no server answers at https://engine.invalid (ECONNREFUSED; HTTPS_PROXY is set)');
    expect(error.message).not.toContain('pa55word');
  });

  test('without TLS that wants credentials is a mistake of the configuration', async () => {
    const proxy = await proxyTo(1);
    proxy.answer = 407;
    const engine = engineAt('http://engine.invalid', { environment: { HTTP_PROXY: proxy.url } });
    const error = await errorOf(engine.models(never));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain('wants credentials (407)');
  });

  test.each(['socks5://somebody:pa55word@proxy:1080', 'http://'])('%s is refused', (proxy) => {
    const open = () => engineAt('https://engine.invalid', { environment: { HTTPS_PROXY: proxy } });
    expect(open).toThrow(ConfigurationError);
    expect(open).toThrow('HTTPS_PROXY must be http://HOST:PORT');
    expect(open).not.toThrow('pa55word');
  });
});

describe.skipIf(certificate === null)(`a tunnel through a proxy${noCertificate}`, () => {
  const through = (proxy: ConnectProxy, more: Partial<VllmOptions> = {}) =>
    engineAt('https://engine.invalid/v1', {
      ca: certificate?.cert ?? '',
      environment: { HTTPS_PROXY: proxy.url },
      ...more,
    });

  test('leads to an engine with TLS, and serves several requests', async () => {
    const proxy = await proxyTo(await serveTls());
    const engine = through(proxy);
    expect(await engine.models(never)).toEqual(known);
    expect(await engine.models(never)).toEqual(known);
    expect(proxy.asked).toEqual(['CONNECT engine.invalid:443']);
  });

  test.each([
    [407, ConfigurationError, 'no connection to https://engine.invalid is possible (the proxy answers 407 to CONNECT)'],
    [403, ConfigurationError, 'no connection to https://engine.invalid is possible (the proxy answers 403 to CONNECT)'],
    [502, UnavailableError, 'no server answers at https://engine.invalid (the proxy answers 502 to CONNECT'],
  ])('that the proxy refuses with %i', async (answer, kind, sentence) => {
    const proxy = await proxyTo(1);
    proxy.answer = answer;
    const error = await errorOf(through(proxy).models(never));
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toContain(sentence);
  });

  test('that is never made is given up in the time for a connection', async () => {
    const proxy = await proxyTo(1);
    proxy.answer = 'nothing';
    const error = await errorOf(through(proxy, { timeouts: { connectMs: 50 } }).models(never));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain('no connection within 0.05 s');
  });
});
