import { Arrivals } from './arrivals.ts';
import type { Connection } from './connection.ts';
import type { EnginePlan } from './plan.ts';
import type { LoadModel, Traffic } from './traffic.ts';

/**
 * Arrivals at their times, whatever the target does: each takes an idle connection, or waits, first come first served, for one
 * to come free or to be opened. The wait is part of its response time.
 *
 * Invariant: every arrival ends as exactly one of a request, a connection failure, or a dropped arrival.
 */
export class OpenLoad implements LoadModel {
  droppedArrivals = 0;

  readonly #traffic: Traffic;
  readonly #plan: EnginePlan;
  readonly #arrivals: Arrivals;
  readonly #startMs: number;
  readonly #endMs: number;
  /** Used from its end, so that few connections stay busy and the server may close the others. */
  readonly #idle: Connection[] = [];
  #connections = 0;
  /** Of this worker's own arrivals in the whole test: those before this one have come ... */
  #arrived: number;
  /** ... those before this one no longer wait ... */
  #served: number;
  /** ... and those from this one on are not for this run. */
  #until: number;
  /** When the next is due. */
  #nextAt = Number.POSITIVE_INFINITY;
  #isStopped = false;

  constructor(traffic: Traffic, plan: EnginePlan, startMs: number, endMs: number) {
    const { stages, worker, workers, fromMs = 0 } = plan;
    this.#traffic = traffic;
    this.#plan = plan;
    this.#startMs = startMs;
    this.#endMs = endMs;
    this.#arrivals = new Arrivals(stages);
    this.#arrived = this.#arrivals.countBefore(fromMs, worker, workers);
    this.#served = this.#arrived;
    this.#until = this.#arrivals.countOf(worker, workers);
    this.#awaitNext();
  }

  get nextAt(): number {
    return this.#nextAt;
  }

  get isDone(): boolean {
    return this.#served === this.#arrived;
  }

  pump(now: number): void {
    if (now < this.#endMs && !this.#isStopped) this.#takeArrivals(now);
  }

  connected(connection: Connection, now: number): void {
    this.#idle.push(connection);
    this.#serve(now);
    if (this.#isStopped) this.#closeIdle();
  }

  connectFailed(_: Connection, now: number): boolean {
    this.#connections--;
    const wasNeeded = this.#served < this.#arrived;
    if (wasNeeded) this.#served++;
    this.#connectForWaiting(now);
    return wasNeeded;
  }

  finished(connection: Connection, now: number): void {
    if (connection.isIdle) this.#idle.push(connection);
    else this.#connections--;
    this.#serve(now);
    this.#connectForWaiting(now);
    this.#traffic.recorder.active = this.#traffic.inFlight;
    if (this.#isStopped) this.#closeIdle();
  }

  idleClosed(connection: Connection): void {
    this.#connections--;
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  leaveAt(ms: number): void {
    const { worker, workers } = this.#plan;
    // Whoever goes on from there takes those that are due then or later.
    this.#until = Math.max(this.#arrived, Math.min(this.#until, this.#arrivals.countBefore(ms, worker, workers)));
    this.#awaitNext();
  }

  leave(now: number): void {
    this.#takeArrivals(now);
  }

  stop(): void {
    // The last arrivals are due between the last look at the clock and the end.
    this.#takeArrivals(this.#endMs);
    this.#dropAllBut(Math.min(this.#arrived - this.#served, this.#traffic.connecting));
  }

  abandon(): void {
    this.#dropAllBut(0);
  }

  #dropAllBut(waiting: number): void {
    this.#isStopped = true;
    this.#until = this.#arrived;
    this.#nextAt = Number.POSITIVE_INFINITY;
    this.droppedArrivals += this.#arrived - this.#served - waiting;
    this.#arrived = this.#served + waiting;
    this.#closeIdle();
  }

  #takeArrivals(now: number): void {
    while (this.#nextAt <= now) {
      const at = performance.now();
      this.#traffic.recorder.takenUp(this.#nextAt, at);
      this.#arrived++;
      this.#awaitNext();
      this.#serve(at);
    }
    this.#connectForWaiting(performance.now());
  }

  #awaitNext(): void {
    this.#nextAt = this.#arrived < this.#until ? this.#dueAt(this.#arrived) : Number.POSITIVE_INFINITY;
  }

  /** Gives idle connections to those who wait. */
  #serve(now: number): void {
    while (this.#served < this.#arrived) {
      const connection = this.#idle.pop();
      if (connection === undefined) break;
      if (!connection.isUsable(now)) {
        this.#connections--;
        this.#traffic.close(connection);
        continue;
      }
      this.#traffic.send(connection, this.#dueAt(this.#served++));
      this.#traffic.recorder.active = this.#traffic.inFlight;
    }
  }

  #connectForWaiting(now: number): void {
    if (this.#isStopped) return;
    while (this.#traffic.connecting < this.#arrived - this.#served && this.#connections < this.#plan.maxConnections) {
      this.#connections++;
      this.#traffic.open(0, now);
    }
  }

  #closeIdle(): void {
    for (const connection of this.#idle) this.#traffic.close(connection);
    this.#connections -= this.#idle.length;
    this.#idle.length = 0;
  }

  #dueAt(own: number): number {
    const { worker, workers } = this.#plan;
    return this.#startMs + this.#arrivals.dueMs(worker + own * workers);
  }
}
