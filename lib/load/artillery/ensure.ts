import { compileExpression } from 'filtrex';
import type { JudgedThreshold } from '../../contracts/load-result.ts';
import type { ArtilleryMetrics } from './metrics.ts';
import type { EnsureSpec } from './script-schema.ts';

/** In the words of Artillery's plugin: `http.response_time.p95 < 200`. Only a check of one figure has an `actual`. */
export type EnsureCheck = JudgedThreshold;

const quantiles = { p50: 0.5, median: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;
const briefly = ['min', 'max', 'median', 'p95', 'p99'] as const;

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

/**
 * The checks of Artillery's plugin `ensure` (thresholds, conditions, and the older short forms), of the whole test: the
 * plugin itself runs once, where all workers' figures come together, and so does this.
 * @param elapsedMs of the test, for `http.request_rate`
 */
export function ensureChecks(spec: EnsureSpec, metrics: ArtilleryMetrics, elapsedMs: number): EnsureCheck[] {
  const figures = figuresOf(metrics, elapsedMs);
  const below = (metric: string, limit: number, threshold = `${metric} < ${limit}`): EnsureCheck =>
    checkOf(`${metric} < ${limit}`, threshold, true, figures);
  return [
    ...(spec.thresholds ?? []).flatMap((each) => Object.entries(each).map(([metric, limit]) => below(metric, limit))),
    ...(spec.conditions ?? []).map(({ expression, strict = true }) => checkOf(expression, expression, strict, figures)),
    ...briefly.flatMap((name) => {
      const limit = spec[name];
      return limit === undefined ? [] : [below(`http.response_time.${name}`, limit, `${name} < ${limit}`)];
    }),
    ...(spec.maxErrorRate === undefined ? [] : [errorRateCheck(spec.maxErrorRate, figures)]),
  ];
}

/** In Artillery's units: times in ms. */
function figuresOf({ counters, times }: ArtilleryMetrics, elapsedMs: number): Map<string, number> {
  const figures = new Map(Object.entries(counters));
  figures.set('http.request_rate', elapsedMs > 0 ? round((counters['http.requests'] ?? 0) / (elapsedMs / 1000), 0) : 0);
  for (const [name, sketch] of Object.entries(times)) {
    if (sketch.count === 0) continue;
    const figure = (aggregation: string, us: number): unknown =>
      figures.set(`${name}.${aggregation}`, round(us / 1000, 1));
    figure('min', sketch.min);
    figure('max', sketch.max);
    figure('mean', sketch.mean);
    figures.set(`${name}.count`, sketch.count);
    for (const [aggregation, q] of Object.entries(quantiles)) figure(aggregation, sketch.quantile(q));
  }
  return figures;
}

/** Of those who began, in percent. */
function errorRateCheck(limit: number, figures: Map<string, number>): EnsureCheck {
  const created = figures.get('vusers.created') ?? 0;
  const threshold = `maxErrorRate < ${limit}`;
  if (created === 0) return { threshold, holds: false };
  const actual = round((100 * (created - (figures.get('vusers.completed') ?? 0))) / created, 2);
  return { threshold, holds: actual <= limit, actual };
}

/** A counter of which nothing was counted stands at 0; a time of which nothing was measured stands nowhere. */
const isCounter = (name: string): boolean =>
  /^(http\.(codes|requests|responses|downloaded_bytes)|errors|vusers\.(?!session_length)|plugins)\b/.test(name);

/** Names of figures have dots and blanks, which filtrex reads otherwise: short names stand in for them. */
function checkOf(expression: string, threshold: string, strict: boolean, figures: Map<string, number>): EnsureCheck {
  const known = [...figures.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const name = `(?<![\\w.])(?:${[...known, '[A-Za-z_]\\w*(?:\\.\\w+)+'].join('|')})(?![\\w])`;
  const standIns = new Map<string, number | undefined>();
  const compilable = expression.replace(new RegExp(`'(${name})'|(${name})`, 'g'), (_, quoted, bare) => {
    const found: string = quoted ?? bare;
    const standIn = `figure${standIns.size}`;
    standIns.set(standIn, figures.get(found) ?? (isCounter(found) ? 0 : undefined));
    return standIn;
  });
  const values = [...standIns.values()];
  const [actual] = values;
  return {
    threshold,
    holds: !values.includes(undefined) && holds(compilable, Object.fromEntries(standIns)),
    ...(values.length === 1 && actual !== undefined ? { actual } : {}),
    ...(strict ? {} : { advisory: true }),
  };
}

function holds(expression: string, figures: object): boolean {
  try {
    const result: unknown = compileExpression(expression)(figures);
    return result === 1 || result === true;
  } catch {
    return false;
  }
}
