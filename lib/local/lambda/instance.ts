import type { FromInstance, ToInstance } from './protocol.ts';

/** A running copy of a function, in a thread or a process. It works on one invocation at a time. */
export interface Instance {
  send(message: ToInstance): void;
  /** Settles when it has ended, asked to or not, with how: `exit status 1`, `signal: killed`. Never rejects. */
  readonly ended: Promise<string>;
  /** Ends it at once, whatever it is doing. */
  end(): Promise<void>;
}

export interface InstanceOptions {
  /** Unique on this machine while it runs. */
  readonly name: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  /** How far it gives way to other work of this machine, where it is a thread. */
  readonly niceness: number;
  /** Where the pid files of processes are kept. */
  readonly runDirectory: string;
  readonly onMessage: (message: FromInstance) => void;
  readonly onLine: (line: string) => void;
}
