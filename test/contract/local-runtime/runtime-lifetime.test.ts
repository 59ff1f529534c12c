import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PortInUseError } from '../../../lib/local/gateway/gateway.ts';
import { credentials, region } from '../../../lib/local/lambda/account.ts';
import { temporaryDirectory } from '../../support/bundle-function.ts';
import { eventsOf, type Probed, queueUrl, useProbedRuntimes } from './runtime-fixture.ts';

const probed = useProbedRuntimes();

describe('a platform', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = temporaryDirectory();
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('keeps its data and its messages when it starts again', async () => {
    const first = await probed.start(dataDir, { firstTickAfterMs: 0 });
    await expect.poll(() => eventsOf(first, 'tick')).toHaveLength(1);
    await first.sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl(first.endpoints.sqs, 'tasks'),
        MessageBody: 'later',
        DelaySeconds: 1,
      }),
    );
    await first.stop();
    const second = await probed.start(dataDir, { firstTickAfterMs: 600_000 });
    expect(await eventsOf(second, 'tick')).toHaveLength(1);
    await expect
      .poll(() => eventsOf(second, 'task-worker'), { timeout: 5_000 })
      .toMatchObject([{ Records: [{ body: 'later' }] }]);
    await second.stop();
  });

  it('goes on when its Redis ends, and starts it again where its functions look for it', async () => {
    const failed: Error[] = [];
    const runtime = await probed.start(dataDir, { onFailure: (error) => failed.push(error) });
    const client = new Redis(runtime.redisUrl ?? '', { retryStrategy: () => 10, maxRetriesPerRequest: null });
    client.on('error', () => {});
    await client.set('before', '1');
    // By a connection of its own: one that comes back would send the command again.
    const hand = new Redis(runtime.redisUrl ?? '', { retryStrategy: () => null });
    hand.on('error', () => {});
    hand.shutdown('NOSAVE').catch(() => {});
    expect((await fetch(`${runtime.apiUrl}/health`)).status).toBe(200);
    await expect.poll(() => client.get('before')).toBeNull();
    client.disconnect();
    await runtime.stop();
    expect(failed).toEqual([]);
  });

  it('runs on a machine without Redis, and leads no function to one', async () => {
    vi.stubEnv('PATH', '');
    const runtime = await probed.start(dataDir);
    vi.unstubAllEnvs();
    expect(runtime.redisUrl).toBeUndefined();
    const response = await fetch(`${runtime.apiUrl}/v1/cache/shop/stats`);
    const { environment } = (await response.json()) as Probed;
    expect(environment.CACHE_TABLE).toBe(runtime.cacheTable);
    expect(Object.keys(environment).filter((name) => name.startsWith('REDIS'))).toEqual([]);
    await runtime.stop();
  });

  it('leaves nothing behind when its port is taken', async () => {
    const first = await probed.start(dataDir);
    const other = temporaryDirectory();
    await expect(probed.start(other, { port: Number(new URL(first.apiUrl).port) })).rejects.toThrow(PortInUseError);
    // Its lock is free, so it has stopped as a whole.
    await (await probed.start(other)).stop();
    await first.stop();
    rmSync(other, { recursive: true });
  });

  it('ends by itself once it is stopped, and leaves no process when it is killed', async () => {
    for (const end of ['stop', 'kill'] as const) {
      const program = fork(
        fileURLToPath(new URL('./programs/runtime.ts', import.meta.url)),
        [dataDir, probed.directory],
        {
          execArgv: [],
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        },
      );
      const [{ sqs: endpoint }] = (await once(program, 'message')) as [{ apiUrl: string; sqs: string }];
      const sqs = new SQSClient({ endpoint, region, credentials });
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(endpoint, 'load-work'), MessageBody: '{}' }));
      sqs.destroy();
      await expect
        .poll(() => childrenOf(program.pid), { timeout: 10_000 })
        .toContainEqual(expect.stringContaining('process-entry'));
      const children = childrenOf(program.pid).map((child) => Number(child.split(' ')[0]));
      const exited = once(program, 'exit');
      if (end === 'stop') program.send('stop');
      else program.kill('SIGKILL');
      const [code] = await exited;
      expect(code).toBe(end === 'stop' ? 0 : null);
      await expect.poll(() => children.filter(isAlive), { timeout: 5_000 }).toEqual([]);
    }
  });
});

/** `PID COMMAND` of the processes that this one started. */
const childrenOf = (pid: number | undefined): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return parent === pid
          ? [`${name} ${readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ')}`]
          : [];
      } catch {
        return [];
      }
    });

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}
