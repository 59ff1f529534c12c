import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { GuardianMessage } from './guardian-process.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { siblingModule } from './sibling-module.ts';

const guarded = new Map<number, ProcessIdentity>();
let guardian: ChildProcess | undefined;

/** From now on this child is killed when this process dies. */
export function guard(identity: ProcessIdentity): void {
  guarded.set(identity.pid, identity);
  guardian ??= startGuardian();
  send(guardian, { type: 'guard', identity });
}

/** Call it when the child has ended. The guardian ends with the last of them. */
export function release(identity: ProcessIdentity): void {
  guarded.delete(identity.pid);
  if (guardian === undefined) return;
  if (guarded.size > 0) {
    send(guardian, { type: 'release', identity });
    return;
  }
  const idle = guardian;
  guardian = undefined;
  // It must forget the child first: disconnecting means "kill what is left", and the pid may be taken anew.
  idle.send({ type: 'release', identity } satisfies GuardianMessage, () => idle.connected && idle.disconnect());
}

/** The guardian's pid while there is something to guard, for tests and for `status`. */
export function guardianPid(): number | undefined {
  return guardian?.pid;
}

function startGuardian(): ChildProcess {
  const child = fork(fileURLToPath(siblingModule(import.meta.url, 'guardian-process')), {
    // A session of its own, so that Ctrl-C on the terminal does not reach it.
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
    env: { PATH: process.env.PATH },
  });
  child.unref();
  child.channel?.unref();
  child.once('exit', () => {
    if (guardian !== child) return;
    guardian = guarded.size > 0 ? startGuardian() : undefined;
  });
  for (const identity of guarded.values()) send(child, { type: 'guard', identity });
  return child;
}

function send(child: ChildProcess, message: GuardianMessage): void {
  // A guardian that is just ending is replaced on its exit, and the new one is told of all children.
  if (child.connected) child.send(message, () => {});
}
