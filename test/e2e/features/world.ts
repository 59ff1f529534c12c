import { type ChildProcess, fork } from 'node:child_process';
import { once as event } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessOptionsOf, accessSettings } from '../../../lib/contracts/access-options.ts';
import type { LoadTest } from '../../../lib/contracts/load.ts';
import type { Client } from '../../../lib/sdk/client.ts';
import { runInProcess } from '../../support/cli-in-process.ts';
import type { Ended } from '../../support/cli-process.ts';
import { playTest } from '../../support/load-client.ts';
import { startTestIssuer, type TestIssuer } from '../../support/oidc/issuer.ts';
import { startPlatform, type TestPlatform } from '../../support/platform.ts';
import { commandLineTests } from './command-line-tests.ts';
import { maintainedCache } from './maintained-cache.ts';
import { nightRun } from './night-run.ts';
import type { ShopCounts } from './shop-service.ts';

/** The service that most rows are about, as a project of the same name. */
export interface Shop {
  address: string;
  /** Until now, by the first part of the path; all of it has been reported. */
  counts(): Promise<ShopCounts>;
}

/** What the rows share: what takes long to make is made once. */
export interface World {
  platform: TestPlatform;
  client: Client;
  issuer: TestIssuer;
  shop: Shop;
  /** A load test of the shop, with what it was asked for. */
  shopTest(): Promise<LoadTest>;
  /** What a schedule did by itself. */
  nightRun(): ReturnType<typeof nightRun>;
  /** What the maintenance of a cache left of it. */
  maintainedCache(): ReturnType<typeof maintainedCache>;
  /** The kinds that the command line has, each as it was written to a file, and how often its target was asked. */
  commandLineTests(): ReturnType<typeof commandLineTests>;
  /** Has the platform do now what it does each minute. */
  minutePasses(): void;
  /** A directory for files. */
  directory: string;
  headroom(...args: string[]): Promise<Ended>;
  /** What a command prints with `--json`. */
  // biome-ignore lint/suspicious/noExplicitAny: what came is what the rows look at
  json(...args: string[]): Promise<any>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
}

/** One row: calls the feature, and compares what comes with what it has found out by itself. */
export type Row = (world: World) => Promise<void>;

export const shopArrivals = { perSecond: 80, seconds: 5 };
export const shopScenarios = [
  {
    name: 'product',
    weight: 6,
    path: '/products/{{random(1,50)}}?word={{randomWord()}}',
    headers: { 'x-number': '{{random(1,3)}}' },
  },
  { name: 'best', weight: 2, path: '/best' },
  { name: 'list', weight: 1, path: '/list' },
  { name: 'fail', weight: 1, path: '/fail' },
];

/** No minute passes but when it is said: what is done each minute is done for all projects, which takes its time. */
function minutes() {
  let passed = Promise.withResolvers<void>();
  return {
    async wait(_ms: number, signal: AbortSignal): Promise<void> {
      await Promise.race([passed.promise, event(signal, 'abort')]);
      signal.throwIfAborted();
    },
    pass(): void {
      passed.resolve();
      passed = Promise.withResolvers();
    },
  };
}

export async function startWorld(): Promise<World & { stop(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'headroom-features-'));
  const issuer = await startTestIssuer();
  const access = accessOptionsOf({ HEADROOM_OIDC_ISSUER: issuer.issuer, HEADROOM_OIDC_AUDIENCE: issuer.audience });
  const time = minutes();
  const platform = await startPlatform({
    settings: accessSettings(access, 600_000),
    time: { now: Date.now, wait: time.wait },
  });
  const { client, adminToken, runtime } = platform;
  const environment = { HEADROOM_URL: runtime.apiUrl, HEADROOM_API_KEY: adminToken };
  const { child, shop } = await startShop({ ...environment, HEADROOM_PROJECT: 'shop' });
  await client.call('putProject', { params: { project: 'shop' }, body: { baseUrl: shop.address } });
  const headroom = (...args: string[]) => runInProcess(args, directory, environment);
  return {
    platform,
    client,
    issuer,
    shop,
    directory,
    shopTest: once(() =>
      playTest(client, 'shop', {
        scenarios: shopScenarios,
        arrivalRate: shopArrivals.perSecond,
        durationSeconds: shopArrivals.seconds,
        rampUpSeconds: 0,
      }),
    ),
    nightRun: once(() => nightRun(client, time.pass)),
    maintainedCache: once(() => maintainedCache(platform)),
    commandLineTests: once(() => commandLineTests(headroom, directory)),
    minutePasses: time.pass,
    headroom,
    async json(...args) {
      const { out, err } = await headroom(...args, '--json');
      if (out === '') throw new Error(`headroom ${args.join(' ')}: ${err}`);
      return JSON.parse(out);
    },
    get: (path, headers = {}) =>
      fetch(runtime.apiUrl + path, { headers: { authorization: `Bearer ${adminToken}`, ...headers } }),
    async stop() {
      child.kill();
      await platform.stop();
      await issuer.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The same for all who ask. */
function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => {
    made ??= make();
    // Whoever asks is told.
    made.catch(() => {});
    return made;
  };
}

async function startShop(environment: NodeJS.ProcessEnv): Promise<{ child: ChildProcess; shop: Shop }> {
  const child = fork(join(import.meta.dirname, 'shop-service.ts'), {
    env: { HEADROOM_FLUSH_MS: '1000', ...environment },
    execArgv: ['--conditions=headroom-source', '--import', 'headroom/register'],
  });
  const [address] = await event(child, 'message');
  let last: Promise<unknown> = Promise.resolve();
  return {
    child,
    shop: {
      address: String(address),
      counts() {
        const asked = last.then(async () => {
          child.send('flush');
          const [counts] = await event(child, 'message');
          return counts as ShopCounts;
        });
        last = asked;
        return asked;
      },
    },
  };
}
