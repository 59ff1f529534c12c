import type { FieldError } from '../../contracts/problem.ts';
import type { RecordsAccepted, RequestRecords, SentRequest } from '../../contracts/request-records.ts';
import { clusterPath } from '../../contracts/route-pattern.ts';
import type { TelemetryBatch } from '../../contracts/telemetry.ts';
import type { Clock } from '../../platform/clock.ts';
import { refuseFields } from '../../platform/fields.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ProjectService } from '../../projects/service.ts';
import { Sketch } from '../../statistics/sketch.ts';
import { minuteStart } from '../period.ts';
import { maxLatenessMs } from '../retention.ts';
import type { TelemetryService } from '../service.ts';
import { batchesOf } from './batches.ts';
import { pathOf } from './path.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { endMsOf, type SeenRequest } from './seen-request.ts';
import { slotMs, slotOf, WindowSet } from './window-set.ts';

/** The window that a request belongs to ends up to ten seconds after it, and batches may be half a minute ahead. */
const maxClockAheadMs = 30_000 - slotMs;
/** More than a call of 5,000 requests within the retention can come to. */
const maxBatches = 64;
const maxFieldErrors = 20;

interface Services {
  projects: ProjectService;
  telemetry: TelemetryService;
  pseudonyms: Pseudonyms;
}

/** Takes single requests, and makes of them the windows that the SDK would have made. */
export class RequestRecordService {
  readonly #services: Services;
  readonly #clock: Clock;

  constructor({ clock }: Pick<Parts, 'clock'>, services: Services) {
    this.#services = services;
    this.#clock = clock;
  }

  /** @throws DomainError not-found, invalid-request with the wrong fields, payload-too-large */
  async ingest(project: string, { instance, sequence, requests }: RequestRecords): Promise<RecordsAccepted> {
    const { projects, telemetry, pseudonyms } = this.#services;
    await projects.require(project);
    const now = this.#clock();
    refuseUntimely(requests, now);
    const windows = new WindowSet();
    for (const request of requests.map(seen)) windows.at(endMsOf(request)).addRequest(request);
    const batches = batchesOf(windows.close(await pseudonyms.of(project)), {
      // Not the instance of an SDK, which counts its batches by itself.
      instance: `${instance}.records`,
      sdk: 'records',
      sequenceOf: (index) => sequence * maxBatches + index,
    });
    let accepted = 0;
    let duplicate = true;
    for (const batch of batches.filter(({ windows }) => windows.some(({ start }) => isKept(Date.parse(start), now)))) {
      const kept = await telemetry.ingest(project, batch);
      duplicate &&= kept.duplicate;
      if (kept.accepted > 0) accepted += requestsOf(batch, now);
    }
    return { accepted, duplicate };
  }
}

/** By whole minutes, as batches are kept. */
const isKept = (slot: number, now: number): boolean => minuteStart(slot) >= now - maxLatenessMs;

const requestsOf = ({ windows }: TelemetryBatch, now: number): number =>
  windows
    .filter(({ start }) => isKept(Date.parse(start), now))
    .flatMap(({ endpoints }) => endpoints)
    .reduce((sum, { responseTime }) => sum + Sketch.fromBase64(responseTime).count, 0);

function seen(sent: SentRequest): SeenRequest {
  const { at, route, url, status, responseTimeMs, queryTimeMs, ...rest } = sent;
  const path = url === undefined ? undefined : pathOf(url);
  return {
    ...rest,
    startMs: Date.parse(at),
    durationUs: Math.round(responseTimeMs * 1000),
    route: route ?? clusterPath(path ?? '/'),
    url: path ?? route ?? '/',
    status,
    failed: status === 0 || status >= 500,
    weight: 1,
    queryTimeUs: queryTimeMs * 1000,
  };
}

function refuseUntimely(requests: readonly SentRequest[], now: number): void {
  const faults: FieldError[] = [];
  let isAnyKept = false;
  for (const [index, { at, responseTimeMs }] of requests.entries()) {
    const end = Date.parse(at) + responseTimeMs;
    isAnyKept ||= isKept(slotOf(end), now);
    if (end > now + maxClockAheadMs) {
      const message = `with responseTimeMs ends more than ${maxClockAheadMs / 1000} seconds in the future`;
      faults.push({ path: `body.requests.${index}.at`, message });
    }
  }
  if (!isAnyKept) {
    const message = `ended more than ${maxLatenessMs / 3_600_000} hours ago, and telemetry may be no later`;
    faults.push({ path: 'body.requests', message });
  }
  if (faults.length > 0) refuseFields(faults, maxFieldErrors);
}
