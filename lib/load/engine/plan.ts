export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export type EngineTarget = {
  protocol: 'http:' | 'https:';
  /** For the Host header and for TLS, whatever `address` says. */
  hostname: string;
  port: number;
  /** The checked IP address to connect to; without it the hostname is resolved for every connection. */
  address?: string;
  /** Default true. */
  rejectUnauthorized?: boolean;
};

/**
 * Path, query, header values and body may contain `{{random(a,b)}}`, `{{randomWord()}}`, `{{uuid()}}` and `{{seq()}}`.
 * A body that is no string is sent as JSON.
 */
export type EngineScenario = {
  name: string;
  method: string;
  path: string;
  /** Its share of the requests, relative to the other weights. */
  weight: number;
  headers?: Record<string, string>;
  query?: Record<string, string | number | boolean>;
  body?: JsonValue;
};

/** This worker's part of a test with `totalUsers` users, who are numbered from 0. */
export type ClosedModel = { kind: 'closed'; users: number; firstUser: number; totalUsers: number };

/** This worker (numbered from 0) takes every `workers`-th arrival of the whole test. */
export type OpenModel = {
  kind: 'open';
  arrivalsPerSecond: number;
  worker: number;
  workers: number;
  maxConnections: number;
};

export type ThinkTime = number | { min: number; max: number };

export type EnginePlan = {
  target: EngineTarget;
  scenarios: EngineScenario[];
  model: ClosedModel | OpenModel;
  rampUpSeconds: number;
  /** Without the ramp-up. */
  durationSeconds: number;
  thinkTimeMs: ThinkTime;
  /** Of connecting, and of a request from its send to the end of its response. */
  timeoutMs: number;
  intervalMs: number;
  /** Give each worker its own, or they draw the same random values. */
  seed: number;
  /** `{{seq()}}` gives first, first + step, ...; default 0 and 1. With worker and workers it is unique in the whole test. */
  sequence?: { first: number; step: number };
};
