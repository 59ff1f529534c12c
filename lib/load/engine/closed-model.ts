import type { Connection } from './connection.ts';
import type { EnginePlan, ThinkTime } from './plan.ts';
import type { Player } from './player.ts';
import { peakLevel, type TimeWindow, windowsOf } from './stages.ts';
import { meanThinkMs } from './think-time.ts';
import type { LoadModel, Traffic } from './traffic.ts';
import { WakeQueue } from './wake-queue.ts';

/** A user whose connection is refused does not hammer: he waits this long, twice as long each time, up to the maximum. */
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 2000;

class User {
  readonly player: Player;
  connection: Connection | undefined;
  /** When his next request is intended. */
  wakeAt = Number.POSITIVE_INFINITY;
  /** When he is wanted no longer. */
  leavesAt = Number.POSITIVE_INFINITY;
  isActive = false;
  connectFailures = 0;
  /** When he is wanted again, in ms of the start epoch, the next time last. */
  readonly windows: TimeWindow[];

  constructor(player: Player, windows: TimeWindow[]) {
    this.player = player;
    this.windows = windows.toReversed();
  }
}

/**
 * Users with a connection each, who send, wait for the response, think, and send again, while the level asks for them. Of the
 * whole test's users this worker plays every `workers`-th. Who is not wanted any more leaves after his present request, in the
 * middle of a flow if need be, and comes back as somebody new.
 */
export class ClosedLoad implements LoadModel {
  readonly droppedArrivals = 0;
  readonly isDone = true;

  readonly #traffic: Traffic;
  readonly #plan: EnginePlan;
  readonly #startMs: number;
  readonly #users: User[] = [];
  /** Each user's next request or his leaving, whichever is first; a user who has a request under way is not in it. */
  readonly #waiting: WakeQueue;
  #active = 0;
  #isStopped = false;

  constructor(traffic: Traffic, plan: EnginePlan, startMs: number, newPlayer: () => Player) {
    this.#traffic = traffic;
    this.#plan = plan;
    this.#startMs = startMs;
    const { stages, worker, workers, fromMs = 0 } = plan;
    for (let user = worker; user < peakLevel(stages); user += workers) {
      const windows = windowsOf(user, stages).filter(({ untilMs }) => untilMs > fromMs);
      if (windows.length > 0) this.#users.push(new User(newPlayer(), windows));
    }
    this.#spreadThoseUnderWay(fromMs);
    this.#waiting = new WakeQueue(this.#users.length);
    this.#users.forEach((user, slot) => {
      this.#awaitNextWindow(user, slot, startMs + fromMs);
    });
  }

  playerOf({ slot }: Connection): Player {
    return this.#user(slot).player;
  }

  get nextAt(): number {
    return this.#waiting.nextAt;
  }

  pump(now: number): void {
    if (this.#isStopped) return;
    while (this.#waiting.nextAt <= now) {
      const slot = this.#waiting.take();
      const user = this.#user(slot);
      const at = performance.now();
      if (user.wakeAt < user.leavesAt) this.#act(user, slot, at);
      else this.#depart(user, slot, at);
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
    user.player.unsent();
    const backoffMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** user.connectFailures++);
    this.#think(user, connection.slot, now, Math.max(backoffMs, user.player.pauseMs));
    return true;
  }

  finished(connection: Connection, now: number): void {
    const user = this.#user(connection.slot);
    if (!connection.isIdle) user.connection = undefined;
    this.#think(user, connection.slot, now, user.player.pauseMs);
  }

  idleClosed(connection: Connection): void {
    this.#user(connection.slot).connection = undefined;
  }

  leaveAt(ms: number): void {
    const atMs = this.#startMs + ms;
    for (const user of this.#users) {
      user.leavesAt = Math.min(user.leavesAt, atMs);
      for (const window of user.windows) window.untilMs = Math.min(window.untilMs, ms);
    }
  }

  leave(): void {
    this.stop();
  }

  stop(): void {
    this.#isStopped = true;
    this.#waiting.clear();
    for (const user of this.#users) if (user.connection?.isIdle) this.#disconnect(user);
    this.#active = this.#traffic.inFlight + this.#traffic.connecting;
    this.#traffic.recorder.active = this.#active;
  }

  abandon(): void {
    this.stop();
  }

  /** A steady state has no burst: who is under way already when this worker begins does so at some time of one think time. */
  #spreadThoseUnderWay(fromMs: number): void {
    const windows = this.#users.flatMap(({ windows }) => windows.filter((window) => window.fromMs < fromMs));
    const meanMs = meanThinkOf(this.#plan);
    windows.forEach((window, i) => {
      window.fromMs = fromMs + (meanMs * i) / windows.length;
    });
  }

  #awaitNextWindow(user: User, slot: number, now: number): void {
    for (let next = user.windows.pop(); next !== undefined; next = user.windows.pop()) {
      user.wakeAt = Math.max(now, this.#startMs + next.fromMs);
      user.leavesAt = this.#startMs + next.untilMs;
      if (user.wakeAt >= user.leavesAt) continue;
      this.#waiting.add(user.wakeAt, slot);
      return;
    }
  }

  #think(user: User, slot: number, now: number, ms: number): void {
    if (this.#isStopped) {
      this.#setActive(this.#active - 1);
      this.#disconnect(user);
      return;
    }
    user.wakeAt = now + ms;
    if (now >= user.leavesAt) this.#depart(user, slot, now);
    else if (ms > 0) this.#waiting.add(Math.min(user.wakeAt, user.leavesAt), slot);
    else this.#act(user, slot, now);
  }

  #act(user: User, slot: number, now: number): void {
    if (!user.isActive) {
      user.isActive = true;
      this.#setActive(this.#active + 1);
    }
    this.#traffic.recorder.takenUp(user.wakeAt, now);
    if (user.connection?.isUsable(now)) {
      this.#traffic.send(user.connection, user.wakeAt);
      return;
    }
    this.#disconnect(user);
    user.connection = this.#traffic.open(slot, now);
  }

  #depart(user: User, slot: number, now: number): void {
    this.#disconnect(user);
    user.isActive = false;
    user.player.renew();
    user.connectFailures = 0;
    this.#setActive(this.#active - 1);
    this.#awaitNextWindow(user, slot, now);
  }

  #disconnect(user: User): void {
    if (user.connection !== undefined) this.#traffic.close(user.connection);
    user.connection = undefined;
  }

  #setActive(active: number): void {
    this.#active = active;
    this.#traffic.recorder.active = active;
  }

  #user(slot: number): User {
    const user = this.#users[slot];
    if (user === undefined) throw new RangeError(`there is no user ${slot}`);
    return user;
  }
}

/** Over all scenarios, as often as each is drawn. */
function meanThinkOf({ scenarios }: EnginePlan): number {
  const mean = (of: (scenario: { weight: number; thinkTimeMs: ThinkTime }) => number): number =>
    scenarios.reduce((sum, scenario) => sum + of(scenario), 0);
  return mean(({ weight, thinkTimeMs }) => weight * meanThinkMs(thinkTimeMs)) / mean(({ weight }) => weight);
}
