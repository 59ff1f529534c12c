import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliError } from '../../lib/cli/failure.ts';
import { evenSeries, timeAt } from '../../lib/cli/own-data/even-series.ts';
import { optionsInSteps } from '../../lib/cli/own-data/options-in-steps.ts';
import { seriesFound } from '../../lib/cli/own-data/series-found.ts';
import { seriesPoints } from '../../lib/cli/own-data/series-points.ts';
import { skillInWords } from '../../lib/cli/own-data/series-words.ts';
import { thinned } from '../../lib/cli/own-data/thinned.ts';
import { readMoment, timesInMs } from '../../lib/cli/own-data/timestamps.ts';
import { changePointsOf } from '../../lib/statistics/change-points.ts';
import { seasonsIn } from '../../lib/statistics/forecast/season.ts';
import { Random } from '../../lib/statistics/random.ts';
import { runInProcess } from '../support/cli-in-process.ts';
import { hourlySeries, hourMs, seriesBeginMs, seriesFile } from '../support/own-data.ts';

const rowsOf = (cells: readonly string[]) =>
  cells.map((cell, index) => ({ timestamp: readMoment(cell), value: index, line: index + 2 }));
const timesOf = (...cells: string[]): number[] => timesInMs(rowsOf(cells), 'own.csv');

describe('A time in a file', () => {
  const moment = Date.UTC(2026, 0, 31, 2, 3, 4);
  it.each([
    ['2026-01-31T02:03:04Z', moment],
    ['2026-01-31 02:03:04', moment],
    ['2026-01-31T02:03:04.5Z', moment + 500],
    ['2026-01-31 02:03:04.123456789', moment + 123.456789],
    ['2026-01-31T04:03:04+02:00', moment],
    ['2026-01-30 21:03:04-0500', moment],
    ['2026/01/31 02:03', moment - 4000],
    ['2026-01-31', Date.UTC(2026, 0, 31)],
    [`${moment / 1000}`, moment],
    [`${moment}`, moment],
    [`${moment}000`, moment],
    [`${moment}000000`, moment],
    [`${moment / 1000}.25`, moment + 250],
    ['0', 0],
  ])('is read as it is meant: %s', (cell, ms) => {
    expect(timesOf(cell)[0]).toBeCloseTo(ms, 3);
  });

  it.each([
    'yesterday',
    '2026-02-30',
    '2026-13-01',
    '31.01.2026',
    '01/31/2026',
    '2026-01-31 25:00',
    '2026-01-31T02:03:04+2',
  ])('is refused where it is none, or could be another: %s', (cell) => {
    expect(() => readMoment(cell)).toThrow('is no time');
  });

  it('is counted in one unit throughout a file, by its largest', () => {
    expect(timesOf('0', '1', '2000000000')).toEqual([0, 1000, 2e12]);
    expect(timesOf('0', '1', '2000000000000')).toEqual([0, 1, 2e12]);
  });

  it('is not mixed with times that are written in another way, or out of reach', () => {
    expect(() => timesOf('2026-01-31', '1700000000')).toThrow(
      new CliError('own.csv, line 3: timestamp is not written as that of the first line.'),
    );
    expect(() => timesOf('1e40')).toThrow(new CliError('own.csv, line 2: timestamp is out of reach.'));
  });

  it('that comes twice or late is said, and sorted or taken together', () => {
    expect(seriesPoints(rowsOf(['3', '1', '1', '2']), 'own.csv')).toEqual({
      points: [
        { timestampMs: 1000, value: 1.5 },
        { timestampMs: 2000, value: 3 },
        { timestampMs: 3000, value: 0 },
      ],
      notes: [
        'The rows are not in order of time (1 come before the row above them): they were sorted.',
        '4 rows have 3 different times: rows of one time count as one, their mean.',
      ],
    });
  });
});

