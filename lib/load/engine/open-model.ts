import { Arrivals } from './arrivals.ts';
import type { Connection } from './connection.ts';
import type { EnginePlan } from './plan.ts';
import type { Player } from './player.ts';
import type { LoadModel, Traffic } from './traffic.ts';
import { WakeQueue } from './wake-queue.ts';

/** A place for one who has arrived: a connection, or the right to one. */
class Seat {
  readonly player: Player;
  connection: Connection | undefined;
  /** Somebody is in the middle of a flow. */
  isTaken = false;
  /** When his next request is intended. */
  wakeAt = 0;

  constructor(player: Player) {
    this.player = player;
  }
}

/**
 * Arrivals at their times, whatever the target does: each takes an idle connection, or waits, first come first served, for one
 * to come free or to be opened. The wait is part of the response time of his first request. For a flow he keeps the connection
 * until its end; a later request is intended when the one before has ended and he has thought about it.
 *
 * Invariant: every arrival ends as exactly one who sent his first request, a connection failure, or a dropped arrival.
 */
export class OpenLoad implements LoadModel {
  droppedArrivals = 0;

  readonly #traffic: Traffic;
  readonly #plan: EnginePlan;
  readonly #arrivals: Arrivals;
  readonly #startMs: number;
  readonly #endMs: number;
  readonly #newPlayer: () => Player;
  readonly #seats: Seat[] = [];
  /** Seats that have no connection and are not getting one. */
  readonly #free: number[] = [];
  /** Seats with an idle connection. Used from its end, so that few connections stay busy and the server may close the others. */
  readonly #idle: number[] = [];
  /** Those who think in the middle of their flow. */
  readonly #thinking: WakeQueue;
  /** Connections that are being opened for whoever waits. */
  #opening = 0;
  /** Of this worker's own arrivals in the whole test: those before this one have come ... */
  #arrived: number;
  /** ... those before this one no longer wait ... */
  #served: number;
  /** ... and those from this one on are not for this run. */
  #until: number;
  #nextArrivalAt = Number.POSITIVE_INFINITY;
  #isStopped = false;

  constructor(
    traffic: Traffic,
    plan: EnginePlan,
    { startMs, endMs, newPlayer }: { startMs: number; endMs: number; newPlayer: () => Player },
  ) {
    const { stages, worker, workers, maxConnections, fromMs = 0 } = plan;
    this.#traffic = traffic;
    this.#plan = plan;
    this.#startMs = startMs;
    this.#endMs = endMs;
    this.#newPlayer = newPlayer;
    this.#arrivals = new Arrivals(stages);
    this.#thinking = new WakeQueue(maxConnections);
    this.#arrived = this.#arrivals.countBefore(fromMs, worker, workers);
    this.#served = this.#arrived;
    this.#until = this.#arrivals.countOf(worker, workers);
    this.#awaitNext();
  }

  playerOf({ slot }: Connection): Player {
    return this.#seat(slot).player;
  }

