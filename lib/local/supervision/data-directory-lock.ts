import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { identifyProcess, isRunning, parseIdentity } from './process-identity.ts';

/** The message is one sentence for the terminal. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
  readonly code: 'in-use' | 'not-writable';

  constructor(code: DataDirectoryError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export interface DataDirectoryLock {
  release(): void;
}

/**
 * Makes this process the only one that uses `directory` (created with mode 0700 when it is missing).
 *
 * The lock is the operating system's lock on a SQLite file: the kernel drops it when its owner dies, in whatever way,
 * so there is no stale lock to judge and two processes cannot both take one over. `owner.json` only names the owner.
 *
 * @throws DataDirectoryError when another process holds it, or it cannot be written
 */
export function lockDataDirectory(directory: string): DataDirectoryLock {
  const ownerFile = join(directory, 'owner.json');
  const database = openLockFile(directory);
  try {
    database.exec('BEGIN EXCLUSIVE');
    writeFileSync(ownerFile, JSON.stringify(identifyProcess(process.pid)), { mode: 0o600 });
  } catch (error) {
    database.close();
    if (error instanceof Error && /database is locked/.test(error.message)) throw inUse(directory, ownerFile, error);
    throw notWritable(directory, error);
  }
  held.add(database);
  return {
    release() {
      if (!held.delete(database)) return;
      rmSync(ownerFile, { force: true });
      database.close();
    },
  };
}

/** A collected database closes its file and with it the lock, so each stays reachable for as long as it is held. */
const held = new Set<DatabaseSync>();

function openLockFile(directory: string): DatabaseSync {
  try {
    makeDirectory(directory);
    return new DatabaseSync(join(directory, 'runtime.lock'));
  } catch (error) {
    throw notWritable(directory, error);
  }
}

/** Not Node's own `recursive`: below /proc, where nothing can be made, that never ends. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  if (dirname(directory) !== directory) makeDirectory(dirname(directory));
  mkdirSync(directory, { mode: 0o700 });
}

function inUse(directory: string, ownerFile: string, cause: unknown): DataDirectoryError {
  const owner = ownerOf(ownerFile);
  const by = owner === undefined ? '' : ` (process ${owner})`;
  return new DataDirectoryError(
    'in-use',
    `The data directory ${directory} is in use by another Headroom${by}: stop that one first.`,
    cause,
  );
}

function ownerOf(ownerFile: string): number | undefined {
  try {
    const owner = parseIdentity(readFileSync(ownerFile, 'utf8'));
    return owner !== undefined && isRunning(owner) ? owner.pid : undefined;
  } catch {
    return undefined;
  }
}

function notWritable(directory: string, cause: unknown): DataDirectoryError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataDirectoryError('not-writable', `The data directory ${directory} cannot be written: ${reason}.`, cause);
}