describe('A series made even', () => {
  const at = (times: readonly number[], value = (time: number): number => time) =>
    times.map((time) => ({ timestampMs: time, value: value(time) }));
  const minutes = (count: number): number[] => Array.from({ length: count }, (_, index) => index * 60_000);

  it('is itself where it is even, with lines over what is missing', () => {
    expect(evenSeries(at(minutes(30)))).toMatchObject({
      fromMs: 0,
      stepMs: 60_000,
      values: minutes(30),
      filled: [],
      shared: 0,
    });
    const holed = evenSeries(at(minutes(60).filter((time) => time !== 120_000 && time !== 180_000)));
    expect(holed).toMatchObject({ stepMs: 60_000, values: minutes(60), filled: [2, 3] });
  });

  it('is of means over a longer step where it is uneven, or long', () => {
    const random = new Random(1);
    const uneven = minutes(3000).filter(() => random.between(0, 1) === 1);
    const coarse = evenSeries(at(uneven, () => 7));
    expect(coarse).toMatchObject({ coarserFor: 'uneven-points' });
    expect(coarse?.stepMs).toBeGreaterThan(60_000);
    expect(new Set(coarse?.values)).toEqual(new Set([7]));
    expect(evenSeries(at(minutes(200_000)))).toMatchObject({ stepMs: 300_000, coarserFor: 'many-points' });
  });

  it('is none of too few points, or of any step that leaves too much empty', () => {
    expect(evenSeries(at([5]))).toBeUndefined();
    expect(evenSeries(at([...minutes(50), ...minutes(50).map((time) => time + 1e9)]))).toBeUndefined();
  });

  it('keeps within the range of its points, and says of every value a number', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 1e9 }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(times, (drawn) => {
        const points = at(
          drawn.toSorted((a, b) => a - b),
          (time) => time % 97,
        );
        const even = evenSeries(points);
        for (const value of even?.values ?? []) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThan(97);
        }
      }),
    );
  });

  it('is of months where it has one point in each, whose dates go on by the calendar', () => {
    const monthEnds = Array.from({ length: 30 }, (_, month) => Date.UTC(2024, month + 1, 0));
    const even = evenSeries(at(monthEnds, () => 5));
    expect(even).toMatchObject({ shared: 0, filled: [], dayOfMonth: 31 });
    if (even === undefined) throw new Error('months are even');
    expect(even.values).toHaveLength(30);
    expect([1, 30, 33, 44].map((place) => new Date(timeAt(even, place)).toISOString().slice(0, 10))).toEqual([
      '2024-02-29',
      '2026-07-31',
      '2026-10-31',
      '2027-09-30',
    ]);
  });

  it('says how many of its steps hold several points', () => {
    const early = minutes(60).map((time, index) => (index % 10 === 9 ? time - 40_000 : time));
    const even = evenSeries(at(early.filter((_, index) => index % 20 !== 18 || index < 20)));
    expect(even).toMatchObject({ stepMs: 60_000, shared: expect.any(Number) });
    expect(even?.shared).toBeGreaterThan(0);
  });

  it('is shown by the lowest and highest of each stretch', () => {
    const points = minutes(1000).map((x, index) => ({ x, y: index === 777 ? 99 : index % 7 }));
    const shown = thinned(points, 20);
    expect(shown.length).toBeLessThanOrEqual(40);
    expect(shown).toContainEqual(points[777]);
    expect(shown).toEqual(shown.toSorted((a, b) => a.x - b.x));
    expect(thinned(points.slice(0, 30), 20)).toEqual(points.slice(0, 30));
  });
});

