import { type OtlpSpan, spanKinds } from '../../contracts/otlp.ts';
import { Sketch } from '../../statistics/sketch.ts';
import { minuteStart } from '../period.ts';
import type { SeenRequest } from '../records/seen-request.ts';
import { slotMs, slotOf, WindowSet } from '../records/window-set.ts';
import { maxLatenessMs } from '../retention.ts';
import { CallTree, type ReadSpan, readSpan } from './call-tree.ts';
import { methodOf, statusOf, targetOf } from './http-attributes.ts';
import { databaseOf, queryFingerprintOf } from './query-attributes.ts';
import { weightOf } from './sampling.ts';
import { requestOf } from './server-span.ts';

/** Windows end up to ten seconds after what they hold, and may end half a minute in the future. */
export const maxClockAheadMs = 30_000 - slotMs;

export interface TraceWindows {
  windows: WindowSet;
  rejected: number;
  why: string;
}

/** Whether requests that ended then are counted here, and not by the metrics of the same instance. */
export interface Counted {
  server: (endMs: number) => boolean;
  client: (endMs: number) => boolean;
}

/**
 * What the spans of one instance come to: servers' spans are requests, clients' spans queries and outgoing requests; all
 * others are parts of these. Each counts in the ten seconds in which it ended.
 */
export function traceWindows(spans: readonly OtlpSpan[], now: number, counted: Counted): TraceWindows {
  const all = spans.map(readSpan);
  const faults = all.map((read) => faultOf(read, now));
  const timely = all.filter((_, index) => faults[index] === undefined);
  const tree = new CallTree(timely);
  const windows = new WindowSet();

  const requests = new Map<ReadSpan, SeenRequest>();
  for (const read of timely) if (read.span.kind === spanKinds.server) requests.set(read, requestOf(read, tree));
  const callerOf = (read: ReadSpan): SeenRequest | undefined => {
    const server = tree.serverOf(read);
    return server === undefined ? undefined : requests.get(server);
  };
  addQueries(timely, windows, callerOf);
  addOutgoing(timely, windows, callerOf, counted);
  for (const [{ endMs }, request] of requests) {
    if (counted.server(endMs)) windows.at(endMs).addRequest(request);
    else windows.at(endMs).keepRequest(request);
  }
  const rejected = faults.filter((fault) => fault !== undefined);
  return { windows, rejected: rejected.length, why: rejected[0] ?? '' };
}

const endpointOf = (request: SeenRequest | undefined): string | undefined =>
  request === undefined ? undefined : `${request.method} ${request.route}`;

type CallerOf = (read: ReadSpan) => SeenRequest | undefined;

function addQueries(spans: readonly ReadSpan[], windows: WindowSet, callerOf: CallerOf): void {
  const sent = new Map<SeenRequest, Map<string, number>>();
  for (const read of spans) {
    const { span, attributes, endMs, durationUs } = read;
    const system = span.kind === spanKinds.client ? databaseOf(attributes) : undefined;
    if (system === undefined) continue;
    const fingerprint = queryFingerprintOf(attributes, system, span.name);
    const caller = callerOf(read);
    let ofRequest = 0;
    if (caller !== undefined) {
      const counts = sent.get(caller) ?? new Map<string, number>();
      sent.set(caller, counts);
      ofRequest = (counts.get(fingerprint) ?? 0) + 1;
      counts.set(fingerprint, ofRequest);
      caller.queries++;
      caller.queryTimeUs += durationUs;
    }
    const rows = Math.max(0, attributes.number('db.response.returned_rows') ?? 0);
    const endpoint = endpointOf(caller);
    windows.at(endMs).addQuery({ system, fingerprint, endpoint, durationUs, rows, weight: weightOf(span), ofRequest });
  }
}

function addOutgoing(spans: readonly ReadSpan[], windows: WindowSet, callerOf: CallerOf, counted: Counted): void {
  for (const read of spans) {
    const { span, attributes, endMs, durationUs } = read;
    const method = methodOf(attributes);
    const isOutgoing = span.kind === spanKinds.client && method !== undefined && databaseOf(attributes) === undefined;
    if (!isOutgoing || !counted.client(endMs)) continue;
    const responseTime = new Sketch();
    responseTime.record(durationUs, weightOf(span));
    const target = targetOf(attributes);
    const endpoint = endpointOf(callerOf(read));
    windows.at(endMs).addOutgoing({ target, method, endpoint, status: statusOf(attributes), responseTime });
  }
}

/** Why a span cannot be counted, or undefined. */
function faultOf({ startMs, endMs, durationUs }: ReadSpan, now: number): string | undefined {
  if (!(startMs > 0 && durationUs >= 0)) return 'A span has no times, or ends before it starts.';
  if (endMs > now + maxClockAheadMs) return `A span ends over ${maxClockAheadMs / 1000} seconds in the future.`;
  if (minuteStart(slotOf(endMs)) < now - maxLatenessMs) {
    return `A span ended over ${maxLatenessMs / 3_600_000} hours ago.`;
  }
  return undefined;
}
