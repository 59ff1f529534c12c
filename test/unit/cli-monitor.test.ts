import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { keysIn } from '../../lib/cli/monitor/keys.ts';
import { Poller } from '../../lib/cli/monitor/poller.ts';
import { columnsOf, cutTo } from '../../lib/cli/monitor/segments.ts';
import { emptyTold, type MonitorState } from '../../lib/cli/monitor/state.ts';
import { snapshotOf, viewOf } from '../../lib/cli/monitor/view.ts';
import { sparkline } from '../../lib/cli/sparkline.ts';
import type { CacheStats } from '../../lib/contracts/cache-stats.ts';
import { createClient } from '../../lib/sdk/client.ts';
import { alertOf, fullState, nowMs, summaryOf } from '../support/monitor-state.ts';

const plain = { colours: pc.createColors(false), nowMs };
const draw = (state: MonitorState, columns: number, rows: number) => viewOf(state, { columns, rows }, plain);

describe('The monitor’s view', () => {
  it.each([
    [60, 20],
    [80, 24],
    [120, 40],
    [200, 60],
  ])('shows what matters in %i columns and %i rows', (columns, rows) => {
    const lines = draw(fullState(), columns, rows);
    const text = lines.join('\n');
    expect(lines).toHaveLength(rows);
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(columns);
    expect(text).toMatch(/^Headroom 0\.1\.0 {2}12:00:00 UTC {2}up/);
    expect(text).toMatch(/>1 {2}shop +excellent +91 +12\.3\/s +41 ms/);
    expect(text).toMatch(/throughput.*▁.*█.* 39\/s/);
    expect(text).toMatch(/p95 .*█.* 44 ms/);
    expect(text).toContain('Cache  80 % hit of 1,000');
    expect(text).toContain('memory 1,200 in 3.5 MB (0.7 %)');
    expect(text).toContain('2 open');
    expect(text).toMatch(/critical +shop +2 min/);
    expect(text).toContain('tasks: 1 running, 3 waiting');
    expect(text).toContain('check passed 2 min ago');
    expect(text).toMatch(/█+░+ {2}42 % {2}load test \(stress\)/);
    expect(lines.at(-1)).toMatch(/^q quit/);
  });

  it('shows more where there is more room', () => {
    const small = draw(fullState(), 80, 20).join('\n');
    const large = draw(fullState(), 120, 50).join('\n');
    expect(small).not.toContain('/products/7');
    expect(large).toContain('/products/7');
    expect(large).toContain('legacy');
    expect(large).toContain('81 MB');
    expect(small).not.toContain('81 MB');
  });

  it('puts the gravest alert first, and says what is left out', () => {
    const alerts = [...Array.from({ length: 30 }, () => alertOf('low', 'x')), alertOf('critical', 'The worst')];
    const state = { ...fullState(), told: { ...fullState().told, alerts: { value: alerts, atMs: nowMs } } };
    const lines = draw(state, 80, 24);
    const first = lines.findIndex((line) => line.startsWith('Alerts'));
    expect(lines[first]).toContain('31 open');
    expect(lines[first + 1]).toContain('The worst');
    expect(lines.join('\n')).toMatch(/and 2\d more/);
  });

  it('says how old is what is not told any more, and why, in a line', () => {
    const state = fullState();
    const error = 'Headroom cannot be reached.';
    const told = { ...state.told, cache: { ...state.told.cache, atMs: nowMs - 34_000, error }, tasks: { error } };
    const lines = draw({ ...state, told }, 80, 24);
    expect(lines[1]).toBe('! tasks, cache: Headroom cannot be reached.');
    expect(lines.find((line) => line.startsWith('Cache'))).toMatch(/^Cache {2}34 s old {2}80 %/);
    expect(lines.find((line) => line.startsWith('Work'))).toContain('tasks: -  not told');
  });

  it('says that nothing answers where nothing does, though all was well before', () => {
    const state = fullState();
    const error = 'Headroom cannot be reached.';
    const told = Object.fromEntries(Object.entries(state.told).map(([name, each]) => [name, { ...each, error }]));
    const lines = draw({ ...state, told: told as MonitorState['told'] }, 80, 24);
    expect(lines[0]).toMatch(/UTC {2}no answer/);
    expect(lines[1]).toBe('! Headroom cannot be reached.');
  });

  it('stands before anything is told, and without any project', () => {
    const { apiUrl } = fullState();
    const empty: MonitorState = { apiUrl, intervalMs: 2000, told: emptyTold(), showsHelp: false };
    expect(draw(empty, 80, 24)[0]).toBe('Headroom  12:00:00 UTC  ...  ...  http://127.0.0.1:4040');
    const none = { ...empty, told: { ...empty.told, projects: { value: [], atMs: nowMs } } };
    expect(draw(none, 80, 24).join('\n')).toContain('No projects yet.');
  });

  it('keeps the chosen project in sight among many', () => {
    const many = Array.from({ length: 20 }, (_, index) => summaryOf(`p${index}`, 90));
    const state = {
      ...fullState(),
      chosen: 'p15',
      told: { ...fullState().told, projects: { value: many, atMs: nowMs } },
    };
    expect(draw(state, 60, 20).join('\n')).toMatch(/>\s+p15 /);
  });

  it('gives a terminal nothing to obey, whatever a key or a reason holds', () => {
    const evil = 'a\u001b[2Jb\u009bc\u202ed\ne';
    const state = fullState();
    const cache = { ...state.told.cache.value, topKeys: [{ key: evil, reads: 1 }] } as CacheStats;
    const told = {
      ...state.told,
      cache: { value: cache, atMs: nowMs },
      alerts: { value: [alertOf('high', evil)], atMs: nowMs },
    };
    const text = draw({ ...state, told }, 120, 40).join('');
    expect(text).toContain('a·[2Jb·c·d·e');
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('fits whatever the size, also with letters that are wide', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 80 }),
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        (columns, rows, reason) => {
          const state = fullState();
          const told = { ...state.told, alerts: { value: [alertOf('high', `見出し${reason}`)], atMs: nowMs } };
          const lines = draw({ ...state, told }, columns, rows);
          expect(lines.length).toBeLessThanOrEqual(rows);
          for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is read without colours, and is the same text with them', () => {
    const coloured = viewOf(fullState(), { columns: 100, rows: 30 }, { ...plain, colours: pc.createColors(true) });
    const bare = coloured.map((line) => stripVTControlCharacters(line).trimEnd());
    expect(bare).toEqual(draw(fullState(), 100, 30));
  });

  it('is printed whole where there is no screen', () => {
    const lines = snapshotOf(fullState(), 100, plain);
    expect(lines.join('\n')).toContain('/products/7');
    expect(lines.at(-1)).not.toContain('q quit');
  });
});

