import type { Agent, Server } from 'node:http';
import { createRequire } from 'node:module';
import { LivingSet } from '../../memory/living-set.ts';
import type { Effect } from '../effects.ts';
import { setGateStep } from '../request-gate.ts';

const require = createRequire(import.meta.url);
const globalAgents = (): Agent[] => [require('node:http').globalAgent, require('node:https').globalAgent];

interface Changed {
  readonly before: number;
  set: number;
}

const servers = new LivingSet<Server>();
const changed = new WeakMap<Server, Changed>();

function setTimeoutOf(server: Server, ms: number): void {
  const known = changed.get(server);
  if (known === undefined) {
    changed.set(server, { before: server.keepAliveTimeout, set: ms });
    servers.add(server);
  } else known.set = ms;
  server.keepAliveTimeout = ms;
}

/** What the host has set itself meanwhile stays. */
function restoreTimeouts(): void {
  for (const server of servers) {
    const known = changed.get(server);
    if (known !== undefined && server.keepAliveTimeout === known.set) server.keepAliveTimeout = known.before;
    changed.delete(server);
  }
}

function incoming(seconds: number | undefined): void {
  if (seconds === undefined) {
    setGateStep('keepAlive', undefined);
    restoreTimeouts();
    return;
  }
  const ms = seconds * 1_000;
  for (const server of servers) if (changed.has(server)) setTimeoutOf(server, ms);
  // A server is known from its first request on; the time counts from the end of an answer.
  setGateStep('keepAlive', (_request, _response, next, server) => {
    if (changed.get(server)?.set !== ms) setTimeoutOf(server, ms);
    next();
  });
}

type Switchable = { keepAlive: boolean };
let agentsBefore: Map<Agent, boolean> | undefined;

function outgoing(keepsAlive: boolean | undefined): void {
  for (const [agent, before] of agentsBefore ?? []) (agent as Agent & Switchable).keepAlive = before;
  agentsBefore = undefined;
  if (keepsAlive === undefined) return;
  agentsBefore = new Map(globalAgents().map((agent) => [agent, (agent as Agent & Switchable).keepAlive]));
  for (const agent of agentsBefore.keys()) (agent as Agent & Switchable).keepAlive = keepsAlive;
}

export const keepAlive: Effect<'keepAlive'> = (value) => {
  incoming(value?.incomingSeconds);
  outgoing(value?.outgoing);
};
