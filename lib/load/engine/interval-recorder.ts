import { Sketch } from '../../statistics/sketch.ts';
import type { Connection } from './connection.ts';
import type { Fault } from './fault.ts';
import { GeneratorProbe } from './generator-probe.ts';
import type { ConnectionFigures, FailureCount, IntervalReport, Sample, ScenarioFigures } from './report.ts';

/** What is told of a request; a connection tells it of the one that is, or was last, on it. */
export type Exchange = Pick<
  Connection,
  'scenario' | 'intendedAt' | 'sentAt' | 'firstByteAt' | 'bytesSent' | 'bytesReceived'
> & { readonly response: { readonly status: number } };

type Opening = Pick<Connection, 'connectMs' | 'tlsMs' | 'isTlsResumed'>;

const MAX_EXAMPLE_LENGTH = 200;

const microseconds = (fromMs: number, toMs: number): number => Math.max(0, Math.round((toMs - fromMs) * 1000));

function count(failures: Map<string, FailureCount>, kind: string, example: string): void {
  const known = failures.get(kind);
  if (known) known.count++;
  else failures.set(kind, { count: 1, example: example.slice(0, MAX_EXAMPLE_LENGTH) });
}

class ScenarioCounters {
  successful = 0;
  failed = 0;
  bytesReceived = 0;
  bytesSent = 0;
  readonly statuses = new Map<number, number>();
  readonly errors = new Map<string, FailureCount>();
  readonly responseTime = new Sketch();
  readonly serviceTime = new Sketch();

  get requests(): number {
    return this.successful + this.failed;
  }

  figures(): ScenarioFigures {
    return {
      requests: this.requests,
      successful: this.successful,
      failed: this.failed,
      statuses: Object.fromEntries(this.statuses),
      errors: Object.fromEntries(this.errors),
      bytesReceived: this.bytesReceived,
      bytesSent: this.bytesSent,
      responseTime: this.responseTime,
      serviceTime: this.serviceTime,
    };
  }
}

const noConnections = (): ConnectionFigures => ({
  opened: 0,
  tlsResumed: 0,
  connect: new Sketch(),
  tls: new Sketch(),
});

type Options = {
  /** Under which the figures are told; a connection's `scenario` is an index of it. */
  names: readonly string[];
  /** When the test starts, in ms of `performance.now()`, as are all times here. */
  startMs: number;
  intervalMs: number;
  /** The one that is told of first. */
  firstInterval: number;
  onInterval: (report: IntervalReport) => void;
  dumpSample: ((sample: Sample) => void) | undefined;
};

/**
 * Sums up one interval after another. Since time only moves on, the first event beyond an interval's end closes it: exactly one
 * interval is open at any time, and nothing can reach a closed one.
 */
export class IntervalRecorder {
  readonly totals = { requests: 0, successful: 0, failed: 0, connectionFailures: 0 };

