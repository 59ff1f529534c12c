import { readdirSync, readFileSync } from 'node:fs';

/** The pids of the processes whose command line or environment names the directory: whatever was started for it. */
export function processesOf(directory: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(directory));
    } catch {
      return false;
    }
  });
}
