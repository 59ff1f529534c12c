import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess } from './end-process.ts';
import { type ProcessIdentity, parseIdentity } from './process-identity.ts';

const suffix = '.pid';

/** Notes a child in `runDirectory`, so that the next start can end it when this process could not. */
export function writePidFile(runDirectory: string, name: string, identity: ProcessIdentity): void {
  mkdirSync(runDirectory, { recursive: true, mode: 0o700 });
  writeFileSync(join(runDirectory, name + suffix), JSON.stringify(identity), { mode: 0o600 });
}

export function removePidFile(runDirectory: string, name: string): void {
  rmSync(join(runDirectory, name + suffix), { force: true });
}

/** Ends what an earlier run left under this name. Callers hold the data directory's lock: nobody living owns it. */
export async function endLeftover(runDirectory: string, name: string, graceMs = 2_000): Promise<void> {
  const identity = readPidFile(join(runDirectory, name + suffix));
  if (identity !== undefined) await endProcess(identity, graceMs);
  removePidFile(runDirectory, name);
}

/** Ends everything that an earlier run left. Returns the names, for the log. */
export async function endLeftovers(runDirectory: string): Promise<readonly string[]> {
  const names = listPidFiles(runDirectory);
  await Promise.all(names.map((name) => endLeftover(runDirectory, name)));
  return names;
}

function listPidFiles(runDirectory: string): readonly string[] {
  try {
    return readdirSync(runDirectory)
      .filter((file) => file.endsWith(suffix))
      .map((file) => file.slice(0, -suffix.length));
  } catch {
    return [];
  }
}

function readPidFile(path: string): ProcessIdentity | undefined {
  try {
    return parseIdentity(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
