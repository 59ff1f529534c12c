import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../lib/cli/config/read.ts';
import { configTemplate } from '../../lib/cli/config/template.ts';
import { distanceOf, nearest } from '../../lib/contracts/nearest.ts';
import { type Asked, type CannedPlatform, startCannedPlatform } from '../support/canned-platform.ts';
import { runInProcess } from '../support/cli-in-process.ts';

let directory: string;
let platform: CannedPlatform;
beforeAll(async () => {
  platform = await startCannedPlatform(() => ({ status: 403, body: { code: 'forbidden', title: 'No', status: 403 } }));
});
afterAll(() => platform.close());
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'headroom-config-'));
});

const write = (text: string, name = 'headroom.config.yaml'): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};
const faults = (text: string): string => {
  const path = write(text);
  try {
    readConfig(path);
  } catch (error) {
    return (error as Error).message.replaceAll(path, 'FILE');
  }
  throw new Error('the file is right');
};

describe('A wrong file', () => {
  it.each([
    ['check:\n  maxP59Ms: 3\n', 'FILE:2:3: there is no option check.maxP59Ms: did you mean check.maxP95Ms?'],
    ['chekc:\n  users: 3\n', 'FILE:1:1: there is no option chekc: did you mean check?'],
    ['check:\n  max-p95: 3\n', 'FILE:2:3: there is no option check.max-p95: did you mean check.maxP95Ms?'],
    ['users: 3\n', 'FILE:1:1: there is no option users: did you mean check.users?'],
    ['start:\n  port: 70000\n', 'FILE:2:3: start.port must be at most 65535'],
    ['start:\n  port: "4040"\n', 'FILE:2:3: start.port must be a number'],
    [
      'deployment:\n  cacheTier: serverles\n',
      'FILE:2:3: deployment.cacheTier must be one of serverless, none: did you mean serverless?',
    ],
    ['deployment:\n  stge: x\n', 'FILE:2:3: there is no option deployment.stge: did you mean deployment.stage?'],
    [
      'connection:\n  apiKey: hr_123\n',
      `FILE:2:3: connection.apiKey must be \${NAME}, the variable of the environment that holds it: a file is shared, and a secret is not`,
    ],
    [
      'loadTest:\n  thresholds:\n    - p95<200\n    - fast\n',
      'FILE:4:7: loadTest.thresholds.1 must be a rule such as p95<200, errors<1 or rps>500',
    ],
    ['loadTest:\n  duration: soon\n', 'FILE:2:3: loadTest.duration must be a time such as 500ms, 30s, 2m or 1h'],
    ['check: [1\n', /^FILE:\d:\d: /],
    ['- 1\n', 'FILE:1:1: the file must be options, each with its value'],
  ])('%j', (text, expected) => {
    if (typeof expected === 'string') expect(faults(text)).toBe(expected);
    else expect(faults(text)).toMatch(expected);
  });

  it('names all its faults at once, from top to bottom', () => {
    const lines = faults('chekc: {}\ncheck:\n  user: 1\nstart:\n  prot: 1\n  port: x\n').split('\n');
    expect(lines.map((line) => line.slice(0, 8))).toEqual(['FILE:1:1', 'FILE:3:3', 'FILE:5:3', 'FILE:6:3']);
  });
});

