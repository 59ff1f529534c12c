import type { Fault } from '../engine/fault.ts';

const timeouts = new Set(['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'ERR_SOCKET_TIMEOUT']);
const resets = new Set(['ECONNRESET', 'EPIPE']);

/** Of what Artillery's HTTP client failed with, in the words of our own engine where it has one for it. */
export function failureOf(error: unknown): Fault {
  const example = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'error';
  if (timeouts.has(code)) return { kind: 'timeout', example };
  // The server ended the connection in good order, or broke it: Node has one code for both.
  if (resets.has(code)) return { kind: /hang up|aborted/.test(example) ? 'closed' : 'reset', example };
  return { kind: code.startsWith('HPE_') ? 'protocol' : code, example };
}

export type CaptureResult = {
  captures: Record<string, { failed?: boolean; error?: unknown }>;
  matches: Record<string, { success?: boolean; strict?: boolean; expected?: unknown; got?: unknown }>;
};

export function captureFaults({ captures, matches }: CaptureResult): Fault[] {
  return [
    ...Object.entries(captures)
      .filter(([, { failed }]) => failed)
      .map(([name, { error }]) => ({
        kind: `capture-${name}`,
        example: error === undefined ? 'nothing was found' : String(error),
      })),
    ...Object.entries(matches)
      .filter(([, { success, strict }]) => !success && strict !== false)
      .map(([, match]) => ({ kind: 'check-body', example: expectedAndGot(match) })),
  ];
}

export type Expectation = { ok: unknown; type: string; expected?: unknown; got?: unknown };

const isOfStatus = (type: string): boolean => type === 'statusCode' || type === 'notStatusCode';

/** Artillery names one kind of expectation by the header that it is about. */
const ofHeaders = /^(contentType|hasHeader|cdnHit|header .*)$/;
const ofJson = new Set(['hasProperty', 'notHasProperty', 'jmespath', 'jpath']);

const checkKind = (type: string): string => {
  if (isOfStatus(type)) return 'check-status';
  if (ofHeaders.test(type)) return 'check-header';
  return ofJson.has(type) ? 'check-json' : 'check-body';
};

export const expectationFaults = (results: readonly Expectation[]): Fault[] =>
  results
    .filter(({ ok }) => !ok)
    .map((result) => ({ kind: checkKind(result.type), example: `${result.type}: ${expectedAndGot(result)}` }));

/** Whether the plugin has judged the status, in place of the rule that it is below 400. */
export const judgesStatus = (results: readonly Expectation[]): boolean => results.some(({ type }) => isOfStatus(type));

const expectedAndGot = ({ expected, got }: { expected?: unknown; got?: unknown }): string =>
  `expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`;

/** Names come from scripts and servers, and may be without number. */
const mostKinds = 100;
export const otherKinds = 'others';

/** Under its own name while there is room. */
export const boundedKind = (known: { has(kind: string): boolean; size: number }, kind: string): string =>
  known.has(kind) || known.size < mostKinds ? kind : otherKinds;
