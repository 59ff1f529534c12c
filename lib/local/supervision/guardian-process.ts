// The guardian: a process of its own that outlives the runtime by one moment. When the channel to the runtime closes,
// for whatever reason (a `kill -9` too), it kills every child that the runtime had at that time.
import { signal } from './end-process.ts';
import type { ProcessIdentity } from './process-identity.ts';

export type GuardianMessage =
  | { readonly type: 'guard'; readonly identity: ProcessIdentity }
  | { readonly type: 'release'; readonly identity: ProcessIdentity };

const guarded = new Map<number, ProcessIdentity>();

process.on('message', (message: GuardianMessage) => {
  if (message.type === 'guard') guarded.set(message.identity.pid, message.identity);
  else guarded.delete(message.identity.pid);
});

process.on('disconnect', () => {
  // Killed at once and not asked first: everything supervised is built to survive that, and nobody is left to wait.
  for (const identity of guarded.values()) signal(identity, 'SIGKILL');
  process.exit(0);
});

// Whoever stops the whole session means the runtime, which ends its children in order.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {});