  get nextAt(): number {
    return Math.min(this.#nextArrivalAt, this.#thinking.nextAt);
  }

  get isDone(): boolean {
    return this.#served === this.#arrived && this.#thinking.size === 0;
  }

  pump(now: number): void {
    if (now >= this.#endMs || this.#isStopped) return;
    while (this.#thinking.nextAt <= now) {
      const slot = this.#thinking.take();
      this.#goOn(this.#seat(slot), slot, performance.now());
    }
    this.#takeArrivals(now);
  }

  connected(connection: Connection, now: number): void {
    const { slot } = connection;
    const seat = this.#seat(slot);
    if (seat.isTaken) {
      this.#traffic.send(connection, seat.wakeAt);
      return;
    }
    this.#opening--;
    this.#idle.push(slot);
    this.#serve(now);
    if (this.#isStopped) this.#closeIdle();
  }

  connectFailed({ slot }: Connection, now: number): boolean {
    const seat = this.#seat(slot);
    const wasInFlow = seat.isTaken;
    if (wasInFlow) seat.player.unsent();
    else this.#opening--;
    this.#leaveSeat(seat, slot);
    const wasAwaited = !wasInFlow && this.#served < this.#arrived;
    if (wasAwaited) this.#served++;
    this.#connectForWaiting(now);
    return wasInFlow || wasAwaited;
  }

  finished(connection: Connection, now: number): void {
    const { slot } = connection;
    const seat = this.#seat(slot);
    if (!connection.isIdle) seat.connection = undefined;
    if (seat.player.isBetween || this.#isStopped) {
      this.#release(seat, slot);
      this.#serve(now);
      this.#connectForWaiting(now);
    } else {
      seat.isTaken = true;
      seat.wakeAt = now + seat.player.pauseMs;
      if (seat.player.pauseMs > 0) this.#thinking.add(seat.wakeAt, slot);
      else this.#goOn(seat, slot, now);
    }
    this.#tellActive();
    if (this.#isStopped) this.#closeIdle();
  }

  idleClosed({ slot }: Connection): void {
    const seat = this.#seat(slot);
    seat.connection = undefined;
    const at = this.#idle.indexOf(slot);
    if (at < 0) return;
    this.#idle.splice(at, 1);
    this.#free.push(slot);
  }

  leaveAt(ms: number): void {
    const { worker, workers } = this.#plan;
    // Whoever goes on from there takes those that are due then or later.
    this.#until = Math.max(this.#arrived, Math.min(this.#until, this.#arrivals.countBefore(ms, worker, workers)));
    this.#awaitNext();
  }

  leave(now: number): void {
    this.pump(now);
  }

  stop(): void {
    // The last arrivals are due between the last look at the clock and the end.
    this.#takeArrivals(this.#endMs);
    this.#dropAllBut(Math.min(this.#arrived - this.#served, this.#opening));
  }

  abandon(): void {
    this.#dropAllBut(0);
  }

  #dropAllBut(waiting: number): void {
    this.#isStopped = true;
    this.#until = this.#arrived;
    this.#nextArrivalAt = Number.POSITIVE_INFINITY;
    this.droppedArrivals += this.#arrived - this.#served - waiting;
    this.#arrived = this.#served + waiting;
    while (this.#thinking.size > 0) {
      const slot = this.#thinking.take();
      this.#release(this.#seat(slot), slot);
    }
    this.#closeIdle();
  }

  #takeArrivals(now: number): void {
    while (this.#nextArrivalAt <= now) {
      const at = performance.now();
      this.#traffic.recorder.takenUp(this.#nextArrivalAt, at);
      this.#arrived++;
      this.#awaitNext();
      this.#serve(at);
    }
    this.#connectForWaiting(performance.now());
  }

  #awaitNext(): void {
    this.#nextArrivalAt = this.#arrived < this.#until ? this.#dueAt(this.#arrived) : Number.POSITIVE_INFINITY;
  }

  /** Gives idle connections to those who wait. */
  #serve(now: number): void {
    while (this.#served < this.#arrived) {
      const slot = this.#idle.pop();
      if (slot === undefined) break;
      const seat = this.#seat(slot);
      if (!seat.connection?.isUsable(now)) {
        this.#leaveSeat(seat, slot);
        continue;
      }
      seat.player.renew();
      this.#traffic.send(seat.connection, this.#dueAt(this.#served++));
      this.#tellActive();
    }
  }

  /** The next request of a flow. */
  #goOn(seat: Seat, slot: number, now: number): void {
    this.#traffic.recorder.takenUp(seat.wakeAt, now);
    if (seat.connection?.isUsable(now)) {
      this.#traffic.send(seat.connection, seat.wakeAt);
      return;
    }
    if (seat.connection !== undefined) this.#traffic.close(seat.connection);
    seat.connection = this.#traffic.open(slot, now);
  }

  #connectForWaiting(now: number): void {
    if (this.#isStopped) return;
    while (this.#opening < this.#arrived - this.#served) {
      const slot = this.#free.pop() ?? this.#newSeat();
      if (slot === undefined) break;
      this.#opening++;
      this.#seat(slot).connection = this.#traffic.open(slot, now);
    }
  }

  #newSeat(): number | undefined {
    if (this.#seats.length >= this.#plan.maxConnections) return undefined;
    return this.#seats.push(new Seat(this.#newPlayer())) - 1;
  }

  /** Makes it free for the next, with its connection if that still is of use. */
  #release(seat: Seat, slot: number): void {
    seat.isTaken = false;
    if (seat.connection?.isIdle) this.#idle.push(slot);
    else this.#leaveSeat(seat, slot);
  }

  #leaveSeat(seat: Seat, slot: number): void {
    if (seat.connection !== undefined) this.#traffic.close(seat.connection);
    seat.connection = undefined;
    seat.isTaken = false;
    this.#free.push(slot);
  }

  #closeIdle(): void {
    for (const slot of this.#idle) this.#leaveSeat(this.#seat(slot), slot);
    this.#idle.length = 0;
  }

  #tellActive(): void {
    this.#traffic.recorder.active = this.#traffic.inFlight + this.#thinking.size;
  }

  #dueAt(own: number): number {
    const { worker, workers } = this.#plan;
    return this.#startMs + this.#arrivals.dueMs(worker + own * workers);
  }

  #seat(slot: number): Seat {
    const seat = this.#seats[slot];
    if (seat === undefined) throw new RangeError(`there is no seat ${slot}`);
    return seat;
  }
}