  readonly #options: Options;
  readonly #probe = new GeneratorProbe();
  #interval: number;
  #scenarios: ScenarioCounters[];
  #connections = noConnections();
  #firstByte = new Sketch();
  #connectionFailures = new Map<string, FailureCount>();
  #flows = new Map<string, number>();
  #lag = new Sketch();
  #active = 0;
  #mostActive = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#interval = options.firstInterval;
    this.#scenarios = options.names.map(() => new ScenarioCounters());
  }

  /** When the open interval ends. */
  get endsAt(): number {
    return this.#options.startMs + (this.#interval + 1) * this.#options.intervalMs;
  }

  /** How many were told of. */
  get reported(): number {
    return this.#interval - this.#options.firstInterval;
  }

  /** @param fault absent when the response is as it should be. */
  response(exchange: Exchange, now: number, fault?: Fault): void {
    const scenario = this.#scenario(exchange, now);
    const { status } = exchange.response;
    if (fault === undefined) {
      scenario.successful++;
    } else {
      scenario.failed++;
      count(scenario.errors, fault.kind, fault.example);
    }
    scenario.statuses.set(status, (scenario.statuses.get(status) ?? 0) + 1);
    this.#firstByte.record(microseconds(exchange.sentAt, exchange.firstByteAt));
    this.#sample(scenario, exchange, now, status);
  }

  connected({ connectMs = 0, tlsMs, isTlsResumed }: Opening, now: number): void {
    this.advance(now);
    const connections = this.#connections;
    connections.opened++;
    connections.connect.record(microseconds(0, connectMs));
    if (tlsMs !== undefined) connections.tls.record(microseconds(0, tlsMs));
    if (isTlsResumed) connections.tlsResumed++;
  }

  failure(exchange: Exchange, now: number, kind: string, example: string): void {
    const scenario = this.#scenario(exchange, now);
    scenario.failed++;
    count(scenario.errors, kind, example);
    if (kind === 'timeout') this.#sample(scenario, exchange, now, 0);
  }

  connectionFailure(now: number, kind: string, example: string): void {
    this.advance(now);
    count(this.#connectionFailures, kind, example);
    this.totals.connectionFailures++;
  }

  flowEnded(scenario: string): void {
    this.#flows.set(scenario, (this.#flows.get(scenario) ?? 0) + 1);
  }

  /** A request that was intended for then is taken up now. */
  takenUp(intendedAt: number, now: number): void {
    this.#lag.record(microseconds(intendedAt, now));
  }

  set active(users: number) {
    this.#active = users;
    if (users > this.#mostActive) this.#mostActive = users;
  }

  /** Closes the intervals that have ended by now. */
  advance(now: number): void {
    while (now >= this.endsAt) this.#close(false);
  }

  /** Closes the last interval. Nothing may be recorded afterwards. */
  finish(now: number): void {
    this.advance(now);
    this.#close(true);
  }

  #scenario(exchange: Exchange, now: number): ScenarioCounters {
    this.advance(now);
    const scenario = this.#scenarios[exchange.scenario];
    if (scenario === undefined) throw new RangeError(`there is no scenario ${exchange.scenario}`);
    scenario.bytesSent += exchange.bytesSent;
    scenario.bytesReceived += exchange.bytesReceived;
    return scenario;
  }

  #sample(scenario: ScenarioCounters, exchange: Exchange, now: number, status: number): void {
    const responseTimeUs = microseconds(exchange.intendedAt, now);
    const serviceTimeUs = microseconds(exchange.sentAt, now);
    scenario.responseTime.record(responseTimeUs);
    scenario.serviceTime.record(serviceTimeUs);
    this.#options.dumpSample?.({
      interval: this.#interval,
      scenario: this.#options.names[exchange.scenario] ?? '',
      status,
      responseTimeUs,
      serviceTimeUs,
    });
  }

  #close(final: boolean): void {
    const figures: [string, ScenarioFigures][] = [];
    this.#scenarios.forEach((counters, i) => {
      if (counters.requests > 0) figures.push([this.#options.names[i] ?? '', counters.figures()]);
      this.totals.requests += counters.requests;
      this.totals.successful += counters.successful;
      this.totals.failed += counters.failed;
    });
    const report: IntervalReport = {
      interval: this.#interval,
      closed: true,
      final,
      scenarios: Object.fromEntries(figures),
      flows: Object.fromEntries(this.#flows),
      connectionFailures: Object.fromEntries(this.#connectionFailures),
      connections: this.#connections,
      firstByte: this.#firstByte,
      activeUsers: this.#mostActive,
      generator: {
        lagMaxMs: this.#lag.count === 0 ? 0 : this.#lag.max / 1000,
        lag: this.#lag,
        ...this.#probe.read(),
      },
    };
    this.#interval++;
    this.#scenarios = this.#scenarios.map((counters) => (counters.requests > 0 ? new ScenarioCounters() : counters));
    this.#flows = new Map();
    this.#connectionFailures = new Map();
    this.#connections = noConnections();
    this.#firstByte = new Sketch();
    this.#lag = new Sketch();
    this.#mostActive = this.#active;
    this.#options.onInterval(report);
  }
}
