import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalPlatform, StartPlatform } from '../lib/cli/context.ts';
import { accessOptionsOf, accessSettings } from '../lib/contracts/access-options.ts';
import { requestsPerMinute } from '../lib/local/function-configuration.ts';
import { startRuntime } from '../lib/local/runtime.ts';
import { lockDataDirectory } from '../lib/local/supervision/data-directory-lock.ts';
import type { SupervisedChild } from '../lib/local/supervision/supervised-child.ts';
import { superviseProgram } from '../lib/local/supervision/supervised-program.ts';
import { keptBundles } from '../lib/stack/kept-bundles.ts';
import { keyMaker } from './key-in-table.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
/** Seen beside functions at work: half the 99th percentile of response times, of the same load on the same target. */
const functionNiceness = 5;
const builds = join(repository, '.build', 'local');

/** Builds the functions and runs them here, for the `start` command. */
export async function startPlatform({
  port,
  dataDirectory,
  environment,
  log,
  onFailure,
}: StartPlatform): Promise<LocalPlatform> {
  const bundles = await keptBundles(builds);
  const { REDIS_URL: redisUrl, HEADROOM_TESTING_POLICY: testingPolicy } = environment;
  const runtime = await startRuntime({
    dataDir: dataDirectory,
    port,
    bundles,
    functionNiceness,
    log,
    onFailure,
    ...(redisUrl === undefined ? {} : { redisUrl }),
    settings: {
      ...accessSettings(accessOptionsOf(environment), requestsPerMinute),
      ...(testingPolicy === undefined ? {} : { HEADROOM_TESTING_POLICY: testingPolicy }),
    },
  });
  const createKey = keyMaker(runtime.dynamodb, runtime.historyTable, {
    kind: 'headroom',
    id: 'start',
    name: 'the local runtime',
  });
  let demo: SupervisedChild | undefined;
  return {
    apiUrl: runtime.apiUrl,
    redis: runtime.redisUrl !== undefined,
    logFile: runtime.logFile,
    createKey,
    async startDemo({ project, apiKey }) {
      const started = await startShop({ dataDirectory, log, apiUrl: runtime.apiUrl, project, apiKey });
      demo = started.child;
      return started.address;
    },
    async stop() {
      // The service first: what it saw last still finds the platform.
      await demo?.stop();
      await runtime.stop();
    },
  };
}

interface ShopOptions {
  dataDirectory: string;
  log: (line: string) => void;
  apiUrl: string;
  project: string;
  apiKey: string;
}

/** The demo shop as a process of its own that reports as any service would: by `--import headroom/register`. */
async function startShop(options: ShopOptions): Promise<{ child: SupervisedChild; address: string }> {
  const { dataDirectory, log, apiUrl, project, apiKey } = options;
  const opened = Promise.withResolvers<string>();
  const child = await superviseProgram({
    name: 'demo-shop',
    runDirectory: join(dataDirectory, 'run'),
    command: process.execPath,
    args: ['--conditions=headroom-source', '--import', 'headroom/register', 'lib/local/demo/main.ts'],
    // `headroom` is this package itself there.
    workingDirectory: repository,
    env: {
      ...process.env,
      PORT: '0',
      SHOP_DATABASE: join(dataDirectory, 'shop.db'),
      HEADROOM_URL: apiUrl,
      HEADROOM_API_KEY: apiKey,
      HEADROOM_PROJECT: project,
      // So that the first check finds what it has just caused.
      HEADROOM_FLUSH_MS: '1000',
    },
    onStdoutLine: (line) => {
      const [address] = /https?:\/\/\S+/.exec(line) ?? [];
      if (address !== undefined) opened.resolve(address);
    },
    onStderrLine: (line) => log(`demo: ${line}`),
    onUnexpectedExit: ({ code, signal }) => log(`The demo shop ended by itself (${signal ?? `exit code ${code}`}).`),
  });
  const ended = child.exited.then(({ lastStderrLines }) => {
    throw new Error(`The demo shop did not start: ${lastStderrLines.at(-1) ?? 'it said nothing'}.`);
  });
  ended.catch(() => {});
  return { child, address: await Promise.race([opened.promise, ended]) };
}

/** Empties a data directory, but only one that is Headroom's, and that no other Headroom holds. */
export async function clearDataDirectory(directory: string): Promise<void> {
  const names = existsSync(directory) ? await readdir(directory) : [];
  if (names.length === 0) return;
  const lockNames = ['runtime.lock', 'owner.json'];
  if (!names.includes('runtime.lock')) {
    throw new Error(`${directory} is not a data directory of Headroom, so --fresh leaves it alone.`);
  }
  const lock = lockDataDirectory(directory);
  try {
    const doomed = names.filter((name) => !lockNames.includes(name));
    await Promise.all(doomed.map((name) => rm(join(directory, name), { recursive: true, force: true })));
  } finally {
    lock.release();
  }
}