describe('A sparkline', () => {
  const span = { fromMs: 0, toMs: 100, stepMs: 10 };
  it('goes from 0 to the highest, with gaps where nothing was told', () => {
    const values = [0, 4, 8].map((value, index) => ({ atMs: index * 20, value }));
    expect(sparkline(values, span, 10)).toEqual(['▁ ▄ █     ']);
  });
  it('grows over several rows', () => {
    expect(
      sparkline(
        [
          { atMs: 0, value: 1 },
          { atMs: 60, value: 2 },
        ],
        span,
        2,
        2,
      ),
    ).toEqual([' █', '██']);
  });
  it('shows a level series as such, and nothing outside of its span', () => {
    expect(
      sparkline(
        [
          { atMs: 0, value: 0 },
          { atMs: 500, value: 9 },
        ],
        span,
        3,
      ),
    ).toEqual(['▁  ']);
  });
});

describe('Keys', () => {
  it.each([
    ['q', ['quit']],
    ['\u0003', ['quit']],
    ['\u001b[A\u001b[Br', ['up', 'down', 'refresh']],
    ['3?', [{ project: 2 }, 'help']],
    ['\u001b[15~x0', []],
    ['\u001b', []],
  ])('of %j are %j', (input, keys) => {
    expect(keysIn(input)).toEqual(keys);
  });
});

describe('cutTo', () => {
  it('counts wide letters as two columns', () => {
    expect(cutTo('日本語です', 5)).toBe('日本…');
    expect(cutTo('abc', 3)).toBe('abc');
    expect(cutTo('abcd', 3)).toBe('ab…');
    expect(cutTo('abcd', 0)).toBe('');
  });
});

describe('The poller', () => {
  const answers = (path: string): unknown => {
    if (path.startsWith('/v1/status')) return fullState().told.platform.value;
    if (path.endsWith('/summary')) return summaryOf(path.split('/')[3] ?? '', 90);
    return { items: [] };
  };

  function pollerWith(answer: (path: string) => Promise<Response>) {
    const asked: string[] = [];
    const client = createClient({
      url: 'http://headroom.test',
      apiKey: 'hr_x',
      fetch: (input) => {
        const { pathname } = new URL(String(input));
        asked.push(pathname);
        return answer(pathname);
      },
    });
    const poller = new Poller({
      client,
      apiUrl: 'x',
      project: 'shop',
      intervalMs: 10,
      timeoutMs: 200,
      onChange: () => {},
    });
    return { poller, asked };
  }

  it('never asks a source again before it has answered', async () => {
    const gate = Promise.withResolvers<void>();
    const { poller, asked } = pollerWith(async (path) => {
      await gate.promise;
      return Response.json(answers(path));
    });
    const rounds = [poller.refresh(), poller.refresh(), poller.refresh()];
    expect(asked.filter((path) => path === '/v1/status')).toHaveLength(1);
    gate.resolve();
    await Promise.all(rounds);
    await poller.refresh();
    expect(asked.filter((path) => path === '/v1/status')).toHaveLength(2);
    expect(poller.state.told.platform.value?.version).toBe('0.1.0');
  });

  it('keeps what was told when the next answer fails, with the reason', async () => {
    let isBroken = false;
    const { poller } = pollerWith(async (path) =>
      isBroken
        ? Response.json(
            {
              type: 'about:blank',
              code: 'unauthenticated',
              title: 'No',
              status: 401,
              detail: 'The key is revoked.',
              correlationId: 'x',
            },
            { status: 401 },
          )
        : Response.json(answers(path)),
    );
    await poller.refresh();
    isBroken = true;
    await poller.refresh();
    const { value, error } = poller.state.told.platform;
    expect(value?.version).toBe('0.1.0');
    expect(error).toMatch(/HEADROOM_API_KEY/);
  });

  it('drops what is answered about a project that is looked at no more', async () => {
    const gate = Promise.withResolvers<void>();
    const { poller } = pollerWith(async (path) => {
      if (path.startsWith('/v1/projects/shop/checks')) await gate.promise;
      return Response.json(path.endsWith('/checks') ? { items: [] } : answers(path));
    });
    const first = poller.refresh();
    poller.choose('other');
    gate.resolve();
    await first;
    expect(poller.state.chosen).toBe('other');
    await poller.refresh();
    expect(poller.state.told.checks.value).toEqual([]);
  });
});
