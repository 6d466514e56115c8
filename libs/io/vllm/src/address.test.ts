import { ConfigurationError } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { parseAddress } from './address.ts';

test.each([
  ['http://127.0.0.1:8000', 'http://127.0.0.1:8000', '', { host: '127.0.0.1', port: 8000 }],
  ['http://127.0.0.1:8000/v1', 'http://127.0.0.1:8000', '', { host: '127.0.0.1', port: 8000 }],
  ['http://engine:8000/v1/', 'http://engine:8000', '', { host: 'engine', port: 8000 }],
  [
    'https://gateway.example/judge/v1',
    'https://gateway.example',
    '/judge',
    { host: 'gateway.example', port: undefined },
  ],
  ['http://[::1]:8000', 'http://[::1]:8000', '', { host: '::1', port: 8000 }],
  ['unix:///run/vllm/vllm.sock', 'http://localhost', '', { host: 'localhost', socketPath: '/run/vllm/vllm.sock' }],
  ['unix:/run/a b%20.sock', 'http://localhost', '', { host: 'localhost', socketPath: '/run/a b%20.sock' }],
])('%s', (baseUrl, origin, root, connect) => {
  expect(parseAddress(baseUrl)).toMatchObject({ origin, root, connect });
});

test.each([
  'localhost:8000',
  '127.0.0.1:8000',
  'ftp://engine/v1',
  'unix://run/vllm.sock',
  'http://user:password@engine:8000',
  'http://engine:8000/v1?key=password',
  `unix:///${'long'.repeat(30)}`,
  '',
])('%s is refused', (baseUrl) => {
  expect(() => parseAddress(baseUrl)).toThrow(ConfigurationError);
  expect(() => parseAddress(baseUrl)).not.toThrow(/password@|key=/);
});
