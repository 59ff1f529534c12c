import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CannedPlatform, startCannedPlatform } from '../support/canned-platform.ts';
import { inTerminal } from '../support/in-terminal.ts';
import { fullState, summaryOf } from '../support/monitor-state.ts';

const enters = '\u001b[?1049h';
const restores = '\u001b[?25h\u001b[?1049l';
const node = `'${process.execPath}' --conditions=headroom-source`;
const directory = mkdtempSync(join(tmpdir(), 'headroom-monitor-'));
const monitor = `${node} '${resolve('bin/headroom.ts')}' monitor --interval 0.2s`;

let platform: CannedPlatform;
beforeAll(async () => {
  const { told } = fullState();
  platform = await startCannedPlatform(({ path }) => {
    if (path.startsWith('/v1/status')) return { status: 200, body: told.platform.value };
    if (path.endsWith('/summary')) return { status: 200, body: summaryOf(path.split('/')[3] ?? '', 91) };
    if (path.startsWith('/v1/tasks')) return { status: 200, body: told.tasks.value };
    if (path.includes('/history')) return { status: 200, body: told.p95.value };
    if (path.startsWith('/v1/cache')) return { status: 200, body: told.cache.value };
    if (path.startsWith('/v1/projects?')) {
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
      return { status: 200, body: { items: ['shop', 'search'].map((name) => ({ ...project, project: name })) } };
    }
    return { status: 200, body: { items: [] } };
  });
});
afterAll(() => platform.close());

const connected = () => ({ HEADROOM_URL: platform.url, HEADROOM_API_KEY: 'hr_x', NO_COLOR: '1' });
/** How the terminal is left: with its echo, and by lines. */
const isCooked = /(?<!-)icanon[\s\S]*(?<!-)echo\b/;

describe('headroom monitor in a terminal', () => {
  it('draws, reacts to keys, and leaves the screen as it was', async () => {
    const shown = inTerminal(`${monitor}; echo "code $?"; stty -a`, connected(), directory);
    await shown.shows(/>1 {2}shop +excellent +91/);
    expect(shown.output()).toContain(`${enters}\u001b[?25l`);
    const before = shown.output().length;
    shown.type('\u001b[B');
    await shown.shows(/>2 {2}search/, before);
    shown.type('?');
    await shown.shows(/Ctrl-Z +to the shell/, before);
    shown.type('q');
    expect(await shown.ended).toBe(0);
    const after = shown.output().split(restores);
    expect(after).toHaveLength(2);
    expect(after[1]).toContain('code 0');
    expect(after[1]).toMatch(isCooked);
  });

  it.each(['TERM', 'HUP', 'INT'])('leaves the screen as it was when it is sent SIG%s', async (signal) => {
    const shown = inTerminal(
      `(echo $BASHPID > pid-${signal}; exec ${monitor}); echo "code $?"; stty -a`,
      { ...connected(), SHELL: '/bin/bash' },
      directory,
    );
    await shown.shows(/>1 {2}shop/);
    const kill = inTerminal(`kill -${signal} $(cat pid-${signal})`, { SHELL: '/bin/bash' }, directory);
    await kill.ended;
    await shown.ended;
    const [, after = ''] = shown.output().split(restores);
    expect(after).toContain('code 0');
    expect(after).toMatch(isCooked);
  });

  it('leaves it so, too, when the process breaks down', async () => {
    const file = join(directory, 'crash.ts');
    const screen = JSON.stringify(resolve('lib/cli/monitor/screen.ts'));
    writeFileSync(
      file,
      `const { Screen } = await import(${screen});
      new Screen(process.stdout).open();
      setTimeout(() => { throw new Error('broken down'); }, 10);`,
    );
    const shown = inTerminal(`${node} ${file}`, {}, directory);
    expect(await shown.ended).not.toBe(0);
    expect(shown.output()).toContain(enters);
    expect(shown.output()).toContain(restores);
  });

  it('says what is wrong in a line while Headroom is away, and goes on', async () => {
    const away = { ...connected(), HEADROOM_URL: 'http://127.0.0.1:1' };
    const shown = inTerminal(`${monitor} --project shop`, away, directory);
    await shown.shows(/! platform, .*No answer within|! .*cannot be reached/);
    shown.type('q');
    expect(await shown.ended).toBe(0);
  });
});
