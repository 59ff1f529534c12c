import os from 'node:os';

export interface Machine {
  cpu: string;
  cpus: number;
  memoryMb: number;
  platform: string;
  node: string;
  /** When the run began, ISO 8601. */
  at: string;
  /** Of the minute before the run began: much of it makes the figures doubtful. */
  loadAverage: number;
}

export function thisMachine(): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cpus: os.availableParallelism(),
    memoryMb: Math.round(os.totalmem() / 1_048_576),
    platform: `${os.platform()} ${os.release()} ${os.arch()}`,
    node: process.version,
    at: new Date().toISOString(),
    loadAverage: Math.round((os.loadavg()[0] ?? 0) * 100) / 100,
  };
}
