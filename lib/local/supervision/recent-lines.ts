import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Reads a stream to its end and keeps its last lines, which say why a process died. */
export function keepRecentLines(stream: Readable, limit: number, onLine?: (line: string) => void): readonly string[] {
  const lines: string[] = [];
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    lines.push(line);
    if (lines.length > limit) lines.shift();
    onLine?.(line);
  });
  return lines;
}
