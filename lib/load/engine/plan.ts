import type { ResponseCapture, ResponseCheck } from '../../contracts/load-scenario.ts';
import type { Places } from './sequences.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export type EngineTarget = {
  protocol: 'http:' | 'https:';
  /** For the Host header and for TLS, whichever address is connected to. */
  hostname: string;
  port: number;
  /** Default true. */
  rejectUnauthorized?: boolean;
};

/** A pause, or one drawn evenly from a range. */
export type ThinkTime = number | { min: number; max: number };

/**
 * Path, query, header values and body may contain `{{random(a,b)}}`, `{{randomWord()}}`, `{{uuid()}}`, `{{seq()}}`, and
 * `{{name}}` for what an earlier request of the scenario has captured or a column of its data. A body that is no string
 * is sent as JSON.
 */
export type EngineRequest = {
  /** Of its scenario's requests, those of `before` included, only this one has it. */
  name: string;
  method: string;
  path: string;
  headers?: Record<string, string>;
  query?: Record<string, string | number | boolean>;
  body?: JsonValue;
  checks?: ResponseCheck[];
  captures?: Record<string, ResponseCapture>;
  /** How many redirects are followed, within the target's own origin; default 0. */
  followRedirects?: number;
  /** After it, before the next of its flow; default 0. */
  thinkTimeMs?: ThinkTime;
};

/** Rows that fill `{{column}}`: each iteration takes one. */
export type EngineData = {
  columns: string[];
  rows: string[][];
  order: 'sequential' | 'random';
  /** Name of the sequence that they are taken by; default: the scenario's. */
  sequence?: string;
};

export type EngineScenario = {
  name: string;
  /** Its share of the iterations, relative to the other weights. */
  weight: number;
  /** One, or several that a user makes in turn. */
  requests: EngineRequest[];
  /** Whether its requests are reported each under a name of its own. */
  isFlow: boolean;
  /** What a user does once, before his first iteration. */
  before?: EngineRequest[];
  data?: EngineData;
  /** Whether a user keeps the cookies that he is given. */
  cookies: boolean;
  /** After each iteration. Only in the closed model: who arrives in the open one goes after his iteration. */
  thinkTimeMs: ThinkTime;
};

/** The level of the whole test over a part of its time: it goes from one to the other in a straight line. */
export type LoadStage = { seconds: number; from: number; to: number };

export type EnginePlan = {
  target: EngineTarget;
  /** Default `http1`. */
  protocol?: 'http1' | 'http2';
  scenarios: EngineScenario[];
  /** What the level counts: users who wait for each answer (closed), or arrivals per second whatever the target does (open). */
  model: 'closed' | 'open';
  stages: LoadStage[];
  /** This worker, from 0, of so many: it plays users, or takes arrivals, worker, worker + workers, ... of the whole test. */
  worker: number;
  workers: number;
  /** Open model only: a user of the closed one has one connection. */
  maxConnections: number;
  /** From here on the stages are played, in ms from the start epoch; default 0. A shard that was taken over begins later. */
  fromMs?: number;
  /** Of connecting, and of a request from its send to the end of its response. */
  timeoutMs: number;
  intervalMs: number;
  /** Give each worker its own, or they draw the same random values. */
  seed: number;
  /** `{{seq()}}` gives first, first + step, ...; default 0 and 1. With worker, workers and places it is unique in the whole test. */
  sequence?: { first: number; step: number };
  /** How far this worker's sequences have come before; default: all begin. */
  places?: Places;
};
