import type { Sketch } from '../../statistics/sketch.ts';
import type { QueryAggregate } from '../../telemetry/aggregate.ts';
import { merged } from '../../telemetry/metrics.ts';

/** One kind of query, wherever it is called from: one index, or one cache, serves all of its callers. */
export interface QueryKind {
  system: string;
  fingerprint: string;
  queryTime: Sketch;
  /** Within requests; what runs outside of them makes no request wait. */
  timeInRequestsUs: number;
  rows: number;
  /** The one that waits longest for it first. */
  callers: { endpoint: string; queries: number; timeUs: number }[];
}

const embeddedSystems = new Set(['sqlite', 'duckdb']);

/** Such a database answers within the process, and most of them keep it from doing anything else. */
export const isEmbedded = (system: string): boolean => embeddedSystems.has(system);

export const queryKinds = (queries: readonly QueryAggregate[]): QueryKind[] =>
  [...Map.groupBy(queries, ({ system, fingerprint }) => `${system} ${fingerprint}`).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const callers = same
      .flatMap(({ endpoint, queryTime }) =>
        endpoint === undefined ? [] : [{ endpoint, queries: queryTime.count, timeUs: queryTime.sum }],
      )
      .sort((a, b) => b.timeUs - a.timeUs);
    return [
      {
        system: first.system,
        fingerprint: first.fingerprint,
        queryTime: merged(same.map(({ queryTime }) => queryTime)),
        timeInRequestsUs: callers.reduce((sum, { timeUs }) => sum + timeUs, 0),
        rows: same.reduce((sum, { rows }) => sum + rows, 0),
        callers,
      },
    ];
  });
