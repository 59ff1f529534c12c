import type { Connection, ConnectionEvents, OpenOptions } from './connection.ts';
import { Http1Connection } from './http1-connection.ts';
import { Http2Connection } from './http2-connection.ts';
import type { EnginePlan } from './plan.ts';

type Open = (target: EnginePlan['target'], options: OpenOptions, events: ConnectionEvents) => Connection;

const opens: Record<NonNullable<EnginePlan['protocol']>, Open> = {
  http1: (target, options, events) => new Http1Connection(target, options, events),
  http2: (target, options, events) => new Http2Connection(target, options, events),
};

/** Opens a connection that speaks the plan's version of HTTP. */
export function openConnection(
  { target, protocol = 'http1' }: Pick<EnginePlan, 'target' | 'protocol'>,
  options: OpenOptions,
  events: ConnectionEvents,
): Connection {
  return opens[protocol](target, options, events);
}
