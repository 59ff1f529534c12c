import type { Connection } from './connection.ts';
import type { EnginePlan, OpenModel } from './plan.ts';
import { type ArrivalProcess, arrivalCountOf, arrivalMs } from './schedule.ts';
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
  readonly #process: ArrivalProcess;
  readonly #model: OpenModel;
  readonly #startMs: number;
  readonly #endMs: number;
  readonly #count: number;
  /** Used from its end, so that few connections stay busy and the server may close the others. */
  readonly #idle: Connection[] = [];
  #connections = 0;
  /** Of this worker's own arrivals: how many have come, and how many of these no longer wait. */
  #arrived = 0;
  #served = 0;
  #isStopped = false;

  constructor(traffic: Traffic, plan: EnginePlan, model: OpenModel, startMs: number, endMs: number) {
    this.#traffic = traffic;
    this.#process = { ...plan, arrivalsPerSecond: model.arrivalsPerSecond };
    this.#model = model;
    this.#startMs = startMs;
    this.#endMs = endMs;
    this.#count = arrivalCountOf(this.#process, model.worker, model.workers);
  }

  get nextAt(): number {
    return this.#arrived < this.#count && !this.#isStopped ? this.#dueAt(this.#arrived) : Number.POSITIVE_INFINITY;
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
    this.droppedArrivals += this.#arrived - this.#served - waiting;
    this.#arrived = this.#served + waiting;
    this.#closeIdle();
  }

  #takeArrivals(until: number): void {
    while (this.#arrived < this.#count) {
      const dueAt = this.#dueAt(this.#arrived);
      if (dueAt > until) break;
      const now = performance.now();
      this.#traffic.recorder.takenUp(dueAt, now);
      this.#arrived++;
      this.#serve(now);
    }
    this.#connectForWaiting(performance.now());
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
    while (this.#traffic.connecting < this.#arrived - this.#served && this.#connections < this.#model.maxConnections) {
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
    return this.#startMs + arrivalMs(this.#model.worker + own * this.#model.workers, this.#process);
  }
}
