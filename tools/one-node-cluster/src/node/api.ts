/** The few requests that a starting cluster needs: kubectl would take ten times as long for each. */
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import type { ClusterLayout } from '../layout.ts';
import type { ClusterNetwork } from './network.ts';

export interface ApiAnswer {
  status: number;
  body: string;
}

/** Sends requests to the API server as the administrator. */
export type AskApi = (method: string, path: string, body?: object, contentType?: string) => Promise<ApiAnswer>;

const requestTimeoutMs = 10_000;

export async function apiOf(layout: ClusterLayout, { nodeAddress }: ClusterNetwork): Promise<AskApi> {
  const [ca, cert, key] = await Promise.all(
    ['ca.crt', 'admin.crt', 'admin.key'].map((file) => readFile(join(layout.pki, file))),
  );
  return (method, path, body, contentType = 'application/json') =>
    new Promise((resolve, reject) => {
      const headers = body ? { 'content-type': contentType } : {};
      const options = { host: nodeAddress, port: 6443, ca, cert, key, method, path, headers, agent: false as const };
      const asked = request({ ...options, timeout: requestTimeoutMs }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.once('error', reject);
      });
      asked.once('timeout', () => asked.destroy(new Error(`no answer within ${requestTimeoutMs / 1000} s`)));
      asked.once('error', reject);
      asked.end(body && JSON.stringify(body));
    });
}

/** Whether the answer is a success; false if there is no answer. */
export const succeeds = (asked: Promise<ApiAnswer>): Promise<boolean> =>
  asked.then(
    ({ status }) => status >= 200 && status < 300,
    () => false,
  );
