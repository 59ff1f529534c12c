import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sample } from 'openapi-sampler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { followPages } from '../../lib/cli/pages.ts';
import type { Route } from '../../lib/contracts/route.ts';
import { type Operation, operations, route } from '../../lib/contracts/routes.ts';
import { type Asked, type CannedPlatform, startCannedPlatform } from '../support/canned-platform.ts';
import { runInProcess } from '../support/cli-in-process.ts';
import { allCommands, commandTree, examplesIn, helpOf } from '../support/command-tree.ts';
import { shellWords } from '../support/shell-words.ts';

/** Which operation was asked for, and with what. */
function operationOf({ method, path }: Asked): { called: Route; params: Record<string, string>; query: object } {
  const { pathname, searchParams } = new URL(path, 'http://x');
  const matching = operations.map(route).flatMap((called) => {
    const pattern = called.path.replaceAll(
      /\{(\w+)(\+?)\}/g,
      (_, name, greedy) => `(?<${name}>${greedy ? '.+' : '[^/]+'})`,
    );
    const found = called.method === method ? new RegExp(`^${pattern}$`).exec(pathname) : null;
    return found === null ? [] : [{ called, params: { ...found.groups } }];
  });
  // `optimization-runs/export` before `optimization-runs/{runId}`.
  const [first] = matching.sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length);
  if (first === undefined) throw new Error(`no operation is ${method} ${path}`);
  return { ...first, query: Object.fromEntries(searchParams) };
}

const answerOf = (called: Route): { status: number; body?: unknown } => {
  const [status = '204', answer] = Object.entries(called.answers)[0] ?? [];
  if (answer?.contentType !== undefined) return { status: Number(status), body: 'as text' };
  if (answer?.body === undefined) return { status: Number(status) };
  const schema = z.toJSONSchema(answer.body, { io: 'output', unrepresentable: 'any' });
  const sampled: unknown = sample(schema as object, {}, schema as object);
  // Every list ends with its first page.
  return {
    status: Number(status),
    body: JSON.parse(JSON.stringify(sampled, (name, value) => (name === 'nextCursor' ? undefined : value))),
  };
};

function isSampledWrongly(asked: Asked): boolean {
  const { called } = operationOf(asked);
  const { status, body } = answerOf(called);
  return called.answers[status]?.body?.safeParse(body).success === false;
}

