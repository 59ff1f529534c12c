import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { ownErrors } from '../telemetry/own-errors.ts';

const require = createRequire(import.meta.url);

/**
 * What stands between a server and its handlers, for each request. It calls `next` once, now or later, or answers itself.
 * What it throws is counted, and the request goes on.
 */
export type GateStep = (incoming: IncomingMessage, response: ServerResponse, next: () => void, server: Server) => void;

/** In the order in which a request passes them. */
const places = ['keepAlive', 'concurrency', 'compression', 'responseCaching'] as const;
export type GatePlace = (typeof places)[number];

const steps = new Map<GatePlace, GateStep>();
let inOrder: readonly GateStep[] = [];
/** Some servers hand requests on to others. */
const passed = new WeakSet<object>();
let takeDown: (() => void)[] = [];

type Emit = (this: Server, event: string | symbol, ...args: unknown[]) => boolean;

const gated = (emit: Emit): Emit =>
  function (event, ...args) {
    if (event !== 'request' || inOrder.length === 0) return Reflect.apply(emit, this, [event, ...args]);
    const [incoming, response] = args as [IncomingMessage, ServerResponse];
    if (passed.has(response)) return Reflect.apply(emit, this, [event, ...args]);
    passed.add(response);
    pass(inOrder, 0, incoming, response, this, () => Reflect.apply(emit, this, [event, ...args]));
    return true;
  };

function pass(
  all: readonly GateStep[],
  at: number,
  incoming: IncomingMessage,
  response: ServerResponse,
  server: Server,
  handle: () => void,
): void {
  const step = all[at];
  if (step === undefined) {
    handle();
    return;
  }
  let hasGoneOn = false;
  const next = (): void => {
    if (hasGoneOn) return;
    hasGoneOn = true;
    pass(all, at + 1, incoming, response, server, handle);
  };
  try {
    step(incoming, response, next, server);
  } catch (error) {
    // Of the handler, which is the host's: it is for the host to see.
    if (hasGoneOn) throw error;
    ownErrors.failed('A live setting on the way of a request', error);
    next();
  }
}

/** Puts the step in its place, on the way of every request of every `node:http` and `node:https` server; undefined takes it out. */
export function setGateStep(place: GatePlace, step: GateStep | undefined): void {
  if (step === undefined) steps.delete(place);
  else steps.set(place, step);
  inOrder = places.flatMap((each) => steps.get(each) ?? []);
  if (inOrder.length > 0 && takeDown.length === 0) setUp();
  // Where nothing is set, requests take the way that they always took.
  if (inOrder.length === 0) for (const each of takeDown.splice(0)) each();
}

function setUp(): void {
  const prototypes = [require('node:http').Server.prototype, require('node:https').Server.prototype] as object[];
  takeDown = prototypes.map((prototype) => {
    const before = Object.getOwnPropertyDescriptor(prototype, 'emit');
    const value = gated(Reflect.get(prototype, 'emit') as Emit);
    Object.defineProperty(prototype, 'emit', { value, writable: true, configurable: true, enumerable: false });
    return () => {
      // Others may stand upon it by now: then it stays, and lets everything pass.
      if (Object.getOwnPropertyDescriptor(prototype, 'emit')?.value !== value) return;
      if (before === undefined) Reflect.deleteProperty(prototype, 'emit');
      else Object.defineProperty(prototype, 'emit', before);
    };
  });
}
