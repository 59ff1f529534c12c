import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { endProcess } from './end-process.ts';
import { guard, release } from './guardian.ts';
import { removePidFile, writePidFile } from './pid-files.ts';
import { identifyProcess } from './process-identity.ts';
import { keepRecentLines } from './recent-lines.ts';

export interface ChildExit {
  readonly name: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** At most 20. */
  readonly lastStderrLines: readonly string[];
}

export interface SupervisedChild {
  readonly name: string;
  readonly pid: number;
  /** Settles when the process has ended, asked to or not. Never rejects. */
  readonly exited: Promise<ChildExit>;
  /** SIGTERM, `stopGraceMs` to end, SIGKILL. Resolves when the process has ended; may be called again. */
  stop(): Promise<void>;
}

export interface Supervision {
  /** Unique among the children of a data directory; it names the pid file. */
  readonly name: string;
  /** Where pid files are kept, below the data directory. */
  readonly runDirectory: string;
  readonly stopGraceMs?: number;
  /** The process ended without `stop()`. */
  readonly onUnexpectedExit?: (exit: ChildExit) => void;
  readonly onStdoutLine?: (line: string) => void;
  readonly onStderrLine?: (line: string) => void;
}

const defaultStopGraceMs = 3_000;
const outputGraceMs = 500;
const stderrLinesKept = 20;

/**
 * Takes a process that was just spawned into care: it is killed when this process dies, is found by the next start if
 * even that fails, and its end is reported.
 *
 * @throws Error when the program could not be started
 */
export async function superviseChild(child: ChildProcess, supervision: Supervision): Promise<SupervisedChild> {
  const { name, runDirectory } = supervision;
  const lastStderrLines = child.stderr ? keepRecentLines(child.stderr, stderrLinesKept, supervision.onStderrLine) : [];
  if (child.stdout) keepRecentLines(child.stdout, 0, supervision.onStdoutLine);
  // Listeners first: from here on the child can end, or we can die, at any moment.
  const closed = whenClosed(child);
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (identity !== undefined) {
    guard(identity);
    writePidFile(runDirectory, name, identity);
  }
  if (child.pid === undefined) await failedToStart(child, name);

  let stopping: Promise<void> | undefined;
  const exited = closed.then(([code, signal]): ChildExit => {
    if (identity !== undefined) release(identity);
    removePidFile(runDirectory, name);
    const exit = { name, code, signal, lastStderrLines: [...lastStderrLines] };
    if (stopping === undefined) supervision.onUnexpectedExit?.(exit);
    return exit;
  });
  return {
    name,
    pid: child.pid ?? -1,
    exited,
    stop() {
      stopping ??= (async () => {
        if (identity !== undefined) await endProcess(identity, supervision.stopGraceMs ?? defaultStopGraceMs);
        await exited;
      })();
      return stopping;
    },
  };
}

type ExitStatus = readonly [code: number | null, signal: NodeJS.Signals | null];

/** Resolves when the process has ended and what it wrote is read. */
function whenClosed(child: ChildProcess): Promise<ExitStatus> {
  return new Promise((resolve) => {
    // Failures to start are awaited apart; later ones (a message that could not be sent) show in the exit.
    child.on('error', () => {});
    child.once('exit', () => {
      // A grandchild that inherited the pipes would keep them open, and 'close' away, for as long as it lives.
      const closeByForce = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, outputGraceMs);
      child.once('close', () => clearTimeout(closeByForce));
    });
    child.once('close', (code, signal) => resolve([code, signal]));
  });
}

async function failedToStart(child: ChildProcess, name: string): Promise<never> {
  const [cause] = (await once(child, 'error')) as [Error];
  throw new Error(`${name} could not be started: ${cause.message}`, { cause });
}
