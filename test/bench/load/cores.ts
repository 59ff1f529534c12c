import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** One core for who is asked, one for who asks: neither takes the other's time, and the one that has no more to give is known. */
export const TARGET_CORE = 0;
export const GENERATOR_CORE = 1;

/** The command that runs the given one on one core only. */
export const onCore = (core: number, command: readonly string[]): [string, ...string[]] => [
  'taskset',
  '-c',
  String(core),
  ...command,
];

/** Puts all threads of this process on one core. */
export function moveToCore(core: number): void {
  execFileSync('taskset', ['-a', '-c', '-p', String(core), String(process.pid)], { stdio: 'ignore' });
}

/** Lets them run on any. */
export function moveToAllCores(): void {
  const all = `0-${cpus().length - 1}`;
  execFileSync('taskset', ['-a', '-c', '-p', all, String(process.pid)], { stdio: 'ignore' });
}

const TICKS_A_SECOND = 100;

/** Processor time that a process has used since it began, as Linux counts it. */
export function cpuSecondsOf(pid: number): number {
  // The name, in brackets, may have blanks.
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}
