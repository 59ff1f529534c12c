import { cacheHandlers } from '../../../lib/cache/handlers.ts';
import type { TierSpec } from '../../../lib/cache/library/tiers.ts';
import { opener } from '../../../lib/cache/open-namespace.ts';
import { CacheService } from '../../../lib/cache/service.ts';
import type { Scope } from '../../../lib/contracts/keys.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import type { Meter } from '../../../lib/platform/metrics.ts';
import { type Client, createClient } from '../../../lib/sdk/client.ts';
import { functionParts } from '../../support/function-parts.ts';
import { gatewayTo } from '../../support/gateway-doors.ts';
import { quietLog, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';

export interface CacheDoor {
  url: string;
  parts: TestParts;
  /** Of the scope admin, unless it is asked for another. */
  client: Client;
  token: string;
  tokenWith(scope: Scope, projects?: string[]): Promise<string>;
  service: CacheService;
  /** What was counted, by the name of the metric, since it was last emptied. */
  counted: Map<string, number>;
  /** What was told beside the metrics, for each request. */
  flushed: Record<string, string>[];
  /** `ask('GET', 'shop/entries/a', ...)` with the admin's token. */
  ask(method: string, path: string, init?: Omit<RequestInit, 'method'> & { token?: string }): Promise<Response>;
  stop(): Promise<void>;
}

/** The real gateway and the real door before a cache with these tiers; the clock is the system's. */
export async function startCacheDoor(
  dynamoDb: TestDynamoDb,
  tiers: readonly TierSpec[],
  configuration: { redis?: { url: string; mode: 'single' } } = {},
): Promise<CacheDoor> {
  const parts = await dynamoDb.createParts();
  const counted = new Map<string, number>();
  const flushed: Record<string, string>[] = [];
  const meter: Meter = {
    count: (name, value = 1) => void counted.set(name, (counted.get(name) ?? 0) + value),
    milliseconds() {},
    flush: (properties = {}) => void flushed.push(properties),
  };
  const all = { ...functionParts('cache-api', parts, configuration), clock: Date.now, log: quietLog, meter };
  const service = new CacheService(all, {
    open: opener({ tiers, memoryMb: 64, log: quietLog }),
    pause: async () => {},
  });
  const handler = httpDoor('cache-api', all, cacheHandlers(service, all));
  // What no route matches is answered by any door alike.
  const gateway = await gatewayTo({ 'cache-api': handler, 'platform-api': handler });
  const keys = new KeyService(parts);
  const tokenWith = async (scope: Scope, projects?: string[]) =>
    (await keys.create({ name: scope, scope, ...(projects === undefined ? {} : { projects }) }, 'a test')).token;
  const token = await tokenWith('admin');
  return {
    url: gateway.url,
    parts,
    service,
    counted,
    flushed,
    token,
    tokenWith,
    client: createClient({ url: gateway.url, apiKey: token }),
    ask: (method, path, { token: another = token, headers, ...init } = {}) =>
      fetch(`${gateway.url}/v1/cache/${path}`, {
        method,
        ...init,
        headers: { authorization: `Bearer ${another}`, ...headers },
      }),
    async stop() {
      await gateway.stop(0);
      await service.close();
    },
  };
}
