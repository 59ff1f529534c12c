import { Sketch } from '../../statistics/sketch.ts';
import type { StoredRun, StoredShard } from '../model.ts';
import { type EnsureCheck, ensureChecks } from './ensure.ts';
import { type ArtilleryMetrics, addMetrics, noMetrics } from './metrics.ts';
import { parseScript } from './script.ts';

/** Artillery's own figures as an invocation keeps them. */
export const storeMetrics = ({ counters, times }: ArtilleryMetrics): NonNullable<StoredShard['artillery']> => ({
  counters,
  times: Object.fromEntries(Object.entries(times).map(([name, sketch]) => [name, sketch.toBase64()])),
});

/** Those of all workers together; undefined where none told of any. */
export function metricsOf(shards: readonly StoredShard[]): ArtilleryMetrics | undefined {
  const told = shards.flatMap(({ artillery }) => artillery ?? []);
  if (told.length === 0) return undefined;
  const sum = noMetrics();
  for (const { counters, times } of told) {
    const sketches = Object.entries(times).map(([name, sketch]): [string, Sketch] => [name, Sketch.fromBase64(sketch)]);
    addMetrics(sum, { counters, times: Object.fromEntries(sketches) });
  }
  return sum;
}

/** What the plugin `ensure` says of the figures of the whole fleet. */
export function ensuredBy(
  script: string,
  { targets: [target] }: Pick<StoredRun, 'targets'>,
  metrics: ArtilleryMetrics,
  elapsedMs: number,
): EnsureCheck[] {
  if (target === undefined) return [];
  const { ensure } = parseScript(script, target);
  return ensure === undefined ? [] : ensureChecks(ensure, metrics, elapsedMs);
}
