import type { Connection } from './connection.ts';
import type { ClosedModel, EnginePlan } from './plan.ts';
import { thinkMs, userStartMs } from './schedule.ts';
import type { LoadModel, Traffic } from './traffic.ts';
import { WakeQueue } from './wake-queue.ts';

/** A user whose connection is refused does not hammer: he waits this long, twice as long each time, up to the maximum. */
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 2000;

class User {
  connection: Connection | undefined;
  wakeAt = 0;
  hasStarted = false;
  connectFailures = 0;
}

/** Users with a connection each, who send, wait for the response, think, and send again. */
export class ClosedLoad implements LoadModel {
  readonly droppedArrivals = 0;

  readonly #traffic: Traffic;
  readonly #plan: EnginePlan;
  readonly #endMs: number;
  readonly #users: User[];
  readonly #thinking: WakeQueue;
  #started = 0;
  #isStopped = false;

  constructor(traffic: Traffic, plan: EnginePlan, model: ClosedModel, startMs: number, endMs: number) {
    this.#traffic = traffic;
    this.#plan = plan;
    this.#endMs = endMs;
    this.#users = Array.from({ length: model.users }, () => new User());
    this.#thinking = new WakeQueue(model.users);
    this.#users.forEach((user, slot) => {
      user.wakeAt = startMs + userStartMs(model.firstUser + slot, model.totalUsers, plan.rampUpSeconds);
      this.#thinking.add(user.wakeAt, slot);
    });
  }

  get nextAt(): number {
    return this.#thinking.nextAt;
  }

  pump(now: number): void {
    if (now >= this.#endMs) return;
    while (this.#thinking.nextAt <= now) {
      const slot = this.#thinking.take();
      this.#act(this.#user(slot), slot, performance.now());
    }
  }

  connected(connection: Connection): void {
    const user = this.#user(connection.slot);
    user.connectFailures = 0;
    this.#traffic.send(connection, user.wakeAt);
  }

  connectFailed(connection: Connection, now: number): boolean {
    const user = this.#user(connection.slot);
    user.connection = undefined;
    const backoffMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** user.connectFailures++);
    this.#think(user, connection.slot, now, Math.max(backoffMs, this.#drawThinkMs()));
    return true;
  }

  finished(connection: Connection, now: number): void {
    const user = this.#user(connection.slot);
    if (!connection.isIdle) user.connection = undefined;
    this.#think(user, connection.slot, now, this.#drawThinkMs());
  }

  idleClosed(connection: Connection): void {
    this.#user(connection.slot).connection = undefined;
  }

  stop(): void {
    this.#isStopped = true;
    this.#thinking.clear();
    for (const user of this.#users) if (user.connection?.isIdle) this.#leave(user);
    this.#started = this.#traffic.inFlight + this.#traffic.connecting;
    this.#traffic.recorder.active = this.#started;
  }

  abandon(): void {
    this.stop();
  }

  #think(user: User, slot: number, now: number, ms: number): void {
    if (this.#isStopped || now + ms >= this.#endMs) {
      // He would wake after the end.
      if (this.#isStopped) this.#traffic.recorder.active = --this.#started;
      this.#leave(user);
      return;
    }
    user.wakeAt = now + ms;
    if (ms > 0) this.#thinking.add(user.wakeAt, slot);
    else this.#act(user, slot, now);
  }

  #act(user: User, slot: number, now: number): void {
    if (!user.hasStarted) {
      user.hasStarted = true;
      this.#traffic.recorder.active = ++this.#started;
    }
    this.#traffic.recorder.takenUp(user.wakeAt, now);
    if (user.connection?.isUsable(now)) {
      this.#traffic.send(user.connection, user.wakeAt);
      return;
    }
    this.#leave(user);
    user.connection = this.#traffic.open(slot, now);
  }

  #leave(user: User): void {
    if (user.connection !== undefined) this.#traffic.close(user.connection);
    user.connection = undefined;
  }

  #drawThinkMs(): number {
    return thinkMs(this.#plan.thinkTimeMs, this.#traffic.random);
  }

  #user(slot: number): User {
    const user = this.#users[slot];
    if (user === undefined) throw new RangeError(`there is no user ${slot}`);
    return user;
  }
}
