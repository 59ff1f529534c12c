import type { ServiceDeployment } from '../../contracts/deployments.ts';
import type { AuditEntry } from '../../contracts/optimization-controls.ts';
import type { Resolution } from '../../contracts/telemetry-history.ts';
import { formats } from '../../pages/units.ts';
import type { Api } from '../api/api.ts';
import type { TimeMark } from '../plots/time-plot.tsx';
import { timeOf } from './histories.ts';

interface Asked {
  project: string;
  minutes: number;
  /** Default: the finest with some hundred points. */
  resolution?: Resolution | undefined;
}

/** Times at which a service was, or became, another one. */
export interface ServiceEvents {
  /** What was deployed, and what was applied to it or taken back, by Headroom or by hand. */
  changes: TimeMark[];
  /** Where a figure began to have another level, by its metric. */
  levels: ReadonlyMap<string, TimeMark[]>;
}

const marked = ['p95ResponseTimeMs', 'requestsPerSecond', 'errorRatePercent'] as const;

/** What is not known of them is left out: the figures are shown all the same. */
export async function serviceEvents(api: Api, asked: Asked, signal: AbortSignal): Promise<ServiceEvents> {
  const { project, resolution } = asked;
  const params = { project };
  const { from, to } = timeOf(asked);
  const changePoints = marked.map(async (metric): Promise<[string, TimeMark[]]> => {
    const { series } = await api.call('getChangePoints', {
      params,
      query: { metric, from, to, resolution },
      signal,
    });
    const found = series.flatMap((one) => (one.found.enough ? one.found.changePoints : []));
    return [metric, found.map(({ at, changePercent }) => ({ at, label: levelInWords(changePercent) }))];
  });
  const [audit, deployments, ...levels] = await Promise.allSettled([
    api.call('listOptimizationAudit', { params, query: { limit: 50 }, signal }),
    api.call('listDeployments', { params, signal }),
    ...changePoints,
  ]);
  signal.throwIfAborted();
  return {
    changes: [
      ...(audit.status === 'fulfilled' ? changesOf(audit.value.items, { from, to }) : []),
      ...(deployments.status === 'fulfilled' ? deploymentsOf(deployments.value.items, { from, to }) : []),
    ],
    levels: new Map(levels.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))),
  };
}

const levelInWords = (changePercent: number | undefined): string =>
  changePercent === undefined ? 'new level' : `level ${formats.change(changePercent)}`;

const actions: Partial<Record<AuditEntry['action'], string>> = {
  apply: 'applied',
  'roll-back': 'rolled back',
  set: 'set by hand',
};

/** `response-caching-a9ffe4763e24`: `response caching`. What tells it from others of its kind is on the page of changes. */
const kindOf = (id: string): string => id.replace(/-[0-9a-f]{12}$/, '').replaceAll(/[-_]/g, ' ');

/** Several changes of one run are one event. */
function changesOf(entries: readonly AuditEntry[], { from, to }: { from: string; to: string }): TimeMark[] {
  const seen = new Set<string>();
  return entries.flatMap(({ at, action, state, id, runId }) => {
    const done = actions[action];
    const key = `${runId ?? at} ${action}`;
    if (done === undefined || state !== 'made' || at < from || at > to || seen.has(key)) return [];
    seen.add(key);
    return [{ at, label: id === undefined ? done : `${kindOf(id)} ${done}` }];
  });
}

const deploymentsOf = (
  deployments: readonly ServiceDeployment[],
  { from, to }: { from: string; to: string },
): TimeMark[] =>
  deployments
    .filter(({ at }) => at >= from && at <= to)
    .map(({ at, version }) => ({ at, label: `${version} deployed` }));