describe('What is found in a series', () => {
  it('is the hour that was unusual, the change of level, and the rhythm in the forecast', () => {
    const points = hourlySeries();
    const { anomalies, changes, seasonLengths, forecast } = seriesFound(points, { season: 'auto' });
    expect(seasonLengths).toEqual([24]);
    expect(anomalies.enough && anomalies.found.map(({ peakAt }) => (peakAt - seriesBeginMs) / hourMs)).toContain(500);
    expect(changes.enough && changes.found).toMatchObject([{ atMs: seriesBeginMs + 28 * 24 * hourMs }]);
    const [change] = changes.enough ? changes.found : [];
    expect(change?.changePercent).toBeGreaterThan(16);
    expect(change?.changePercent).toBeLessThan(20);
    if (!forecast.enough) throw new Error('there is a forecast');
    expect(forecast).toMatchObject({ seasonLength: 24 });
    expect(forecast.points[0]?.timestampMs).toBe(seriesBeginMs + 42 * 24 * hourMs);
    for (const [hour, { low, high }] of forecast.points.entries()) {
      const expected = 118 + 25 * Math.sin((2 * Math.PI * hour) / 24);
      expect(low).toBeLessThan(expected);
      expect(high).toBeGreaterThan(expected);
    }
  });

  it('is no change of level where only noise and a rhythm are', () => {
    const random = new Random(9);
    for (let round = 0; round < 3; round++) {
      const points = Array.from({ length: 1440 }, (_, index) => ({
        timestampMs: seriesBeginMs + index * 300_000,
        value: 50 + 20 * Math.sin((2 * Math.PI * index) / 288) + 5 * random.normal(),
      }));
      const { changes } = seriesFound(points, { season: 288, horizon: 1 });
      expect(changes).toEqual({ enough: true, found: [] });
    }
  });

  it('is a change of level that is small beside the rhythm', () => {
    const random = new Random(5);
    const points = Array.from({ length: 28 * 24 }, (_, hour) => ({
      timestampMs: seriesBeginMs + hour * hourMs,
      value: (hour < 336 ? 100 : 103) + 25 * Math.sin((2 * Math.PI * hour) / 24) + 2 * random.normal(),
    }));
    const { changes } = seriesFound(points, { season: 'auto', horizon: 1 });
    expect(changes).toMatchObject({ enough: true, found: [{ atMs: seriesBeginMs + 336 * hourMs }] });
  });

  it('is no change of level at a gap in noise', () => {
    const random = new Random(3);
    const points = Array.from({ length: 1000 }, (_, hour) => ({
      timestampMs: seriesBeginMs + hour * hourMs,
      value: 100 + 5 * random.normal() + (hour === 399 || hour === 460 ? 9 : 0),
    })).filter((_, hour) => hour < 400 || hour >= 460);
    const { even, changes, trend } = seriesFound(points, { season: 1, horizon: 1 });
    expect(even?.filled).toHaveLength(60);
    expect(changes).toEqual({ enough: true, found: [] });
    expect(trend).toMatchObject({ direction: 'stable', points: 940 });
  });

  it('counts season and horizon in values of the series, also where steps are longer', () => {
    const points = Array.from({ length: 60_000 }, (_, index) => ({
      timestampMs: seriesBeginMs + index * 60_000,
      value: 50 + 20 * Math.sin((2 * Math.PI * index) / 1440) + (index % 7),
    }));
    const { even, seasonLengths, forecast, notes } = seriesFound(points, { season: 1440, horizon: 60 });
    expect(even).toMatchObject({ stepMs: 300_000, usualMs: 60_000 });
    expect(seasonLengths).toEqual([288]);
    expect(forecast.enough && forecast.points).toHaveLength(12);
    expect(notes).toEqual(['The 60 values to forecast are 12 steps of 5 min.']);
  });

  it.each([
    [7, 'The season of 7 values is no whole number of steps of 2 h: 4 of them were taken for it.'],
    [2, 'The season of 2 values was not taken out: it is shorter than two steps of 2 h.'],
  ])('says of a season of %i values how it fits longer steps', (season, note) => {
    const even = {
      fromMs: 0,
      stepMs: 2 * hourMs,
      usualMs: hourMs,
      values: new Array(50).fill(0),
      filled: [],
      shared: 0,
    };
    expect(optionsInSteps({ season }, even)).toMatchObject({ season: season === 7 ? 4 : 1, notes: [note] });
  });

  it('says of a season that it was too long', () => {
    const { seasonLengths, notes } = seriesFound(hourlySeries().slice(0, 150), { season: 100, horizon: 1 });
    expect(seasonLengths).toEqual([]);
    expect(notes).toEqual(['The season of 100 values was not taken out: 150 values are less than two of it.']);
  });

  it.each([
    [{ mase: 0.74, hasSkill: true }, 'better than the naive forecast (MASE 0.74)'],
    [{ mase: 0.74, hasSkill: false }, 'better than the naive forecast (MASE 0.74), but not by more than chance'],
    [{ mase: 1.13, hasSkill: false }, 'no better than the naive forecast (MASE 1.13): do not'],
    [{ hasSkill: false }, 'no better than the naive forecast: do not'],
  ])('is told of a forecast beside the naive one: %j', (skill, words) => {
    expect(skillInWords({ method: 'holt-winters', ...skill })).toContain(words);
    expect(skillInWords({ method: 'seasonal-naive', ...skill })).toMatch(/^no better/);
  });

  it('has the day for its season, not five of them that are as alike', () => {
    const random = new Random(1);
    const days = Float64Array.from(
      { length: 20_000 },
      (_, i) => 20 * Math.sin((2 * Math.PI * i) / 288) + 5 * random.normal(),
    );
    expect(seasonsIn(days)[0]).toBe(288);
  });

  it('is a change without percents where the level before is not clearly above 0', () => {
    const random = new Random(1);
    const values = Array.from({ length: 200 }, (_, i) => (i < 100 ? 0.02 : 10) + 0.5 * random.normal());
    const [change] = changePointsOf(values);
    expect(change).toMatchObject({ index: 100 });
    expect(change).not.toHaveProperty('changePercent');
    expect(change).not.toHaveProperty('interval');
  });

  it('is nothing in too few points, with the reason', () => {
    const found = seriesFound(hourlySeries().slice(0, 5), { season: 'auto' });
    for (const part of [found.anomalies, found.changes, found.trend, found.forecast]) {
      expect(part).toEqual({ enough: false, reason: expect.stringMatching(/too few/) });
    }
  });
});

