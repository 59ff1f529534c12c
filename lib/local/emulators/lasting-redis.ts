import { setTimeout as delay } from 'node:timers/promises';
import { findRedis, type Redis, type RedisOptions } from './redis.ts';

export interface LastingRedisOptions extends Omit<RedisOptions, 'onUnexpectedExit'> {
  /** A line when it ended by itself, and when it could not be started again. */
  readonly log: (line: string) => void;
}

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/**
 * The Redis of `findRedis`, and one started here is started again, empty and on its port, whenever it ends by itself: the
 * caches above it do without meanwhile, as they do on AWS, so nothing else has to end with it.
 *
 * @throws Error as `findRedis`
 */
export async function findLastingRedis({ log, ...options }: LastingRedisOptions): Promise<Redis | undefined> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let redis: Redis | undefined;
  let starting: Promise<void> | undefined;

  const startAgain = async (port: number): Promise<void> => {
    for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        redis = await findRedis({ ...options, port, onUnexpectedExit });
        return;
      } catch (error) {
        log(`Redis could not be started again: ${error instanceof Error ? error.message : error}`);
        await delay(pauseMs, undefined, { signal }).catch(() => {});
      }
    }
  };
  const onUnexpectedExit = (error: Error): void => {
    if (redis === undefined || signal.aborted) return;
    log(`${error.message}; it is started again, and caches do without it meanwhile.`);
    starting = startAgain(Number(new URL(redis.url).port));
  };

  redis = await findRedis({ ...options, onUnexpectedExit });
  if (redis === undefined) return undefined;
  return {
    url: redis.url,
    async stop() {
      stopping.abort();
      await starting;
      await redis?.stop();
    },
  };
}
