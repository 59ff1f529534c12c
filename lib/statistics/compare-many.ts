import type { PercentInterval } from './judge.ts';
import { mean } from './moments.ts';
import { ENOUGH_PAIRS, gainPercent, meanLogRatio, type Pair } from './paired-ratio.ts';
import type { Random } from './random.ts';

/** One measurement of a configuration, above 0, lower is better. */
export interface Sample {
  /** The worker that measured. */
  cluster: string | number;
  /** The interleaved round in which every configuration was measured once by each worker. */
  round: number;
  value: number;
}

export interface CompareOptions {
  random: Random;
  /** Of the bootstrap (2000). */
  resamples?: number;
  /** The lead that a winner must show over every other, in percent (0). */
  marginPercent?: number;
}

/** How far the leading configuration is below another. */
export interface Lead {
  over: string;
  improvementPercent: number;
  interval: PercentInterval;
}

export interface Comparison {
  /** Absent when no configuration is shown to be better than every other. */
  winner?: string;
  /** Best first, by the geometric mean over what was measured of all. */
  ranking: { name: string; geometricMean: number }[];
  /** Of the first over each of the others, in the order of the ranking. */
  leads: Lead[];
  /** Cells (cluster and round) in which every configuration was measured. */
  pairs: number;
  reason: string;
}

/**
 * Which of several configurations is best, measured in interleaved rounds. Only cells (cluster and round) that every configuration
 * has count, by the mean of a cell with several values.
 *
 * The winner must be better than each other one by a two-sided 95 % interval. Further correction is not needed: "better than
 * every other" fails as soon as one comparison does (intersection-union test; Berger: "Multiparameter hypothesis testing and
 * acceptance sampling", Technometrics 24:4, 1982), and that the leader was picked by the same data is what the second side pays
 * for. So a winner is named among equals at most 5 times of 100, of two as of five.
 *
 * @throws RangeError on fewer than two configurations, or a value that is not above 0
 */
export function compareMany(samples: Readonly<Record<string, readonly Sample[]>>, options: CompareOptions): Comparison {
  const { marginPercent = 0 } = options;
  const names = Object.keys(samples);
  if (names.length < 2) throw new RangeError(`a comparison needs two configurations or more, not ${names.length}`);
  const cells = new Map(names.map((name) => [name, cellsOf(samples[name] ?? [])]));
  const complete = [...(cells.get(names[0] ?? '') ?? []).values()].filter(({ key }) =>
    names.every((name) => cells.get(name)?.has(key)),
  );
  const valuesOf = (name: string): number[] =>
    complete.map(({ key }) => cells.get(name)?.get(key)?.value ?? Number.NaN);

  if (complete.length < ENOUGH_PAIRS) {
    const reason = `${complete.length} rounds of a cluster were measured of every configuration: ${ENOUGH_PAIRS} are the least`;
    return { ranking: [], leads: [], pairs: complete.length, reason };
  }
  const ranking = names
    .map((name) => ({ name, geometricMean: Math.exp(mean(valuesOf(name).map(Math.log))) }))
    .sort((x, y) => x.geometricMean - y.geometricMean);
  const [first, ...others] = ranking.map(({ name }) => name);
  const best = valuesOf(first ?? '');
  const leads = others.map((over): Lead => {
    const worse = valuesOf(over);
    const pairs = complete.map(
      ({ cluster }, i): Pair => ({ cluster, a: worse[i] ?? Number.NaN, b: best[i] ?? Number.NaN }),
    );
    const ratio = meanLogRatio(pairs, options);
    return {
      over,
      improvementPercent: gainPercent(ratio.mean),
      interval: { lowPercent: gainPercent(ratio.low), highPercent: gainPercent(ratio.high) },
    };
  });
  const unsettled = leads.filter(({ interval }) => !(interval.lowPercent > marginPercent)).map(({ over }) => over);
  const wins = first !== undefined && unsettled.length === 0;
  return {
    ...(wins ? { winner: first } : {}),
    ranking,
    leads,
    pairs: complete.length,
    reason: wins
      ? `${first} is lower than every other by more than ${marginPercent} %, each by its 95 % interval`
      : `that ${first} is lower than ${unsettled.join(', ')} by more than ${marginPercent} % is not shown`,
  };
}

interface Cell {
  key: string;
  cluster: string | number;
  value: number;
}

function cellsOf(samples: readonly Sample[]): Map<string, Cell> {
  const gathered = new Map<string, { cluster: string | number; values: number[] }>();
  for (const { cluster, round, value } of samples) {
    if (!(value > 0 && Number.isFinite(value))) throw new RangeError(`a value is finite and above 0, not ${value}`);
    const key = JSON.stringify([cluster, round]);
    const cell = gathered.get(key);
    if (cell === undefined) gathered.set(key, { cluster, values: [value] });
    else cell.values.push(value);
  }
  return new Map([...gathered].map(([key, { cluster, values }]) => [key, { key, cluster, value: mean(values) }]));
}
