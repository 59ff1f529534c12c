import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startByCommand } from '../../support/started-platform.ts';
import { PROJECT } from './operation.ts';

export interface Api {
  url: string;
  apiKey: string;
}

/** Runs the work beside a platform of its own, as `headroom start` starts it, with a project and a cache entry in it. */
export async function withPlatform<Result>(work: (api: Api) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'headroom-bench-'));
  try {
    const args = ['--no-demo', '--data', join(folder, 'data')];
    const { ready, end } = await startByCommand(args, { readyFile: join(folder, 'ready.json') });
    try {
      const api = { url: ready.apiUrl, apiKey: ready.apiKey };
      await put(api, `/v1/projects/${PROJECT}`, { baseUrl: 'http://127.0.0.1:9' });
      await put(api, `/v1/cache/${PROJECT}/entries/answer`, { value: 42 });
      return await work(api);
    } finally {
      await end('SIGTERM');
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function put({ url, apiKey }: Api, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}${path}`, { method: 'PUT', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${await response.text()}`);
}
