import type { Connection, ConnectionEvents, FailureKind } from './connection.ts';
import type { IntervalRecorder } from './interval-recorder.ts';
import { openConnection } from './open-connection.ts';
import type { EnginePlan } from './plan.ts';
import type { Player } from './player.ts';

/** Decides when requests are sent and on which connection; it hears what became of them. Two do: closed and open. */
export type LoadModel = {
  /** Whose requests are sent on the connection. */
  playerOf(connection: Connection): Player;
  /** When `pump` is needed next, in ms of `performance.now()`. */
  readonly nextAt: number;
  /** Takes up what is due. */
  pump(now: number): void;
  /** The connection is established and idle. */
  connected(connection: Connection, now: number): void;
  /** @returns whether a request was given up for it; a connection that was opened in vain harmed nobody. */
  connectFailed(connection: Connection, now: number): boolean;
  /** Its request has ended, well or not; `connection.isIdle` says whether it can take another. */
  finished(connection: Connection, now: number): void;
  idleClosed(connection: Connection): void;
  /** From that time on (in ms from the start epoch) it is to begin nothing new. */
  leaveAt(ms: number): void;
  /** That time has come. What is under way it ends. */
  leave(now: number): void;
  /** The end of the test: takes up what was due before it, carries through what a connection is being opened for, begins no more. */
  stop(): void;
  /** Begins nothing more and gives up what waits. */
  abandon(): void;
  /** Whether nobody is left who waits for his next request. */
  readonly isDone: boolean;
  /** Requests that were due and never sent. */
  readonly droppedArrivals: number;
};

type TrafficParts = {
  plan: EnginePlan;
  recorder: IntervalRecorder;
  /** The IP address to connect to, asked for each connection. */
  address: () => string | undefined;
};

/** The requests of one worker: its connections, and what is recorded of them. */
export class Traffic implements ConnectionEvents {
  readonly recorder: IntervalRecorder;
  /** Connections with a request on them. */
  inFlight = 0;
  connecting = 0;

  readonly #plan: EnginePlan;
  readonly #address: () => string | undefined;
  readonly #connections = new Set<Connection>();
  #model: LoadModel | undefined;

  constructor({ plan, recorder, address }: TrafficParts) {
    this.#plan = plan;
    this.recorder = recorder;
    this.#address = address;
  }

  /** Before anything else. */
  drive(model: LoadModel): void {
    this.#model = model;
  }

  get isQuiet(): boolean {
    return this.inFlight === 0 && this.connecting === 0;
  }

  open(slot: number, now: number): Connection {
    const deadline = now + this.#plan.timeoutMs;
    const connection = openConnection(this.#plan, { address: this.#address(), slot, deadline }, this);
    this.#connections.add(connection);
    this.connecting++;
    return connection;
  }

  /** Sends what its player makes next; the connection must be idle. */
  send(connection: Connection, intendedAt: number): void {
    const player = this.#modelInCharge.playerOf(connection);
    const request = player.next();
    const text = player.render(request);
    connection.scenario = request.figures;
    connection.intendedAt = intendedAt;
    connection.sentAt = performance.now();
    this.inFlight++;
    connection.send(text, request, connection.sentAt + this.#plan.timeoutMs);
  }

  close(connection: Connection): void {
    if (connection.isConnecting) this.connecting--;
    this.#connections.delete(connection);
    connection.close();
  }

  /** Ends whatever has passed its deadline. */
  expire(now: number): void {
    for (const connection of this.#connections) connection.expire(now);
  }

  abort(now: number): void {
    for (const connection of this.#connections) connection.abort(now);
    this.#connections.clear();
    this.connecting = 0;
  }

  connected(connection: Connection, now: number): void {
    this.connecting--;
    this.recorder.connected(connection, now);
    this.#modelInCharge.connected(connection, now);
    this.#pump(now);
  }

  responded(connection: Connection, now: number): void {
    const player = this.#modelInCharge.playerOf(connection);
    const { description } = player;
    const fault = player.responded(connection, now);
    if (fault !== undefined) fault.example = `${description}: ${fault.example}`;
    this.recorder.response(connection, now, fault);
    this.#finished(connection, now);
  }

  requestFailed(connection: Connection, now: number, kind: FailureKind, example: string): void {
    const player = this.#modelInCharge.playerOf(connection);
    this.recorder.failure(connection, now, kind, `${player.description}: ${example}`);
    player.unanswered();
    this.#finished(connection, now);
  }

  sendFailed(connection: Connection, now: number, kind: string, example: string): void {
    const player = this.#modelInCharge.playerOf(connection);
    this.recorder.connectionFailure(now, kind, `${player.description}: ${example}`);
    player.unsent();
    this.#finished(connection, now);
  }

  connectFailed(connection: Connection, now: number, kind: string, example: string): void {
    this.connecting--;
    this.#connections.delete(connection);
    if (this.#modelInCharge.connectFailed(connection, now)) this.recorder.connectionFailure(now, kind, example);
  }

  idleClosed(connection: Connection): void {
    this.#connections.delete(connection);
    this.#modelInCharge.idleClosed(connection);
  }

  #finished(connection: Connection, now: number): void {
    this.inFlight--;
    if (!connection.isIdle) this.#connections.delete(connection);
    this.#modelInCharge.finished(connection, now);
    this.#pump(now);
  }

  /** A busy event loop reaches its timers late; what is due is taken up with every event as well. */
  #pump(now: number): void {
    const model = this.#modelInCharge;
    if (now >= model.nextAt) model.pump(now);
  }

  get #modelInCharge(): LoadModel {
    if (this.#model === undefined) throw new Error('nobody drives the traffic');
    return this.#model;
  }
}
