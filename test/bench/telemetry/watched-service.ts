import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onCore, TARGET_CORE } from '../load/cores.ts';
import type { Watcher } from './watchers.ts';

const program = fileURLToPath(new URL('../../peers/bench/telemetry/service.ts', import.meta.url));

/**
 * V8 lets the young generation grow when it sees fit: a few modules more, whatever they do, move the moment, and with it the cost of
 * collections by more than what is measured here. So it has its full size from the start, however the service is watched.
 */
const sameHeap = ['--min-semi-space-size=16', '--max-semi-space-size=16'];

export interface Usage {
  cpuUs: number;
  rssMb: number;
}

export interface WatchedService {
  port: number;
  /** Since it began. */
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

/** The service as a process of its own on a core of its own, watched by this. */
export async function startWatched({ imports, env }: Watcher, sinkUrl: string): Promise<WatchedService> {
  const flags = [...sameHeap, '--conditions=headroom-source', ...imports.flatMap((module) => ['--import', module])];
  const [command, ...args] = onCore(TARGET_CORE, [process.execPath, ...flags, program]);
  const child = spawn(command, args, {
    env: { ...process.env, ...env(sinkUrl) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    port,
    async usage() {
      const answered = once(child, 'message');
      child.send('usage');
      const [usage] = (await answered) as [Usage];
      return usage;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
