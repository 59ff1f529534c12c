import { Redis } from 'ioredis';

/**
 * Resolves true when the server answers PING.
 *
 * @throws Error when it cannot be reached, refuses, or takes longer
 */
export async function ping(url: string, timeoutMs: number): Promise<true> {
  if (!/^rediss?:\/\/./.test(url)) throw new Error('its URL does not start with redis:// or rediss://');
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    // How long a silent peer is given to close its side.
    disconnectTimeout: 100,
  });
  let reason: Error | undefined;
  client.on('error', (error) => {
    reason ??= error;
  });
  const timer = setTimeout(() => {
    reason ??= new Error(`no answer to PING within ${timeoutMs} ms`);
    client.disconnect();
  }, timeoutMs);
  try {
    await client.connect();
    await client.ping();
    return true;
  } catch (error) {
    // The command only says that the connection is closed; this says why.
    throw reason ?? error;
  } finally {
    clearTimeout(timer);
    client.disconnect();
  }
}
