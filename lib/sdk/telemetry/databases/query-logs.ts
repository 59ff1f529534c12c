import type { QueryLog } from './query-log.ts';

const key = Symbol.for('headroom.queries');
const shared: typeof globalThis & { [key]?: Set<QueryLog> } = globalThis;
shared[key] ??= new Set();

/** Of the process: where the host reports queries of its own. Empty while nothing is reported. */
export const queryLogs: Set<QueryLog> = shared[key];
