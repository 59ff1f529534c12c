import type { Sketch } from '../../statistics/sketch.ts';
import { minuteStart } from '../period.ts';
import type { WindowDraft } from '../records/window-draft.ts';
import { WindowSet } from '../records/window-set.ts';
import { maxLatenessMs } from '../retention.ts';
import { bucketList } from './buckets.ts';
import type { Side } from './coverage.ts';
import { divided } from './divided-change.ts';
import { methodOf, routeOf, statusOf, targetOf } from './http-attributes.ts';
import { MetricDrafts } from './metric-drafts.ts';
import type { HistogramPoint } from './metric-points.ts';
import { ResourceDraft } from './resource-draft.ts';
import type { Change } from './series.ts';
import { spread } from './spread.ts';

/** Histograms of durations of HTTP requests, of the present semantic conventions and of those until 1.20. */
const durations: Record<string, Side> = {
  'http.server.request.duration': 'server',
  'http.server.duration': 'server',
  'http.client.request.duration': 'client',
  'http.client.duration': 'client',
};

export const sideOf = ({ kind, name }: { kind: string; name: string }): Side | undefined =>
  kind === 'histogram' && Object.hasOwn(durations, name) ? durations[name] : undefined;

const microsecondsOf: Record<string, number> = { s: 1e6, ms: 1e3, us: 1, ns: 1e-3 };
/** The older ones were in milliseconds. */
const perUnit = ({ name, unit }: HistogramPoint): number =>
  microsecondsOf[unit] ?? (name.endsWith('request.duration') ? 1e6 : 1e3);

/** What an SDK exports at once began at one time, or at a few. */
const maxWindows = 120;

export interface MetricWindows {
  windows: WindowSet;
  rejected: number;
  why: string;
}

interface PartsOfWindow {
  draft: WindowDraft;
  metrics: MetricDrafts;
  resources: ResourceDraft;
}

/** What changed of one instance, in windows from the beginning of each change to its end. */
export function metricWindows(changes: readonly Change[], now: number): MetricWindows {
  const windows = new WindowSet();
  const parts = new Map<string, PartsOfWindow>();
  let rejected = 0;
  let why = '';
  const reject: Reject = (reason) => {
    rejected++;
    if (why === '') why = reason;
  };
  for (const change of changes) {
    const pieces = divided(change).map((piece) => ({ piece, ...timesOf(piece) }));
    const fault = faultOf(pieces[0]?.startMs ?? 0, change.timeMs, now);
    if (fault !== undefined) {
      reject(`${change.name}: ${fault}`);
      continue;
    }
    if (parts.size + pieces.filter(({ key }) => !parts.has(key)).length > maxWindows) {
      reject(`${change.name}: there are over ${maxWindows} different times in one export.`);
      continue;
    }
    for (const [index, { piece, key, startMs, durationMs }] of pieces.entries()) {
      const part = parts.get(key) ?? partsOf(windows.between(startMs, durationMs));
      parts.set(key, part);
      // In however many windows it is refused, it is one point.
      add(piece, part, index === pieces.length - 1 ? reject : () => {});
    }
  }
  for (const { draft, metrics, resources } of parts.values()) {
    draft.resources = resources.wire();
    for (const change of draft.resources === undefined ? resources.taken : []) addOwn(change, metrics, reject);
    draft.metrics = metrics.wire();
  }
  return { windows, rejected, why };
}

const partsOf = (draft: WindowDraft): PartsOfWindow => ({
  draft,
  metrics: new MetricDrafts(),
  resources: new ResourceDraft(),
});

function timesOf({ startMs, timeMs }: Change): { key: string; startMs: number; durationMs: number } {
  const durationMs = Math.max(1, Math.round(timeMs - startMs));
  return { key: `${startMs} ${durationMs}`, startMs, durationMs };
}

function faultOf(startMs: number, timeMs: number, now: number): string | undefined {
  if (!(timeMs > 0 && startMs > 0 && startMs <= timeMs)) return 'a point has no time, or begins after it.';
  if (minuteStart(startMs) < now - maxLatenessMs) return `a point began over ${maxLatenessMs / 3_600_000} hours ago.`;
  return undefined;
}

type Reject = (reason: string) => void;

function add(change: Change, { draft, metrics, resources }: PartsOfWindow, reject: Reject): void {
  const side = sideOf(change);
  if (change.kind !== 'histogram' || side === undefined) {
    if (!resources.take(change)) addOwn(change, metrics, reject);
  } else if (change.count > 0) addRequests(change, side, draft);
}

/** What did not change is not told of. */
function addOwn(change: Change, metrics: MetricDrafts, reject: Reject): void {
  if (change.kind === 'counter' && change.value === 0) return;
  if (change.kind === 'histogram' && change.count === 0) return;
  const refusal = metrics.add(change);
  if (refusal !== undefined) reject(`${change.name}: ${refusal}`);
}

function addRequests(change: HistogramPoint, side: Side, draft: WindowDraft): void {
  const { attributes } = change;
  const responseTime: Sketch = spread(bucketList(change.buckets), change, perUnit(change));
  const method = methodOf(attributes) ?? '*';
  const status = statusOf(attributes);
  if (side === 'client') {
    draft.addOutgoing({ target: targetOf(attributes), method, endpoint: undefined, status, responseTime });
    return;
  }
  const failed = status >= 500 || (status === 0 && attributes.text('error.type') !== undefined);
  draft.addRequests({ method, route: routeOf(attributes), status, failed, responseTime });
}
