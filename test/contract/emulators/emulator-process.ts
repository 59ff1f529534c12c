import { fork } from 'node:child_process';
import { once } from 'node:events';

export type EmulatorKind = 'dynoxide' | 'dynalite' | 'queues';

export interface EmulatorProcess {
  readonly endpoint: string;
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
}

export async function startEmulatorProcess(kind: EmulatorKind, dataDir: string): Promise<EmulatorProcess> {
  const child = fork(new URL('./programs/emulator-process.ts', import.meta.url), [kind, dataDir], { execArgv: [] });
  const [endpoint] = (await once(child, 'message')) as [string];
  return {
    endpoint,
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
