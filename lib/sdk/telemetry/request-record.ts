import type { RequestRecord } from '../../contracts/telemetry.ts';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';
import type { ActiveRequest } from './current-request.ts';
import type { EndedRequest } from './incoming-requests.ts';
import { maskedPath } from './masked-path.ts';
import type { People } from './people.ts';

export type MakeRecord = (ended: EndedRequest) => RequestRecord;

const bytesPerMb = 2 ** 20;
const thousandths = (value: number): number => Math.round(value * 1_000) / 1_000;

/** Shorter requests lie between two readings of the CPU. */
const minCpuMeasuredMs = 10;

/** Reading it costs some 20 us: a burst of failures shares one reading. */
const memoryAgeMs = 100;
let memoryBytes = 0;
let memoryReadAtMs = Number.NEGATIVE_INFINITY;

/** Of the whole process, when the request ended: what one request holds is not to be known. */
function memoryMb(): number {
  const now = performance.now();
  if (now - memoryReadAtMs > memoryAgeMs) {
    memoryReadAtMs = now;
    memoryBytes = process.memoryUsage.rss();
  }
  return thousandths(memoryBytes / bytesPerMb);
}

/** What is as the route has it holds no values. */
const urlOf = ({ path, route }: ActiveRequest, written = (raw: string) => raw): string =>
  (path === route ? path : written(path)).slice(0, telemetryLimits.url);

/** A request kept whole, without who sent it. */
export const plainRecord: MakeRecord = ({ active, status, durationMs, requestBytes, responseBytes, cpuMs }) => ({
  at: new Date(Date.now() - durationMs).toISOString(),
  method: active.method,
  route: active.route,
  url: urlOf(active),
  status,
  responseTimeMs: thousandths(durationMs),
  requestBytes,
  responseBytes,
  queries: active.queries,
  queryTimeMs: thousandths(active.queryTimeMs),
  ...(cpuMs !== undefined && durationMs >= minCpuMeasuredMs && { cpuMs: thousandths(Math.max(0, cpuMs)) }),
  memoryMb: memoryMb(),
});

/** A request kept whole, with who sent it. */
export const recordWith =
  (people: People): MakeRecord =>
  (ended) => ({
    ...plainRecord(ended),
    ...(!people.arePlain && { url: urlOf(ended.active, maskedPath) }),
    ...(ended.active.sent && people.of(ended.active.sent, ended.address)),
  });
