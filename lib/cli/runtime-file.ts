import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { z } from 'zod';
import { projectName } from '../contracts/names.ts';

/** What a platform on this machine leaves in its data directory for the other commands, and for its own next start. */
const runtimeFile = z.object({
  apiUrl: z.url(),
  /** Scope admin: the file is readable by its owner only. */
  apiKey: z.string(),
  /** Of the running platform; absent when it was stopped in order. */
  pid: z.number().int().optional(),
  /** For services on this machine that report to one project. */
  projectKeys: z.record(projectName, z.string()).default({}),
});
export type RuntimeFile = z.output<typeof runtimeFile>;

export const defaultDataDirectory = '.headroom';
const fileName = 'runtime.json';

/** @returns undefined when there is none, or none that can be understood */
export function readRuntimeFile(dataDirectory: string): RuntimeFile | undefined {
  try {
    return runtimeFile.parse(JSON.parse(readFileSync(join(dataDirectory, fileName), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Whole or not at all, and never readable by others, not even for a moment. */
export function writeOwnersFile(path: string, content: unknown): void {
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

export const writeRuntimeFile = (dataDirectory: string, content: RuntimeFile): void =>
  writeOwnersFile(join(dataDirectory, fileName), content);

/** The runtime file of the nearest `.headroom/` from a directory upwards. */
export function findRuntimeFile(from: string): RuntimeFile | undefined {
  for (let directory = from; ; directory = dirname(directory)) {
    const found = readRuntimeFile(join(directory, defaultDataDirectory));
    if (found !== undefined) return found;
    if (directory === dirname(directory)) return undefined;
  }
}

/** Whether `findRuntimeFile` can come upon a data directory from another one. */
export function isFoundFrom(from: string, dataDirectory: string): boolean {
  const parent = dirname(dataDirectory);
  return basename(dataDirectory) === defaultDataDirectory && (from === parent || from.startsWith(join(parent, sep)));
}

export function isRunning({ pid }: RuntimeFile): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
