import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess } from '../support/cli-in-process.ts';
import { startPlatform, type TestPlatform } from '../support/platform.ts';

describe('headroom cache', () => {
  let platform: TestPlatform;
  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'headroom-cache-cli-'));
    platform = await startPlatform();
  });
  afterAll(async () => {
    await platform?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const headroom = async (...args: string[]) => {
    const { code, out, err } = await runInProcess(args, directory, {
      HEADROOM_URL: platform.runtime.apiUrl,
      HEADROOM_API_KEY: platform.adminToken,
    });
    return { code, stdout: out, stderr: err };
  };

  it('stores, shows, counts and removes values', async () => {
    const set = await headroom('cache', 'set', 'shop', 'greetings/é', 'grüße', '--ttl', '10m', '--tags', 'texts, a b');
    expect(set).toMatchObject({ code: 0, stdout: expect.stringContaining('7 bytes are stored under greetings/é') });
    const get = await headroom('cache', 'get', 'shop', 'greetings/é');
    expect(get).toEqual({ code: 0, stdout: 'grüße\n', stderr: '' });
    const asJson = await headroom('cache', 'get', 'shop', 'greetings/é', '--json');
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      contentType: 'text/plain; charset=utf-8',
      valueBase64: Buffer.from('grüße').toString('base64'),
    });
    const stats = await headroom('cache', 'stats', 'shop');
    expect(stats.stdout).toContain('2 hits, 0 misses');
    expect(stats.stdout).toContain('greetings/é');
    const cleared = await headroom('clear-cache', 'shop', '--tags', 'a b');
    expect(cleared.stdout).toBe('1 entry is removed.\n');
    const missing = await headroom('cache', 'get', 'shop', 'greetings/é');
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('Nothing that lives is stored under') });
  });

  it('takes bytes from a file and gives them back to one, and no bytes to a terminal', async () => {
    const [from, to] = [join(directory, 'from'), join(directory, 'to')];
    writeFileSync(from, Buffer.from([0, 27, 255]));
    expect((await headroom('cache', 'set', 'shop', 'raw', '--file', from)).code).toBe(0);
    const refused = await headroom('cache', 'get', 'shop', 'raw');
    expect([refused.code, refused.stdout, refused.stderr]).toEqual([2, '', expect.stringContaining('--output')]);
    expect((await headroom('cache', 'get', 'shop', 'raw', '--output', to)).code).toBe(0);
    expect(readFileSync(to)).toEqual(Buffer.from([0, 27, 255]));
    expect((await headroom('cache', 'delete', 'shop', 'raw', 'none')).stdout).toBe('1 entry is removed.\n');
  });

  it('warms, optimizes, and changes a part of a policy', async () => {
    const file = join(directory, 'entries.json');
    writeFileSync(
      file,
      JSON.stringify([
        { key: 'a', value: [1] },
        { key: 'b', value: 2 },
      ]),
    );
    expect((await headroom('cache', 'warm', 'shop', '--file', file)).stdout).toBe('2 of 2 are stored.\n');
    expect((await headroom('cache', 'get', 'shop', 'a')).stdout).toBe('[1]\n');
    expect((await headroom('cache', 'optimize', 'shop', '--json')).stdout).toContain('"complete": true');
    await headroom('cache', 'policy', 'shop', '--change', '{"defaultTtlSeconds":600}');
    const { stdout } = await headroom('cache', 'policy', 'shop', '--change', '{"jitterPercent":5}', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ defaultTtlSeconds: 600, jitterPercent: 5, strategy: 'hybrid' });
  });

  it.each([
    [['cache', 'stats', 'Shop'], 'must be a project'],
    [['cache', 'stats'], "missing required argument 'namespace'"],
    [['cache', 'set', 'shop', 'a'], 'comes from --file'],
    [['cache', 'set', 'shop', 'a', 'x', '--ttl', 'soon'], 'It must be a duration'],
    [['cache', 'clear', 'shop', '--soft'], '--soft needs'],
    [['cache', 'warm', 'shop'], 'Give --urls, --file or --top'],
    [['cache', 'policy', 'shop', '--change', '{'], 'is not JSON'],
    [['cache', 'policy', 'shop', '--change', '{"tiers":[]}'], 'body.tiers'],
    [['clear-cache'], 'No namespace is named'],
  ])('says what is wrong with %j', async (args, said) => {
    const { code, stderr } = await headroom(...args);
    expect(code).toBe(2);
    expect(stderr.toLowerCase()).toContain(said.toLowerCase());
  });

  it('names the project that was probably meant', async () => {
    const metricsOf = async (project: string) => (await headroom('metrics', '--project', project)).stderr;
    expect(await metricsOf('shpo')).toBe('The project shpo does not exist. `headroom projects register` makes one.\n');
    await headroom('projects', 'register', 'shop', '--base-url', 'http://127.0.0.1:9');
    expect(await metricsOf('shpo')).toBe('The project shpo does not exist. Did you mean shop?\n');
    expect(await metricsOf('billing')).toBe('The project billing does not exist. There are shop.\n');
  });
});
