import type { FlowRequest } from '../../contracts/load-scenario.ts';
import type { ImportedScenarios } from '../../contracts/scenario-imports.ts';
import { scenarioNameOf } from '../../contracts/scenario-name.ts';
import { DomainError } from '../../platform/errors.ts';
import type { ImportTarget } from './base-path.ts';
import { CollectedScenarios } from './collected-scenarios.ts';
import { type RecordedRequest, recordedRequestOf } from './har-entry.ts';
import { charsWithin, isObject, type JsonObject } from './json-values.ts';
import type { LeftOut } from './left-out.ts';
import { UniqueNames } from './unique-names.ts';

const maxFlowRequests = 50;
const maxThinkTimeMs = 60_000;
/** Of all requests of a flow. */
const maxFlowChars = 900_000;

const notes = {
  longFlow: `Beyond the ${maxFlowRequests} requests that a flow may have`,
  largeFlow: 'Too large for a flow together with the requests before it',
} as const;

export interface HarOptions {
  asFlow: boolean;
  includeUnsafe: boolean;
}

/**
 * The requests of a recording (HAR 1.2) that went to the project's address: a scenario for each that is different, with the
 * weight of how often it was made; or one flow of all.
 * @throws DomainError invalid-request where the text is no recording
 */
export function scenariosFromHar(text: string, target: ImportTarget, options: HarOptions): ImportedScenarios {
  const collected = new CollectedScenarios();
  const made = entriesOf(text).flatMap((entry) => {
    const request = recordedRequestOf(entry, target, options.includeUnsafe, collected.leftOut);
    return request === undefined ? [] : { request, ...timesOf(entry) };
  });
  if (options.asFlow) addFlow(made, collected);
  else addEach(made, collected);
  return collected.answer();
}

interface Made {
  request: RecordedRequest;
  /** ms since the epoch; NaN where the recording does not say. */
  startMs: number;
  endMs: number;
}

function timesOf({ startedDateTime, time }: JsonObject): Omit<Made, 'request'> {
  const startMs = typeof startedDateTime === 'string' ? Date.parse(startedDateTime) : Number.NaN;
  return { startMs, endMs: startMs + (typeof time === 'number' && time > 0 ? time : 0) };
}

function entriesOf(text: string): JsonObject[] {
  let recording: unknown;
  try {
    recording = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw unreadable('It is no JSON.', cause);
  }
  const log = isObject(recording) ? recording.log : undefined;
  if (!isObject(log) || !Array.isArray(log.entries)) throw unreadable('It has no list `log.entries`.');
  return log.entries.filter(isObject);
}

const unreadable = (why: string, cause?: unknown): DomainError =>
  new DomainError('invalid-request', `The HAR recording cannot be read. ${why}`, {
    fieldErrors: [{ path: 'body.document', message: why }],
    cause,
  });

const exampleOf = ({ method, path }: RecordedRequest): string => `${method} ${path}`;

function addEach(made: readonly Made[], collected: CollectedScenarios): void {
  const counts = new Map<string, { request: RecordedRequest; count: number }>();
  for (const { request } of made) {
    const key = JSON.stringify(request);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { request, count: 1 });
    else known.count++;
  }
  for (const { request, count } of [...counts.values()].sort((a, b) => b.count - a.count)) {
    collected.add({ name: scenarioNameOf(request), weight: count, ...request }, exampleOf(request), count);
  }
}

function addFlow(made: readonly Made[], collected: CollectedScenarios): void {
  // Where times are missing, the order of the entries is that of the requests.
  const inOrder = made.every(({ startMs }) => Number.isFinite(startMs))
    ? made.toSorted((a, b) => a.startMs - b.startMs)
    : made;
  const kept = fitting(inOrder, collected.leftOut);
  if (kept.length === 0) return;
  const names = new UniqueNames();
  const flow = kept.map(({ request, endMs }, index): FlowRequest => {
    const pauseMs = Math.round((kept[index + 1]?.startMs ?? Number.NaN) - endMs);
    const named = { name: names.take(scenarioNameOf(request)), ...request };
    return pauseMs > 0 ? { ...named, thinkTimeMs: Math.min(pauseMs, maxThinkTimeMs) } : named;
  });
  collected.add({ name: 'Recorded flow', flow }, `a flow of ${flow.length} requests`, flow.length);
}

function fitting(made: readonly Made[], leftOut: LeftOut): Made[] {
  const kept: Made[] = [];
  let chars = 0;
  for (const each of made) {
    const more = charsWithin(each.request, maxFlowChars - chars);
    if (kept.length >= maxFlowRequests) leftOut.add(notes.longFlow, exampleOf(each.request));
    else if (more === undefined) leftOut.add(notes.largeFlow, exampleOf(each.request));
    else {
      kept.push(each);
      chars += more;
    }
  }
  return kept;
}
