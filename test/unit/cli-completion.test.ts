import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CannedPlatform, startCannedPlatform } from '../support/canned-platform.ts';
import { runInProcess } from '../support/cli-in-process.ts';
import { begin } from '../support/cli-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'headroom-completion-'));
let platform: CannedPlatform;
beforeAll(async () => {
  const project = {
    baseUrl: 'http://127.0.0.1:1',
    environment: 'development',
    resources: {},
    autoOptimization: false,
    monitoringEnabled: true,
    level: 'balanced',
    retention: { minuteHours: 48, hourDays: 30, dayDays: 400 },
    awsMetricsUsdPerDay: 1,
    verification: { state: 'not-needed', token: 'x', methods: [] },
    createdAt: '2026-01-31T02:00:00.000Z',
    updatedAt: '2026-01-31T02:00:00.000Z',
  };
  platform = await startCannedPlatform(() => ({
    status: 200,
    body: { items: ['shop', 'search', 'blog'].map((name) => ({ ...project, project: name })) },
  }));
});
afterAll(() => platform.close());

async function complete(words: readonly string[], shell = 'zsh', url = platform.url): Promise<string[]> {
  const environment = { HEADROOM_URL: url, HEADROOM_API_KEY: 'hr_x' };
  const { code, out, err } = await runInProcess(['complete', shell, '--', ...words], directory, environment);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '');
}

describe('Completion', () => {
  it.each([
    [['moni'], ['monitor']],
    [
      ['alerts', 'channels', ''],
      ['list', 'add', 'test', 'remove', 'show'],
    ],
    [['metrics', 'endpoints', '--so'], ['--sort']],
    [
      ['metrics', 'endpoints', '--sort', 'p'],
      ['p95', 'p99'],
    ],
    [
      ['metrics', 'endpoints', '--sort=p'],
      ['--sort=p95', '--sort=p99'],
    ],
    [
      ['metrics', '--project', 's'],
      ['shop', 'search'],
    ],
    [
      ['metrics', '--project=s'],
      ['--project=shop', '--project=search'],
    ],
    [['projects', 'show', 'b'], ['blog']],
    [
      ['cache', 'stats', ''],
      ['shop', 'search', 'blog'],
    ],
    [['tasks', 'run', 're'], ['report']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['series', ''], [':files']],
    [['loadtest', '--output', ''], [':files']],
    [['metrics', '--minutes', ''], []],
    [['metrics', '--nothing', '--so'], []],
    [['nothing', ''], []],
  ])('of %j is %j', async (words, expected) => {
    expect(await complete(words)).toEqual(expected);
  });

  it('does not offer an option again, unless it may stand several times', async () => {
    const given = await complete(['loadtest', '--users', '3', '--threshold', 'p95<3', '--']);
    expect(given).toContain('--threshold');
    expect(given).toContain('--rate');
    expect(given).not.toContain('--users');
  });

  it('does not show what is not for people', async () => {
    expect(await complete(['comp'])).toEqual(['compare', 'completion']);
  });

  it('is silent where no platform answers', async () => {
    expect(await complete(['metrics', '--project', ''], 'zsh', 'http://127.0.0.1:1')).toEqual([]);
  });

  it('says of each what it is for', async () => {
    const { out } = await runInProcess(['complete', 'fish', '--', 'moni'], directory);
    expect(out).toMatch(/^monitor\tall at a glance/);
  });

  it('works in bash, which breaks words at =', async () => {
    const { ended } = begin(['completion', 'bash'], {}, directory);
    const script = join(directory, 'headroom.bash');
    writeFileSync(script, (await ended).out);
    const shim = join(directory, 'headroom');
    writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' '${resolve('bin/headroom.ts')}' "$@"\n`);
    chmodSync(shim, 0o755);
    const asked = `
      source ${script}
      reply() { COMP_WORDS=(headroom "$@"); COMP_CWORD=$#; _headroom; echo "\${COMPREPLY[*]}"; }
      complete -p headroom
      reply metrics endpoints --sort p
      reply metrics --project = se
      reply monit`;
    // Beside this process, in which the platform answers.
    const bash = promisify(execFile)('bash', ['--norc', '-c', asked], {
      cwd: directory,
      env: { PATH: `${directory}:${process.env.PATH}`, HEADROOM_URL: platform.url, HEADROOM_API_KEY: 'hr_x' },
    });
    const { stdout, stderr } = await bash;
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual(['complete -F _headroom headroom', 'p95 p99', 'search', 'monitor', '']);
  });
});
