import type { Sketch } from '../../statistics/sketch.ts';

/** How often something failed in this way, and what the first one said. */
export type FailureCount = { count: number; example: string };

/** Sums of one scenario, or of one request of a flow, over one interval. Sketches are in microseconds. */
export type ScenarioFigures = {
  /** Requests handed over to the network completely, whose end fell into the interval: successful + failed. */
  requests: number;
  /** Answered as its checks ask for; without one of the status, with a status below 400. */
  successful: number;
  failed: number;
  /** Responses by status. */
  statuses: Record<string, number>;
  /**
   * Every failed request, by the first thing that was wrong: `timeout`, `reset`, `closed`, `protocol` or `aborted` without a
   * response; with one `http-STATUS`, `redirect-limit`, `redirect-refused`, `check-status`, `check-body`, `check-header`,
   * `check-json`, `check-time`, or `capture-NAME`. The counts add up to `failed`.
   */
  errors: Record<string, FailureCount>;
  /** Of responses, heads included; of what came of failed ones, too. Without TLS's own. */
  bytesReceived: number;
  bytesSent: number;
  /**
   * From the intended send to the end of the response: for every response whatever its status, and for every timeout with
   * the time that had passed by then.
   */
  responseTime: Sketch;
  /** The same requests, from the real send. */
  serviceTime: Sketch;
};

/** Of the connections that were established. Sketches are in microseconds. */
export type ConnectionFigures = {
  opened: number;
  /** Of these, how many went on from an earlier TLS session. */
  tlsResumed: number;
  /** From the opening until TCP was connected. */
  connect: Sketch;
  /** From there until TLS was established; empty without TLS. */
  tls: Sketch;
};

/** Whether the generator kept its own schedule. */
export type GeneratorFigures = {
  lagMaxMs: number;
  /** Microseconds from when a request was intended to when the engine took it up; waiting for a connection is not in it. */
  lag: Sketch;
  /** Of this thread, 0-100. */
  eventLoopUtilizationPercent: number;
  /** Of this process, 100 being one core. */
  cpuPercent: number;
};

/**
 * What ended in one interval: interval i is [i, i + 1) * intervalMs after the start epoch. Every request is counted in
 * the interval in which it ended, and in no other. Reports come in order and without gaps, empty ones too, from the interval
 * on in which the plan begins (`fromMs`), each once its interval can no longer change; the last one is `final` and may end
 * early.
 */
export type IntervalReport = {
  interval: number;
  closed: true;
  final: boolean;
  /**
   * Only those of which a request ended: a scenario of one request under its name, the requests of a flow and of a `before`
   * each as `SCENARIO > REQUEST`. A redirect that is followed is a request for itself, told under the same name.
   */
  scenarios: Record<string, ScenarioFigures>;
  /** How often each flow was made to its end, whatever was answered. */
  flows: Record<string, number>;
  /** Requests that were not written completely, by kind (`ECONNREFUSED`, `connect_timeout`, ...). In no other figure. */
  connectionFailures: Record<string, FailureCount>;
  connections: ConnectionFigures;
  /** Microseconds from the real send to the first byte of the response, of all requests that were answered. */
  firstByte: Sketch;
  /** The most at any time in the interval: users who are there (closed model), requests under way (open model). */
  activeUsers: number;
  generator: GeneratorFigures;
};

/** One value as it went into the sketches of a scenario. */
export type Sample = {
  interval: number;
  scenario: string;
  /** 0 when the request timed out. */
  status: number;
  responseTimeUs: number;
  serviceTimeUs: number;
};

export type EngineOutcome = {
  reason: 'completed' | 'aborted';
  /** How much later than the plan begins the engine was ready; 0 when it was in time. */
  startedLateMs: number;
  /** From the start epoch to the end of the last request, whenever the plan begins. */
  elapsedMs: number;
  /** Reports given. */
  intervals: number;
  requests: number;
  successful: number;
  failed: number;
  connectionFailures: number;
  /** Open model: arrivals that were due and never sent, for want of a free connection before the end. */
  droppedArrivals: number;
};
