import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionNames } from '../../lib/contracts/functions.ts';
import { listening } from '../support/listening.ts';

const run = promisify(execFile);

interface Packed {
  filename: string;
  files: { path: string }[];
}

/** A project of a user: nothing in it but the tarball and its one dependency. */
let project = '';
let packed: Packed;
let manifest: { dependencies: Record<string, string>; exports: Record<string, unknown>; version: string };

const { npm_execpath: _, NODE_OPTIONS: __, ...environment } = process.env;
const npm = (args: string[], cwd: string) =>
  run('npm', [...args, '--no-audit', '--no-fund', '--no-update-notifier'], { cwd, env: environment });

/** The Nodes at hand: ours, and the machine's own where it is another that the package supports. */
async function nodes(): Promise<string[]> {
  const others = (process.env.PATH ?? '').split(':').filter((directory) => !directory.includes('node_modules'));
  for (const directory of others) {
    const node = join(directory, 'node');
    const version = await run(node, ['--version']).catch(() => undefined);
    if (version === undefined) continue;
    return Number(version.stdout.slice(1).split('.')[0]) >= 20 ? [process.execPath, node] : [process.execPath];
  }
  return [process.execPath];
}

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'headroom-package-'));
  manifest = JSON.parse(await readFile('package.json', 'utf8'));
  await run(process.execPath, ['bin/build.ts', '--with-functions']);
  const { stdout } = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', project], process.cwd());
  [packed] = JSON.parse(stdout) as [Packed];
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
  // What is installed here already is given by its folder, so that nothing is fetched.
  const dependencies = Object.keys(manifest.dependencies).map((name) => resolve('node_modules', name));
  await npm(['install', '--offline', '--install-links', `./${packed.filename}`, ...dependencies], project);
  // Builds every function, which a busy machine takes long for.
}, 600_000);

afterAll(() => rm(project, { recursive: true, force: true }));

const program = async (name: string, text: string): Promise<string> => {
  const path = join(project, name);
  await writeFile(path, text);
  return path;
};

/** As a strict project of a user does it. */
async function compileAll(files: string[], { skipLibCheck }: { skipLibCheck: boolean }): Promise<void> {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types: [],
    skipLibCheck,
  };
  await program('tsconfig.json', JSON.stringify({ compilerOptions, files }));
  const { stdout } = await run(resolve('node_modules/.bin/tsc'), ['-p', '.', '--checkers', '1'], {
    cwd: project,
  }).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
}

