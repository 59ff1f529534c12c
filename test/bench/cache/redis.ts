import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis } from '../../../lib/local/emulators/redis.ts';

/** Runs the work with an empty Redis of its own. */
export async function withRedis<Result>(work: (url: string) => Promise<Result>): Promise<Result> {
  const dataDir = await mkdtemp(join(tmpdir(), 'headroom-bench-'));
  try {
    const redis = await findRedis({ dataDir });
    if (redis === undefined) throw new Error('The bench needs redis-server or valkey-server on the path.');
    try {
      return await work(redis.url);
    } finally {
      await redis.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
