import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface BoundedLog {
  write(source: string, line: string): void;
  close(): void;
}

/**
 * A log file that takes at most twice `maxBytes` on disk: a full one becomes `NAME.1`, in the place of the one before.
 * Lines are written at once, so that those before a crash are there.
 */
export function openBoundedLog(directory: string, name: string, maxBytes = 8 * 1024 * 1024): BoundedLog {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, name);
  const open = (): number => openSync(path, 'a', 0o600);
  let file = open();
  let bytes = fstatSync(file).size;
  let closed = false;
  return {
    write(source, line) {
      if (closed) return;
      const text = Buffer.from(`${new Date().toISOString()} ${source} ${line}\n`);
      if (bytes > 0 && bytes + text.length > maxBytes) {
        closeSync(file);
        renameSync(path, `${path}.1`);
        file = open();
        bytes = 0;
      }
      bytes += writeSync(file, text);
    },
    close() {
      if (!closed) closeSync(file);
      closed = true;
    },
  };
}
