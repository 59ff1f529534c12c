import type { RequestRecord } from '../../contracts/telemetry.ts';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';

/** One request as somebody tells of it, in whatever form. */
export interface SeenRequest {
  startMs: number;
  durationUs: number;
  method: string;
  route: string;
  /** Without its query string. */
  url: string;
  /** 0: there was no answer. */
  status: number;
  failed: boolean;
  /** How many requests it stands for: more than one where a service tells of a sample. */
  weight: number;
  requestBytes: number;
  responseBytes: number;
  queries: number;
  queryTimeUs: number;
  cpuMs?: number | undefined;
  memoryMb?: number | undefined;
  /** As they were given, and never kept like that. */
  user?: string | undefined;
  address?: string | undefined;
}

/** Hashes what names a person. */
export type Pseudonym = (name: string) => string;

export const endMsOf = ({ startMs, durationUs }: SeenRequest): number => startMs + durationUs / 1000;

/** A count or a size within what the contract takes. */
export const whole = (value: number): number => Math.max(0, Math.min(telemetryLimits.amount, Math.round(value) || 0));

/** Text of at least one character and at most `max`. Cutting may have left half of a character. */
export const textOf = (text: string, max: number, otherwise: string): string =>
  text.slice(0, max).toWellFormed() || otherwise;

const bounded = (value: number): number => Math.max(0, Math.min(telemetryLimits.amount, value));

export const recordOf = (request: SeenRequest, pseudonym: Pseudonym): RequestRecord => ({
  at: new Date(request.startMs).toISOString(),
  method: request.method,
  route: request.route,
  url: request.url.slice(0, telemetryLimits.url).toWellFormed(),
  status: request.status,
  responseTimeMs: bounded(request.durationUs / 1000),
  requestBytes: whole(request.requestBytes),
  responseBytes: whole(request.responseBytes),
  queries: whole(request.queries),
  queryTimeMs: bounded(request.queryTimeUs / 1000),
  ...(request.cpuMs !== undefined && { cpuMs: bounded(request.cpuMs) }),
  ...(request.memoryMb !== undefined && { memoryMb: bounded(request.memoryMb) }),
  ...(request.user !== undefined && { user: pseudonym(request.user) }),
  ...(request.address !== undefined && { address: pseudonym(request.address) }),
});