describe('nearest', () => {
  it('counts a swap of neighbours as one change', () => {
    expect(distanceOf('prot', 'port')).toBe(1);
    expect(distanceOf('', 'abc')).toBe(3);
  });
  it('finds what was meant, and nothing where nothing is near', () => {
    expect(nearest('max_users', ['maxUsers', 'users'])).toBe('maxUsers');
    expect(nearest('colour', ['users', 'rate'])).toBeUndefined();
  });
  it('measures a distance: it is 0 for the same alone, and the same both ways', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(distanceOf(a, b)).toBe(distanceOf(b, a));
        expect(distanceOf(a, b) === 0).toBe(a === b);
        expect(distanceOf(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

const run = (args: readonly string[], environment: NodeJS.ProcessEnv = {}, from = directory) =>
  runInProcess(args, from, environment);
const connected = () => ({ HEADROOM_URL: platform.url, HEADROOM_API_KEY: 'hr_x', HEADROOM_PROJECT: 'shop' });
const asked = (): Asked | undefined => platform.asked.at(-1);

describe('What nobody says on the command line', () => {
  it('is taken from the nearest file upwards, before that from the environment, and before that from flags', async () => {
    write('check:\n  users: 7\n  duration: 2m\n  maxP95Ms: 300\n  objectives: false\n');
    const below = join(directory, 'a', 'b');
    mkdirSync(below, { recursive: true });
    await run(['check', '--duration', '5s'], { ...connected(), HEADROOM_CHECK_USERS: '9' }, below);
    expect(asked()?.body).toMatchObject({
      loadTest: { users: 9, durationSeconds: 5 },
      limits: { maxP95ResponseTimeMs: 300, objectives: false },
    });
  });

  it('says which Headroom and which project, with the key from the environment', async () => {
    write(`connection:\n  url: ${platform.url}\n  apiKey: \${SHOP_KEY}\n  project: search\n`);
    await run(['metrics'], { SHOP_KEY: 'hr_secret' });
    expect(asked()).toMatchObject({ path: '/v1/projects/search/metrics?minutes=5', key: 'hr_secret' });
    await run(['metrics'], { SHOP_KEY: 'hr_secret', HEADROOM_PROJECT: 'blog' });
    expect(asked()?.path).toMatch('/v1/projects/blog/');
    await run(['metrics', '--project', 'shop'], { SHOP_KEY: 'hr_secret', HEADROOM_PROJECT: 'blog' });
    expect(asked()?.path).toMatch('/v1/projects/shop/');
    const { code, err } = await run(['metrics']);
    expect(code).toBe(2);
    expect(err).toContain('headroom.config.yaml:3:3: connection.apiKey is to be in the environment as SHOP_KEY');
  });

  it('says what a deployment decides, and a pair of the command line goes before it', async () => {
    write('deployment:\n  cacheTier: none\n');
    const ofTierTwo = async (...pairs: string[]): Promise<number | undefined> => {
      const { out } = await run(['cost', '--json', ...pairs]);
      const { atRest } = JSON.parse(out) as { atRest: { item: string; usdPerMonth: number }[] };
      return atRest.find(({ item }) => item === 'tier 2 of caches')?.usdPerMonth;
    };
    expect(await ofTierTwo()).toBe(0);
    expect(await ofTierTwo('--option', 'cacheTier=serverless')).toBeGreaterThan(0);
  });

  it('gives load tests their rules, unless another model is asked for', async () => {
    write('loadTest:\n  users: 20\n  rampUp: 5s\n  http2: true\n  thresholds: ["p95<200", "errors<1"]\n');
    await run(['loadtest', '--project', 'shop'], connected());
    expect(asked()?.body).toMatchObject({
      users: 20,
      rampUpSeconds: 5,
      protocol: 'http2',
      thresholds: ['p95<200', 'errors<1'],
    });
    await run(['loadtest', '--project', 'shop', '--rate', '50'], connected());
    expect(asked()?.body).toMatchObject({ arrivalRate: 50 });
    expect(asked()?.body).not.toHaveProperty('users');
    await run(['loadtest', '--project', 'shop'], { ...connected(), HEADROOM_LOADTEST_THRESHOLDS: 'p99<5,rps>3' });
    expect(asked()?.body).toMatchObject({ thresholds: ['p99<5', 'rps>3'] });
  });

  it('is refused where the environment says what cannot be', async () => {
    const { code, err } = await run(['check'], { ...connected(), HEADROOM_CHECK_USERS: 'many' });
    expect(code).toBe(2);
    expect(err).toBe('HEADROOM_CHECK_USERS: check.users is wrong. It must be a whole number from 1 to 10000.\n');
  });

  it('is in the file that is named, which must be there', async () => {
    write('connection:\n  project: staging\n', 'staging.yaml');
    await run(['--config', 'staging.yaml', 'metrics'], { HEADROOM_URL: platform.url, HEADROOM_API_KEY: 'x' });
    expect(asked()?.path).toMatch('/v1/projects/staging/');
    await run(['metrics'], { HEADROOM_URL: platform.url, HEADROOM_API_KEY: 'x', HEADROOM_CONFIG: 'staging.yaml' });
    expect(asked()?.path).toMatch('/v1/projects/staging/');
    expect((await run(['--config', 'nowhere.yaml', 'metrics'])).err).toMatch(/^There is no file .*nowhere\.yaml\./);
  });

  it('keeps a command from running where the file is wrong', async () => {
    write('check:\n  user: 1\n');
    const { code, err } = await run(['status'], connected());
    expect(code).toBe(2);
    expect(err).toMatch(/headroom\.config\.yaml:2:3: there is no option check\.user: did you mean check\.users\?\n$/);
  });
});

describe('headroom config', () => {
  it('shows what holds, where it is from, and no secret', async () => {
    write('connection:\n  project: shop\nstart:\n  port: 4141\n');
    const { out } = await run(['config', 'show'], { HEADROOM_API_KEY: 'hr_secret', HEADROOM_CHECK_USERS: '3' });
    expect(out).toMatch(/connection\.apiKey +\*{4} +HEADROOM_API_KEY/);
    expect(out).toMatch(/check\.users +3 +HEADROOM_CHECK_USERS/);
    expect(out).toMatch(/connection\.project +shop +\S+headroom\.config\.yaml:2:3/);
    expect(out).toMatch(/start\.port +4141 +\S+:4:3/);
    expect(out).not.toContain('hr_secret');
    const all = JSON.parse((await run(['config', 'show', '--json'])).out) as {
      key: string;
      value?: unknown;
      origin: string;
    }[];
    expect(all.find(({ key }) => key === 'check.maxP95Ms')).toMatchObject({ value: 1000, origin: 'default' });
    expect(all.find(({ key }) => key === 'deployment.stage')).toMatchObject({ value: 'main', origin: 'default' });
  });

  it('checks a file: 0 where it is right, 1 where it is not', async () => {
    write('check:\n  users: 1\n');
    expect((await run(['config', 'check'])).code).toBe(0);
    const misspelt = await run(['config', 'check'], { HEADROOM_CHECK_USER: '3', HEADROOM_CHECK_USERS: '3' });
    const meant = 'there is no variable HEADROOM_CHECK_USER: did you mean HEADROOM_CHECK_USERS?\n';
    expect(misspelt).toMatchObject({ code: 1, out: meant });
    const wrong = write('check:\n  users: 0\n', 'wrong.yaml');
    const { code, out } = await run(['config', 'check', 'wrong.yaml']);
    expect({ code, out }).toEqual({ code: 1, out: `${wrong}:2:3: check.users must be at least 1\n` });
  });

  it('makes a file that changes nothing, and is right whichever of its options are taken in', async () => {
    expect((await run(['config', 'init'])).code).toBe(0);
    const text = readFileSync(join(directory, 'headroom.config.yaml'), 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=.*docs\/headroom\.config\.schema\.json\n/);
    expect(parse(text)).toBeNull();
    expect((await run(['config', 'check'])).code).toBe(0);
    expect((await run(['config', 'init'])).err).toMatch(/^There is a .* already\./);
    const taken = configTemplate(undefined)
      .split('\n')
      .map((line) => line.replace(/^# (?= |\w+:$)/, ''))
      .filter((line) => !line.includes(': ...') && !line.includes(`\${NAME}`))
      .filter((line) => !/oidc|means/.test(line))
      .join('\n');
    expect(() => readConfig(write(taken, 'taken.yaml'))).not.toThrow();
    expect(Object.keys(parse(taken) as object)).toEqual([
      'connection',
      'start',
      'deployment',
      'check',
      'loadTest',
      'output',
    ]);
  });

  it('prints a JSON Schema by which an editor finds what is wrong, and nothing that is right', async () => {
    const ajv = addFormats.default(new Ajv2020({ strict: true, strictTypes: false }));
    const isRight = ajv.compile(JSON.parse((await run(['config', 'schema'])).out));
    const right = {
      connection: { project: 'shop', apiKey: `\${KEY}` },
      deployment: { stage: 'lab', alarmEmail: 'team@example.com', cacheTier: 'none' },
      check: { users: 5, duration: '2m', path: '/products' },
      loadTest: { thresholds: ['p95<200'] },
    };
    expect([isRight(right), isRight.errors]).toEqual([true, null]);
    const wrong = [
      { chekc: {} },
      { start: { port: 'a' } },
      { start: { port: 99_999 } },
      { check: { duration: 'soon' } },
      { check: { path: 'products' } },
      { deployment: { cacheTier: 'serverles' } },
      { connection: { apiKey: 'hr_123' } },
      { loadTest: { thresholds: ['fast'] } },
    ];
    expect(wrong.filter((file) => isRight(file))).toEqual([]);
  });

  it('prints a JSON Schema that says what each option is for', async () => {
    const schema = JSON.parse((await run(['config', 'schema'])).out);
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties.check.properties.maxP95Ms).toMatchObject({
      type: 'number',
      description: expect.stringContaining('95th'),
    });
  });
});
