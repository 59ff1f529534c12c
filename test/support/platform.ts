import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Runtime, type RuntimeOptions, startRuntime } from '../../lib/local/runtime.ts';
import { systemClock } from '../../lib/platform/clock.ts';
import { randomIds } from '../../lib/platform/ids.ts';
import { KeyService } from '../../lib/platform/keys/service.ts';
import { documentClient } from '../../lib/platform/parts.ts';
import { HistoryTable } from '../../lib/platform/table/history-table.ts';
import { Outbox } from '../../lib/platform/table/outbox.ts';
import { type Client, createClient } from '../../lib/sdk/client.ts';
import { type BundleOptions, bundleFunctions } from '../../lib/stack/bundle.ts';
import { builtFunctions } from './built-functions.ts';
import { quietLog } from './history-table.ts';

export interface TestPlatform {
  runtime: Runtime;
  /** With a key that may do everything. */
  client: Client;
  adminToken: string;
  table: HistoryTable;
  dataDir: string;
  stop(): Promise<void>;
}

export interface TestPlatformOptions {
  /** Functions to build with other modules, by the end of their path. */
  replaced?: Required<Pick<BundleOptions, 'functions' | 'alias'>>;
  settings?: RuntimeOptions['settings'];
  /** Of functions, in seconds, in place of those of their definitions. */
  timeouts?: RuntimeOptions['timeouts'];
  /** By which schedules wait. */
  time?: RuntimeOptions['time'];
}

/** The whole platform on a free port, in a directory that goes with it. */
export async function startPlatform({
  replaced,
  settings,
  timeouts,
  time,
}: TestPlatformOptions = {}): Promise<TestPlatform> {
  const root = mkdtempSync(join(tmpdir(), 'headroom-platform-'));
  const dataDir = join(root, 'data');
  const changed = replaced && (await bundleFunctions({ outDir: join(root, 'functions'), ...replaced }));
  const bundles = { ...(await builtFunctions()), ...changed };
  const runtime = await startRuntime({
    dataDir,
    port: 0,
    bundles,
    log: () => {},
    ...(settings === undefined ? {} : { settings }),
    ...(timeouts === undefined ? {} : { timeouts }),
    ...(time === undefined ? {} : { time }),
  });
  const table = historyTableOf(runtime);
  const keys = new KeyService({ table, clock: systemClock, ids: randomIds });
  const { token } = await keys.create({ name: 'test', scope: 'admin' }, 'a test');
  return {
    runtime,
    client: createClient({ url: runtime.apiUrl, apiKey: token }),
    adminToken: token,
    table,
    dataDir,
    async stop() {
      await runtime.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export function historyTableOf({ dynamodb, historyTable }: Pick<Runtime, 'dynamodb' | 'historyTable'>): HistoryTable {
  const client = documentClient(dynamodb);
  const send = async () => {};
  const outbox = new Outbox({ client, table: historyTable, send, clock: systemClock, log: quietLog });
  return new HistoryTable(client, historyTable, outbox, systemClock);
}
