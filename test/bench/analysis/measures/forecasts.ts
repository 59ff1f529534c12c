import { Random } from '../../../../lib/statistics/random.ts';
import type { Effort } from '../../frame/options.ts';
import type { Goal, Row } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { generated } from '../forecasts/generated.ts';
import { type ForecastSubject, forecastSubjects } from '../forecasts/subjects.ts';
import { meanOf, noTally, type Tally, tallied } from '../forecasts/tally.ts';
import { nabCorpus } from '../nab/corpus.ts';

/** Known values, and values to foretell. */
const SIZES = [
  [60, 10],
  [300, 24],
  [1000, 24],
] as const;
const REAL_HORIZONS = [24, 96];
const seriesOf: Record<Effort, number> = { full: 40, quick: 4, smoke: 1 };
/** Places in a real series from which is forecast. */
const originsOf: Record<Effort, number> = { full: 4, quick: 1, smoke: 1 };
const COVERAGE = { least: 90, most: 98 };
const REAL = /^real/;

/** Whether values lie in the intervals that were foretold, and whether forecasts that claim skill have it. */
export const forecasts: Measure = {
  name: 'forecasts',
  async run({ chosen, effort }) {
    const rows: Row[] = [];
    const goals: Goal[] = [];
    for (const subject of chosen(Object.keys(forecastSubjects) as ForecastSubject[])) {
      const ofGenerated = generatedTallies(subject, seriesOf[effort]);
      const ofReal = realTallies(subject, originsOf[effort], effort === 'smoke');
      for (const [kind, tally] of [...ofGenerated, ...ofReal]) rows.push(...rowsOf(kind, subject, tally));
      if (subject !== 'headroom') continue;
      for (const [which, tallies] of [
        ['generated', ofGenerated],
        ['real', ofReal],
      ] as const) {
        goals.push(...goalsOf(which, [...tallies.values()]));
      }
    }
    return { rows: [...Map.groupBy(rows, ({ measure }) => measure).values()].flat(), goals };
  },
};

function generatedTallies(subject: ForecastSubject, times: number): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const [kind, generate] of Object.entries(generated)) {
    const tally = noTally();
    const random = new Random(1);
    for (const [known, horizon] of SIZES) {
      for (let i = 0; i < times; i++) tallied(tally, subject, generate(random, known + horizon), known);
    }
    tallies.set(kind, tally);
  }
  return tallies;
}

/** From places spread over the second half of each series. */
function realTallies(subject: ForecastSubject, origins: number, fewSeries: boolean): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  const corpus = nabCorpus((name) => REAL.test(name) && (!fewSeries || name.includes('exchange')));
  for (const { category, values } of corpus) {
    const tally = tallies.get(category) ?? noTally();
    tallies.set(category, tally);
    for (const horizon of REAL_HORIZONS) {
      for (let i = 1; i <= origins; i++) {
        const split = Math.floor(values.length * (0.5 + (0.5 * i) / (origins + 1)));
        tallied(tally, subject, values.slice(0, split + horizon), split);
      }
    }
  }
  return tallies;
}

function rowsOf(
  kind: string,
  subject: ForecastSubject,
  { forecasts, coveragePercent, mase, claimedMase }: Tally,
): Row[] {
  const claims = subject === 'headroom' ? claimsNote(claimedMase) : '';
  const note = `of ${forecasts} forecasts`;
  return [
    {
      measure: `coverage, ${kind}`,
      subject,
      value: meanOf(coveragePercent),
      unit: '%',
      samples: coveragePercent,
      note,
    },
    { measure: `MASE, ${kind}`, subject, value: meanOf(mase), unit: '', samples: mase, note: `${note}${claims}` },
  ];
}

const claimsNote = (claimed: readonly number[]): string =>
  claimed.length === 0 ? ', none claims skill' : `, ${claimed.length} claim skill: ${meanOf(claimed).toFixed(2)}`;

function goalsOf(which: string, tallies: readonly Tally[]): Goal[] {
  const coverage = meanOf(tallies.flatMap(({ coveragePercent }) => coveragePercent));
  const mase = meanOf(tallies.flatMap(({ claimedMase }) => claimedMase));
  return [
    {
      name: `values in 95 % intervals, ${which} series, %`,
      measured: coverage,
      goal: `${COVERAGE.least} to ${COVERAGE.most} %`,
      holds: coverage >= COVERAGE.least && coverage <= COVERAGE.most,
    },
    { name: `MASE of what claims skill, ${which} series`, measured: mase, goal: '< 1', holds: mase < 1 },
  ];
}