let platform: CannedPlatform;
const directory = mkdtempSync(join(tmpdir(), 'headroom-cli-derived-'));
beforeAll(async () => {
  platform = await startCannedPlatform((asked) => {
    try {
      return answerOf(operationOf(asked).called);
    } catch (error) {
      return { status: 400, body: { code: 'invalid-request', detail: String(error) } };
    }
  });
  const files: Record<string, string> = {
    'shop.yaml': 'baseUrl: https://shop.example.com\n',
    'objectives.yaml': '- metric: responseTimeMs\n  objective: 200\n',
    'requests.json': JSON.stringify({
      instance: 'proxy',
      sequence: 1,
      requests: [{ at: '2026-01-31T02:00:00.000Z', method: 'GET', url: '/', status: 200, responseTimeMs: 3 }],
    }),
    'settings.yaml': 'ttlMultiplier: 2\n',
    'orders.yaml': 'system: sqlite\npath: /var/orders.db\n',
    'schema.sql': 'CREATE TABLE orders (id int);',
    'query.yaml': 'dialect: sqlite\nquery: SELECT 1\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
});
afterAll(() => platform.close());

const run = (args: readonly string[]) =>
  runInProcess(args, directory, { HEADROOM_URL: platform.url, HEADROOM_API_KEY: 'hr_x', HEADROOM_PROJECT: 'shop' });

const groups = [
  ...[
    'projects',
    'thresholds',
    'budgets',
    'metrics',
    'history',
    'queries',
    'whoami',
    'freeze',
    'memory-sweeps',
    'databases',
    'settings',
  ],
  ...['loadtest list', 'loadtest show', 'loadtest cancel', 'loadtest report', 'loadtest quota', 'loadtest set-quota'],
  ...['check list', 'check show', 'check report', 'compare list', 'compare show', 'compare cancel', 'compare report'],
  ...[
    'analyze list',
    'analyze show',
    'optimize available',
    'optimize list',
    'optimize show',
    'optimize approve',
    'optimize audit',
  ],
  ...[
    'alerts silences',
    'alerts end-silence',
    'alerts notifications',
    'alerts notification',
    'alerts retry-notification',
  ],
  ...['alerts channels show'],
];
const lines = allCommands(commandTree())
  .filter(({ path }) => groups.some((group) => `${path} `.startsWith(`headroom ${group} `)))
  .flatMap(({ command }) => examplesIn(helpOf(command)))
  .filter((line) => line.startsWith('headroom ') && !/ --watch| \| /.test(line));

describe('Commands that are operations of the API', () => {
  it.each([...new Set(lines)])('does what its help shows: %s', async (line) => {
    const before = platform.asked.length;
    const { code, err } = await run(shellWords(line).slice(1));
    const asked = platform.asked.slice(before);
    // Samples cannot follow every schema: the client refuses those that do not, once the request was made.
    if (!asked.some(isSampledWrongly)) {
      expect(err).toMatch(/^$|^There may be more/);
      expect(code).not.toBe(2);
    }
    expect(asked.length).toBeGreaterThan(0);
    for (const each of asked) {
      const { called, params, query } = operationOf(each);
      expect(called.params?.safeParse(params).error).toBeUndefined();
      expect(called.query?.safeParse(query).error).toBeUndefined();
      expect(called.body?.safeParse(each.body).error).toBeUndefined();
    }
  });

  it('leaves no operation to HTTP alone that a person would want at a terminal', () => {
    const forMachines: readonly Operation[] = [
      'getHealth',
      'getOpenApi',
      'getDocs',
      'getDocsAsset',
      'getRoot',
      'getDashboard',
      'getDashboardPath',
      'getSignIn',
      // By the SDK and OpenTelemetry, and the caches beside Redis.
      'ingestTelemetry',
      'exportOtlpMetrics',
      'exportOtlpTraces',
      'exportOtlpLogs',
      'cacheTier',
      // `cache get`, `set` and `delete` do it with others.
      'headCacheEntry',
      'deleteCacheEntry',
      'batchCache',
    ];
    const text = readdirSync('lib/cli', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join('lib/cli', name), 'utf8'))
      .join('\n');
    const missing = operations.filter((name) => !forMachines.includes(name) && !new RegExp(`\\b${name}\\b`).test(text));
    expect(missing).toEqual([]);
  });

  it('refuses what the API would, before anything is sent', async () => {
    const before = platform.asked.length;
    const bad = [
      ['metrics', 'endpoints', '--minutes', '0'],
      ['metrics', 'endpoints', '--sort', 'colour'],
      ['history', 'forecast', '--horizon', 'soon'],
      ['metrics', 'history', 'p95'],
      ['freeze', 'set', '--body', '{"frozen":"yes"}'],
      ['freeze', 'set'],
      ['freeze', 'set', '--body', '{', '--project', 'shop'],
      ['freeze', 'set', '--file', 'nowhere.json'],
      ['projects', 'delete', 'shop'],
      ['thresholds', 'set', '--set', 'slow=3'],
    ];
    for (const args of bad) {
      const { code, err } = await run(args);
      expect(code).toBe(2);
      expect(err).not.toMatch(/\bat \S+:\d+/);
    }
    expect((await run(['freeze', 'set-all', '--body', '{"isFrozen":true}'])).err).toBe(
      'frozen is missing; there is no field isFrozen: did you mean frozen?\n',
    );
    expect(platform.asked.length).toBe(before);
    expect((await run(['projects', 'delete', 'shop'])).err).toBe(
      'Nothing was done: the project and its settings would be deleted. Say --yes if that is meant.\n',
    );
  });

  it('takes what stands before the name of a command, too', async () => {
    await run(['optimize', '--project', 'other', 'list', '--limit', '3']);
    expect(platform.asked.at(-1)?.path).toBe('/v1/projects/other/optimization-runs?limit=3');
    await run(['optimize', '--project', 'other', 'list', '--project', 'third']);
    expect(platform.asked.at(-1)?.path).toMatch('/v1/projects/third/');
  });
});

describe('followPages', () => {
  const pages =
    (sizes: readonly number[]) =>
    async ({ cursor = '0' }: { limit: number; cursor?: string }) => {
      const index = Number(cursor);
      const items = Array.from({ length: sizes[index] ?? 0 }, (_, item) => `${index}.${item}`);
      return index + 1 < sizes.length ? { items, nextCursor: String(index + 1) } : { items };
    };

  it('goes on until the list ends, over pages that are short or empty', async () => {
    const { items, isCut } = await followPages(pages([2, 0, 1]));
    expect(items).toEqual(['0.0', '0.1', '2.0']);
    expect(isCut).toBe(false);
  });

  it('ends at the limit, and asks for no more than it needs', async () => {
    const limits: number[] = [];
    const ask = pages([200, 50, 50]);
    const { items, isCut } = await followPages((query) => {
      limits.push(query.limit);
      return ask(query);
    }, 250);
    expect(items).toHaveLength(250);
    expect(limits).toEqual([200, 50]);
    expect(isCut).toBe(true);
  });
});
