import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CountingTarget, startCountingTarget } from '../support/counting-target.ts';
import { startTest, untilEnded, untilTest } from '../support/load-client.ts';
import { processesOf } from '../support/processes-of.ts';
import { type StartedPlatform, startByCommand } from '../support/started-platform.ts';

const project = 'shop';

describe('a platform that is killed in the middle of a load test', () => {
  let root: string;
  let target: CountingTarget;
  const platforms: StartedPlatform[] = [];

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'headroom-crash-'));
    target = await startCountingTarget();
  });

  afterEach(async () => {
    await Promise.all(platforms.splice(0).map((platform) => platform.end('SIGKILL')));
    await target.close();
    rmSync(root, { recursive: true, force: true });
  });

  const start = async (name: string): Promise<StartedPlatform> => {
    const platform = await startByCommand(['--no-demo', '--data', join(root, 'data')], {
      readyFile: join(root, `${name}.json`),
    });
    platforms.push(platform);
    return platform;
  };

  it('keeps all that it acknowledged, leaves no process, and tells the truth about the test', {
    timeout: 150_000,
  }, async () => {
    const before = await start('before');
    const { client } = before;
    await client.call('putProject', {
      params: { project },
      body: { baseUrl: `http://127.0.0.1:${target.port}`, description: 'before the crash' },
    });
    const key = await client.call('createKey', { body: { name: 'kept', scope: 'read' } });
    const request = { users: 4, thinkTimeMs: 20, durationSeconds: 120, rampUpSeconds: 0, workers: 2 };
    const started = await startTest(client, project, request);
    const measuring = await untilTest(client, started, ({ result }) => (result?.timeline.length ?? 0) >= 3);
    const seen = measuring.result?.totalRequests ?? 0;
    const { taskId } = await client.call('startTask', {
      body: { type: 'analysis', payload: { project }, runAt: new Date(Date.now() + 3_600_000).toISOString() },
    });

    await before.end('SIGKILL');
    await expect.poll(() => processesOf(root), { timeout: 15_000 }).toEqual([]);

    const after = await start('after');
    expect(after.ready.apiKey).toBe(before.ready.apiKey);
    expect(await after.client.call('getProject', { params: { project } })).toMatchObject({
      description: 'before the crash',
    });
    const { items } = await after.client.call('listKeys');
    expect(items.map(({ keyId }) => keyId)).toContain(key.keyId);
    expect(await after.client.call('getTask', { params: { taskId } })).toMatchObject({ status: 'queued' });

    const test = await untilEnded(after.client, started);
    expect(test).toMatchObject({ status: 'failed', reason: 'interrupted' });
    expect(test.result?.totalRequests).toBeGreaterThanOrEqual(seen);
    expect(test.result?.totalRequests).toBeLessThanOrEqual(target.total());
    expect(test.result?.generator.lostShards.map(({ reason }) => reason)).toEqual(['died', 'died']);
  });
});