describe('headroom series', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'headroom-series-'));
    await writeFile(join(directory, 'own.csv'), seriesFile(hourlySeries()));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('prints every point with its score as JSON', async () => {
    const { code, out, err } = await runInProcess(['series', 'own.csv', '--json', '--horizon', '5'], directory);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const found = JSON.parse(out);
    expect(found.points).toHaveLength(42 * 24);
    expect(found.points.every(({ score }: { score: number }) => score >= 0 && score <= 1)).toBe(true);
    expect(found.points[500]).toMatchObject({ at: '2026-01-21T20:00:00.000Z', value: 300, alert: true });
    expect(found).toMatchObject({
      seasonLengths: [24],
      changeStepSeconds: 21_600,
      spacing: { stepSeconds: 3600, values: 1008, filled: 0 },
      notes: [],
    });
    expect(found.changePoints.found).toMatchObject([{ at: '2026-01-29T00:00:00.000Z' }]);
    expect(found.trend).toMatchObject({ enough: true, direction: 'rising', pValue: expect.any(Number) });
    expect(found.forecast.points).toHaveLength(5);
    expect(found.forecast.points[0].at).toBe('2026-02-12T00:00:00.000Z');
  });

  it('says it in words, with plots and tables that fit', async () => {
    const { code, out } = await runInProcess(['series', 'own.csv'], directory);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^\d+ anomal(y|ies), 1 change of level, rising by [\d.]+ % over the whole\.\n1,008 points from /,
    );
    expect(out).toMatch(/2026-01-21 20:00:00 +300 .*unlike the points before/);
    expect(out).toMatch(/2026-01-29 00:00:00 +\d+.* +\+1[78]\.?\d* %/);
    expect(out).toMatch(/Forecast: [\d.]+ at 2026-02-12 23:00:00 \(95 %: /);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('takes empty cells for gaps, and says so', async () => {
    const lines = seriesFile(hourlySeries()).split('\n');
    const cells = ['', 'NaN', 'null'];
    for (const [index, cell] of cells.entries())
      lines[100 * (index + 1)] = `${lines[100 * (index + 1)]?.split(',')[0]},${cell}`;
    await writeFile(join(directory, 'gaps.csv'), lines.join('\n'));
    const { code, out } = await runInProcess(['series', 'gaps.csv', '--json'], directory);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      notes: ['3 of 1008 rows have no value: they count as gaps.'],
      spacing: { filled: 3 },
    });
    await writeFile(join(directory, 'empty.csv'), 'time,value\n2026-01-01,\n2026-01-02,NaN\n');
    expect((await runInProcess(['series', 'empty.csv'], directory)).err).toBe('empty.csv has no value in any row.\n');
  });

  it('reads the only other column of numbers, and asks where there are several', async () => {
    await writeFile(join(directory, 'one.csv'), 'time,host,p99\n2026-01-01,a,5\n2026-01-02,b,6\n');
    await writeFile(join(directory, 'two.csv'), 'time,p95,p99\n2026-01-01,4,5\n2026-01-02,5,7\n');
    const run = (...args: string[]) => runInProcess(['series', ...args, '--json'], directory);
    expect(JSON.parse((await run('one.csv')).out)).toMatchObject({
      notes: ['The values are those of the column "p99".'],
      points: [{ value: 5 }, { value: 6 }],
    });
    expect(JSON.parse((await run('two.csv', '--column', 'P99')).out).points).toMatchObject([
      { value: 5 },
      { value: 7 },
    ]);
    const asks = await run('two.csv');
    expect(asks).toMatchObject({ code: 2, err: expect.stringMatching(/^two\.csv has no column value: .*--column/s) });
    expect(await run('one.csv', '--column', 'p95')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^one\.csv has no column "p95"/),
    });
  });

  it.each([
    [['--season', '0'], /auto, or a whole number from 1/],
    [['--horizon', '1.5'], /whole number from 1/],
  ])('refuses %j', async (flags) => {
    expect((await runInProcess(['series', 'own.csv', ...flags], directory)).code).toBe(2);
  });
});