describe('The published package', () => {
  it('holds what its exports need, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !path.startsWith('dist/')).toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
    ]);
    const folders = new Set(paths.filter((path) => path.startsWith('dist/lib/')).map((path) => path.split('/')[2]));
    expect([...folders].toSorted()).toEqual(['cache', 'cdk', 'contracts', 'platform', 'sdk', 'stack', 'statistics']);
    // Of the cache its library, and nothing of what serves it over HTTP.
    const inCache = paths.filter((path) => path.startsWith('dist/lib/cache/'));
    expect(inCache.filter((path) => !path.startsWith('dist/lib/cache/library/'))).toEqual([]);
    expect(paths.filter((path) => path.startsWith('dist/lib/platform/'))).toEqual([
      'dist/lib/platform/table/schema.d.ts',
      'dist/lib/platform/table/schema.js',
    ]);
    // All functions that `headroom/cdk` deploys.
    expect(paths.filter((path) => /^dist\//.test(path) && !/\.(js|d\.ts)$/.test(path))).toEqual(['dist/functions.zst']);
    expect(Object.keys(manifest.exports)).toEqual([
      '.',
      './cache',
      './cdk',
      './database',
      './memory',
      './metrics',
      './middleware',
      './profile',
      './register',
      './work',
      './package.json',
    ]);
  });

  it('brings zod, the types of Standard Schema and nothing else', async () => {
    const installed = await readdir(join(project, 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.')).toSorted()).toEqual([
      '@standard-schema',
      'headroom',
      'zod',
    ]);
  });

  it('calls the API from JavaScript, under every Node at hand', async () => {
    const server = http.createServer((request, response) => {
      const isKnown = request.headers.authorization === 'Bearer hr_key';
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(isKnown && request.url === '/health' ? { status: 'ok' } : {}));
    });
    const { port, close } = await listening(server);
    try {
      const path = await program(
        'client.js',
        `import { createClient, HeadroomError } from 'headroom';
         import manifest from 'headroom/package.json' with { type: 'json' };
         const client = createClient({ url: 'http://127.0.0.1:${port}', apiKey: 'hr_key' });
         const { status } = await client.call('getHealth');
         const refused = await client.call('listKeys').catch((error) => error instanceof HeadroomError);
         console.log(JSON.stringify({ status, refused, version: manifest.version }));`,
      );
      for (const node of await nodes()) {
        const { stdout } = await run(node, [path], { cwd: project });
        expect(JSON.parse(stdout)).toEqual({ status: 'ok', refused: true, version: manifest.version });
      }
    } finally {
      await close();
    }
  });

  it('caches values, functions, fetches and answers from JavaScript, under every Node at hand', async () => {
    const path = await program(
      'cache.js',
      `import http from 'node:http';
       import { once } from 'node:events';
       import * as cacheExports from 'headroom/cache';
       import * as middlewareExports from 'headroom/middleware';
       const { cached, cachedFetch, createCache, HeadroomKeyv, memory, remote } = cacheExports;
       const { cacheResponse, httpCache } = middlewareExports;
       const cache = createCache({ namespace: 'user', tiers: [memory({ limitMb: 8 })] });
       let calls = 0;
       const double = cached(function double(of) { calls++; return of * 2; }, { cache });
       const doubled = [await double(2), await double(2), calls];
       const server = http.createServer(httpCache({ cache, ttlSeconds: 60 })((request, response) => response.end(String(++calls))));
       server.listen(0, '127.0.0.1');
       await once(server, 'listening');
       const url = 'http://127.0.0.1:' + server.address().port + '/';
       const texts = [await (await fetch(url)).text(), await (await fetch(url)).text()];
       const fetchCached = cachedFetch({ cache, ttlSeconds: 60 });
       texts.push(await (await fetchCached(url)).text());
       await fetchCached.settled();
       server.close();
       server.closeAllConnections();
       texts.push(await (await fetchCached(url)).text());
       const keyv = new HeadroomKeyv(cache);
       await keyv.set('k', 'v', 1000);
       const { before, after } = cacheResponse({ cache, ttlSeconds: 60 });
       const request = { event: { httpMethod: 'GET', path: '/', headers: {} }, response: { statusCode: 200, body: 'lambda' } };
       await before(request);
       await after(request);
       const { body: again } = await before(request);
       const { kind } = remote({ url: 'http://127.0.0.1:1', apiKey: 'hr_key' });
       const exported = [cacheExports, middlewareExports].map((all) => Object.keys(all).toSorted());
       console.log(JSON.stringify({ doubled, texts, kept: await keyv.get('k'), again, kind, exported }));`,
    );
    for (const node of await nodes()) {
      const { stdout } = await run(node, [path], { cwd: project });
      expect(JSON.parse(stdout)).toEqual({
        doubled: [4, 4, 1],
        texts: ['2', '2', '2', '2'],
        kept: 'v',
        again: 'lambda',
        kind: 'remote',
        exported: [
          [
            'ArgumentKeyError',
            'CacheInputError',
            'HeadroomKeyv',
            'LivePatternsError',
            'LoaderTimeoutError',
            'PreconditionError',
            'TierUnavailableError',
            'bytesSerializer',
            'cached',
            'cachedFetch',
            'connectRedis',
            'createCache',
            'dynamodb',
            'jsonSerializer',
            'memory',
            'redis',
            'remote',
          ],
          ['cacheResponse', 'expressCache', 'fastifyCache', 'honoCache', 'httpCache', 'invalidateOnChange', 'monitor'],
        ],
      });
    }
  });

  it('bounds work from JavaScript, under every Node at hand', async () => {
    const path = await program(
      'work.js',
      `import * as work from 'headroom/work';
       const { batch, breaker, ObjectPool, parallel, rateLimit } = work;
       const { values } = await parallel([1, 2, 3], (item) => item * 2, { concurrency: 2 });
       const add = batch((items) => items.map((item) => item + 1));
       const limiter = rateLimit({ perSecond: 100 });
       const ask = breaker(() => 'answer');
       const pool = new ObjectPool({ create: () => [] });
       const all = [await add(1), await limiter.run(() => 'ran'), await ask(), await pool.use((one) => one.length)];
       console.log(JSON.stringify({ values, all, exported: Object.keys(work).toSorted() }));`,
    );
    for (const node of await nodes()) {
      const { stdout } = await run(node, [path], { cwd: project });
      expect(JSON.parse(stdout)).toEqual({
        values: [2, 4, 6],
        all: [2, 'ran', 'answer', 0],
        exported: ['BreakerOpenError', 'ObjectPool', 'RateLimitedError', 'batch', 'breaker', 'parallel', 'rateLimit'],
      });
    }
  });

  it('counts from JavaScript, under every Node at hand', async () => {
    const path = await program(
      'metrics.js',
      `import * as metrics from 'headroom/metrics';
       const orders = metrics.counter('orders_total', ['shop']);
       orders.labels({ shop: 'a' }).inc();
       metrics.gauge('waiting', { read: () => 1 });
       console.log(metrics.histogram('took', { unit: 'ms' }).time(() => 'done'), Object.keys(metrics).toSorted().join());`,
    );
    for (const node of await nodes()) {
      const { stdout } = await run(node, [path], { cwd: project });
      expect(stdout).toBe('done counter,gauge,histogram\n');
    }
  });

  it('watches memory and profiles from JavaScript, under every Node at hand', async () => {
    const path = await program(
      'memory.js',
      `import * as memory from 'headroom/memory';
       import * as profile from 'headroom/profile';
       memory.trimOnPressure().stop();
       const monitor = memory.monitorResources({ onSample() {} });
       const { rssMb, handles } = monitor.sample();
       monitor.stop();
       const recording = await profile.startMemoryProfile();
       const kept = Array.from({ length: 500 }, () => new Array(2_000).fill(rssMb));
       const [grower] = (await recording.stop()).growers;
       const cpu = await profile.profileCpu({ seconds: 0.05 });
       const shown = profile.formatProfile(cpu).startsWith('CPU over');
       const exported = [memory, profile].map((all) => Object.keys(all).toSorted());
       console.log(JSON.stringify({ grower: grower.function, shown, sampled: rssMb > 0 && handles >= 0, kept: kept.length, exported }));`,
    );
    for (const node of await nodes()) {
      const { stdout } = await run(node, [path], { cwd: project });
      expect(JSON.parse(stdout)).toEqual({
        grower: '(anonymous)',
        shown: true,
        sampled: true,
        kept: 500,
        exported: [
          ['addTrimmable', 'monitorResources', 'onPressure', 'trimAll', 'trimOnPressure'],
          [
            'ProfileInProgressError',
            'formatProfile',
            'profileCpu',
            'profileMemory',
            'startCpuProfile',
            'startMemoryProfile',
          ],
        ],
      });
    }
  });

  it('watches databases from JavaScript, under every Node at hand', async () => {
    const path = await program(
      'database.js',
      `import * as database from 'headroom/database';
       import { createCache } from 'headroom/cache';
       const ask = database.monitorQuery('SELECT 1', async () => [1]);
       const query = database.cachedQuery(createCache({ namespace: 'user' }), { query: ask });
       let refused = '';
       try { database.monitorPool({}); } catch ({ name }) { refused = name; }
       const rows = [await query('SELECT 1 FROM t'), await query('SELECT 1 FROM t')];
       console.log(JSON.stringify({ rows, refused, exported: Object.keys(database).toSorted() }));`,
    );
    for (const node of await nodes()) {
      const { stdout } = await run(node, [path], { cwd: project });
      expect(JSON.parse(stdout)).toEqual({
        rows: [[1], [1]],
        refused: 'TypeError',
        exported: ['cachedQuery', 'monitorPool', 'monitorQuery', 'tableTag'],
      });
    }
  });

  it('says which package is missing to who wants Redis without it', async () => {
    const path = await program(
      'redis.js',
      `import { connectRedis } from 'headroom/cache';
       await connectRedis('redis://127.0.0.1:1').catch(({ message }) => console.log(message));`,
    );
    const { stdout } = await run(process.execPath, [path], { cwd: project });
    expect(stdout).toContain('ioredis');
  });

  it('reports a service by --import headroom/register, under every Node at hand', async () => {
    const batches: string[] = [];
    const platform = http.createServer((request, response) => {
      request.resume();
      batches.push(`${request.method} ${request.url}`);
      response.writeHead(202, { 'content-type': 'application/json' }).end('{"accepted":1,"duplicate":false}');
    });
    const { port, close } = await listening(platform);
    try {
      const path = await program(
        'service.js',
        `import http from 'node:http';
         import { once } from 'node:events';
         import { flush, limitSettings } from 'headroom/register';
         limitSettings({ memory: false });
         const server = http.createServer((request, response) => response.end('hello')).listen(0, '127.0.0.1');
         await once(server, 'listening');
         const response = await fetch('http://127.0.0.1:' + server.address().port + '/greeting');
         console.log(await response.text());
         await flush();
         server.close();
         server.closeAllConnections();`,
      );
      const env = {
        ...environment,
        HEADROOM_URL: `http://127.0.0.1:${port}`,
        HEADROOM_API_KEY: 'hr_key',
        HEADROOM_PROJECT: 'shop',
      };
      for (const node of await nodes()) {
        batches.length = 0;
        const { stdout, stderr } = await run(node, ['--import', 'headroom/register', path], { cwd: project, env });
        expect(stdout).toBe('hello\n');
        expect(stderr.replace(/^.*ExperimentalWarning.*\n.*\n/m, '')).toBe('');
        expect(batches).toContain('POST /v1/projects/shop/telemetry');
      }
    } finally {
      await close();
    }
  });

  it('writes what was kept into the templates of a CDK app, which is whose app it is', async () => {
    const file = await program(
      'cdk.js',
      `import { writeFileSync } from 'node:fs';
       import { App, Stack } from 'aws-cdk-lib';
       import { Template } from 'aws-cdk-lib/assertions';
       import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
       import * as cdkExports from 'headroom/cdk';
       const change = { kind: 'aws', service: 'sqs', resource: 'mail', property: 'visibilityTimeout', before: 30, after: 180 };
       const at = '2026-01-31T12:00:00.000Z';
       const kept = { runId: '01JD2V8Q6Y0000000000000000', id: 'one', name: 'One', keptAt: at, change };
       writeFileSync('kept.json', JSON.stringify({ version: 1, project: 'shop', exportedAt: at, changes: [kept], drifted: [] }));
       const stack = new Stack(new App(), 'Shop');
       new CfnQueue(stack, 'Mail', { queueName: 'mail' });
       cdkExports.keepOptimizations(stack, 'kept.json');
       const resources = Template.fromStack(stack).findResources('AWS::SQS::Queue');
       console.log(JSON.stringify([Object.keys(cdkExports), Object.values(resources)[0].Properties]));`,
    );
    await expect(run(process.execPath, [file], { cwd: project })).rejects.toThrow('aws-cdk-lib');
    for (const peer of ['aws-cdk-lib', 'constructs']) {
      await symlink(resolve('node_modules', peer), join(project, 'node_modules', peer));
    }
    const { stdout } = await run(process.execPath, [file], { cwd: project });
    expect(JSON.parse(stdout)).toEqual([
      ['HeadroomPlatform', 'HeadroomProjectRole', 'keepOptimizations'],
      { QueueName: 'mail', VisibilityTimeout: 180 },
    ]);
  });

  it('deploys the whole platform from an app of the user', { timeout: 180_000 }, async () => {
    const file = await program(
      'cdk-app.js',
      `import { App, Stack } from 'aws-cdk-lib';
       import { HeadroomPlatform } from 'headroom/cdk';
       import { readFileSync, readdirSync, statSync } from 'node:fs';
       import { join } from 'node:path';
       const app = new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': false } });
       new HeadroomPlatform(new Stack(app, 'Performance'), 'Headroom', { stage: 'blue' });
       const { directory, stacks } = app.synth();
       const names = stacks.map(({ template }) => Object.values(template.Resources)
         .filter(({ Type }) => Type === 'AWS::Lambda::Function').map(({ Properties }) => Properties.FunctionName));
       const tick = readdirSync(directory).map((name) => join(directory, name, 'index.mjs'))
         .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
       console.log(JSON.stringify({ names, bundles: tick.length, bytes: readFileSync(tick[0]).length }));`,
    );
    const { stdout } = await run(process.execPath, [file], { cwd: project });
    const { names, bundles, bytes } = JSON.parse(stdout);
    expect(names.flat().sort()).toEqual(functionNames.map((name) => `headroom-blue-${name}`).sort());
    // Some functions are the same to the byte.
    expect(bundles).toBeGreaterThan(functionNames.length / 2);
    expect(bytes).toBeGreaterThan(100_000);
  });

  it('is typed: a strict TypeScript project compiles against it, and is told of mistakes', {
    timeout: 180_000,
  }, async () => {
    await program(
      'consumer.ts',
      `import { type Client, createClient, HeadroomError } from 'headroom';
       import { flush, identify, limitSettings, type SentRequest, type SettingsLimits } from 'headroom/register';
       const limits: SettingsLimits = { memory: false, pools: { '*': { max: 50 } } };
       limitSettings(limits);
       // @ts-expect-error there is no such setting
       limitSettings({ surprise: false });
       identify((request: SentRequest & { user?: { id: number } }) => request.user?.id ?? request.headers['x-user']?.[0]);
       // @ts-expect-error a request has no account
       identify((request) => request.account);
       const client: Client = createClient({ url: 'http://127.0.0.1:4040', apiKey: 'hr_key' });
       const { testId } = await client.call('startLoadTest', { params: { project: 'shop' }, body: { users: 5 } });
       const id: string = testId;
       // @ts-expect-error there is no such operation
       await client.call('startNothing');
       // @ts-expect-error the project is missing
       await client.call('getProject');
       const done: Promise<void> = flush();
       export { done, HeadroomError, id };`,
    );
    await program(
      'cache-consumer.ts',
      `import { type Cache, cached, cachedFetch, createCache, memory, remote } from 'headroom/cache';
       import { z } from 'zod';
       const schema = z.object({ price: z.number() });
       const prices: Cache<{ price: number }> = createCache({ namespace: 'prices', schema, tiers: [memory(), remote()] });
       const loaded = await prices.getOrSet('a', async ({ signal }) => (signal.aborted ? undefined : { price: 1 }));
       const price: number | undefined = loaded?.price;
       // @ts-expect-error the price is a number
       await prices.set('a', { price: '1' });
       const cache = createCache({ namespace: 'all' });
       const length = cached((text: string) => text.length, { cache, name: 'length' });
       const of: number = await length('text');
       // @ts-expect-error the text is missing
       await length();
       const send: typeof fetch = cachedFetch({ cache });
       export { of, price, send };`,
    );
    await program(
      'database-consumer.ts',
      `import { createCache } from 'headroom/cache';
       import { cachedQuery, monitorPool, monitorQuery, type PoolStats } from 'headroom/database';
       interface Row { id: number }
       const find = monitorQuery('SELECT * FROM t WHERE id = ?', async (id: number): Promise<Row[]> => [{ id }]);
       const rows: Row[] = await find(1);
       // @ts-expect-error the id is missing
       await find();
       const query = cachedQuery<Row[]>(createCache({ namespace: 'all' }), { query: async () => rows, ttlSeconds: 60 });
       const first: Row | undefined = (await query('SELECT * FROM t', [1]))[0];
       const stats: PoolStats = monitorPool({}, { name: 'main', healthCheckMs: 30_000 }).stats();
       // @ts-expect-error there is no such option
       monitorPool({}, { check: 5 });
       export { first, stats };`,
    );
    await program(
      'middleware-consumer.ts',
      `import { createCache } from 'headroom/cache';
       import { expressCache, httpCache, invalidateOnChange, monitor } from 'headroom/middleware';
       const cache = createCache({ namespace: 'answers' });
       export const wrap = httpCache({ cache, vary: ['accept-language'], tags: ({ target }) => [target] });
       export const middleware = expressCache({ cache, ttlSeconds: 60 });
       export const change = invalidateOnChange<{ id: string }>({ cache, invalidates: ({ id }) => ({ tags: [id] }) });
       export const handler = monitor({ flushTimeoutMs: 100 }).wrap(async ({ id }: { id: string }) => id);
       export const id: Promise<string> = handler({ id: 'a' });
       // @ts-expect-error there is no such option
       httpCache({ cache, ttl: 60 });`,
    );
    await program(
      'metrics-consumer.ts',
      `import { type Counter, counter, gauge, histogram } from 'headroom/metrics';
       const orders = counter('orders_total', { labels: ['shop', 'kind'], unit: 'EUR' });
       export const one: Counter = orders.labels({ shop: 'a', kind: 1 });
       // @ts-expect-error the kind is missing
       orders.labels({ shop: 'a' });
       // @ts-expect-error it has labels
       orders.inc();
       counter('all').add(2);
       // @ts-expect-error it has no labels
       counter('all').labels({});
       gauge('heat', ['room']).labels({ room: 'a' }).set(20);
       export const took: Promise<string> = histogram('took', { unit: 'ms' }).time(async () => 'done');`,
    );
    await program(
      'memory-consumer.ts',
      `import { addTrimmable, onPressure, trimOnPressure, type PressureLevel } from 'headroom/memory';
       import { type MemoryProfile, profileMemory } from 'headroom/profile';
       export const handle = onPressure({ heapPercent: 70 }, ({ level }) => level satisfies PressureLevel);
       export const trims = trimOnPressure({ onTrim: ({ freedBytes }) => freedBytes.toFixed() });
       export const remove: () => void = addTrimmable({ trim() {} });
       export const profile: Promise<MemoryProfile> = profileMemory({ seconds: 1 });
       // @ts-expect-error there is no such option
       onPressure({ heap: 70 }, () => {});`,
    );
    await compileAll(['consumer.ts', 'metrics-consumer.ts', 'memory-consumer.ts'], { skipLibCheck: false });
    // The types of ioredis and of the SDK for DynamoDB are theirs who use them.
    const withTypesOfOthers = ['cache-consumer.ts', 'database-consumer.ts', 'middleware-consumer.ts'];
    await compileAll(withTypesOfOthers, { skipLibCheck: true });
  });
});
