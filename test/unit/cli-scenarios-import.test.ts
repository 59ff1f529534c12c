import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readImportFile } from '../../lib/cli/import-file.ts';
import { type Asked, type CannedPlatform, startCannedPlatform } from '../support/canned-platform.ts';
import { runInProcess } from '../support/cli-in-process.ts';
import type { Ended } from '../support/cli-process.ts';

const made = {
  scenarios: [
    { name: 'GET /', weight: 3, method: 'GET', path: '/' },
    { name: 'GET /a', weight: 1, method: 'GET', path: '/a' },
  ],
  arrivalRate: 12.5,
  skipped: [{ reason: 'A line that is not of the format', count: 7, example: 'nonsense' }],
};

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headroom-import-'));
});
afterEach(() => rm(directory, { recursive: true }));

const put = async (name: string, content: string): Promise<string> => {
  await writeFile(join(directory, name), content);
  return name;
};

describe('headroom scenarios import', () => {
  let platform: CannedPlatform;
  let answer: (asked: Asked) => { status: number; body?: unknown };
  beforeEach(async () => {
    answer = () => ({ status: 200, body: made });
    platform = await startCannedPlatform((asked) => answer(asked));
  });
  afterEach(() => platform.close());

  function run(...args: string[]): Promise<Ended> {
    const env = { HEADROOM_URL: platform.url, HEADROOM_API_KEY: 'hr_key', HEADROOM_PROJECT: 'shop' };
    return runInProcess(['scenarios', 'import', ...args], directory, env);
  }

  it('prints the scenarios, and what was left out beside them', async () => {
    const { code, out, err } = await run('--from', 'access-log', await put('a.log', 'a line'), '--format', 'combined');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(made.scenarios);
    expect(err).toMatch(/7 {2}A line that is not of the format {2}nonsense/);
    expect(err).toContain('12.5 requests per second');
    expect(platform.asked).toMatchObject([
      {
        method: 'POST',
        path: '/v1/projects/shop/scenario-imports',
        body: { source: 'access-log', document: 'a line', format: 'combined' },
      },
    ]);
  });

  it('writes them where they are wanted, for a load test to take', async () => {
    const { code, out } = await run('--from', 'openapi', '--path', '/spec.json', '--unsafe', '--output', 'made.json');
    expect(code).toBe(0);
    expect(JSON.parse(await readFile(join(directory, 'made.json'), 'utf8'))).toEqual(made.scenarios);
    expect(out).toMatch(/75 % {2}GET \/\n\s+25 % {2}GET \/a/);
    expect(platform.asked[0]?.body).toEqual({ source: 'openapi', path: '/spec.json', includeUnsafe: true });
  });

  it('ends with 2 where nothing was found', async () => {
    answer = () => ({ status: 200, body: { ...made, scenarios: [] } });
    const { code, out, err } = await run('--from', 'har', await put('a.har', '{"log":{"entries":[]}}'), '--as-flow');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/nothing to make scenarios from.*stands above/);
    expect(platform.asked[0]?.body).toMatchObject({ source: 'har', asFlow: true });
  });

  it.each([
    [['--from', 'har'], /No file is given/],
    [['--from', 'har', 'nowhere.har'], /nowhere\.har cannot be read/],
    [['--from', 'openapi', '--as-flow'], /--as-flow is for a HAR/],
    [[], /required option '--from/],
    [['--help'], /^$/],
  ])('could not run %j: one sentence, no stack', async (args, message) => {
    const { code, out, err } = await run(...args);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/^\s+at /m);
    expect(code).toBe(args[0] === '--help' ? 0 : 2);
    if (code === 0) expect(out).toContain('Examples:');
  });
});

describe('a file to import', () => {
  const read = (name: string, source: Parameters<typeof readImportFile>[2]) =>
    readImportFile(join(directory, name), name, source);

  it('is of a log that is too large its end, in whole lines', async () => {
    const lines = Array.from({ length: 100_000 }, (_, at) => `${at} ${'x'.repeat(60)}`);
    const { document, note } = await read(await put('long.log', lines.join('\n')), 'access-log');
    expect(document.split('\n')[0]).toMatch(/^\d+ x{60}$/);
    expect(document.endsWith(lines.at(-1) ?? '')).toBe(true);
    expect(document.length).toBeGreaterThan(4_400_000);
    expect(note).toBe('The log has 7 MB: its last 4.5 MB are read.');
  });

  it('is of a recording what requests were made, without what was answered', async () => {
    const entry = {
      startedDateTime: '2026-01-31T02:00:00.000Z',
      time: 5,
      request: { method: 'GET', url: 'http://a/', headers: [], cookies: [{ name: 'sid', value: 's3cret' }] },
      response: { status: 200, content: { mimeType: 'text/html', text: 'x'.repeat(6_000_000) } },
    };
    const { document } = await read(await put('a.har', JSON.stringify({ log: { entries: [entry] } })), 'har');
    expect(JSON.parse(document)).toEqual({
      log: {
        entries: [
          {
            startedDateTime: entry.startedDateTime,
            time: 5,
            request: { method: 'GET', url: 'http://a/', headers: [] },
            response: { status: 200, content: { mimeType: 'text/html' } },
          },
        ],
      },
    });
  });

  it('is refused where it has no room in a request, or nothing in it', async () => {
    await expect(read(await put('a.json', 'x'.repeat(5_000_001)), 'openapi')).rejects.toThrow(/at most 5 MB/);
    await expect(read(await put('b.json', '"'.repeat(3_000_000)), 'openapi')).rejects.toThrow(/at most 5 MB/);
    await expect(read(await put('c.json', ' \n'), 'openapi')).rejects.toThrow(/is empty/);
  });
});
