import { writeSync } from 'node:fs';

/** A terminal that can be written to at once, also while the process ends. */
export type TerminalStream = NodeJS.WriteStream & { readonly fd?: number };

/** What every command to a terminal begins with. */
const csi = '\u001b[';
const begin = `${csi}?1049h${csi}?25l${csi}?7l${csi}2J`;
/** Wrapping, the cursor, colours, and what was there before. */
const restore = `${csi}0m${csi}?7h${csi}?25h${csi}?1049l`;
/** Terminals that know it show what stands between at once; the others ignore it. */
const together = [`${csi}?2026h`, `${csi}?2026l`] as const;

/** A screen of its own, over what the terminal showed, which comes back whatever happens. */
export class Screen {
  readonly #stream: TerminalStream;
  #drawn: string[] = [];
  #isOpen = false;

  constructor(stream: TerminalStream) {
    this.#stream = stream;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#drawn = [];
    this.#stream.write(begin);
    process.on('exit', this.#restoreAtOnce);
  }

  get size(): { columns: number; rows: number } {
    // A terminal that does not know its size says 0.
    return { columns: this.#stream.columns || 80, rows: this.#stream.rows || 24 };
  }

  /** Writes only the lines that are not there already: what is written anew flickers. */
  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return;
    const changes = lines.flatMap((line, row) => (line === this.#drawn[row] ? [] : [at(row, line)]));
    const gone = Array.from({ length: Math.max(0, this.#drawn.length - lines.length) }, (_, index) =>
      at(lines.length + index, ''),
    );
    this.#drawn = [...lines];
    if (changes.length + gone.length > 0)
      this.#stream.write(together[0] + [...changes, ...gone].join('') + together[1]);
  }

  /** For a terminal whose size has changed, or that showed something else meanwhile. */
  forget(): void {
    this.#drawn = [];
    if (this.#isOpen) this.#stream.write(`${csi}2J`);
  }

  close(): void {
    if (!this.#isOpen) return;
    process.removeListener('exit', this.#restoreAtOnce);
    this.#restoreAtOnce();
  }

  /** Also when the process ends by an error: nothing is written any more then that does not go out at once. */
  readonly #restoreAtOnce = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      writeSync(this.#stream.fd ?? 1, restore);
    } catch {
      // The terminal is gone, and nobody looks at it.
    }
  };
}

const at = (row: number, line: string): string => `${csi}${row + 1};1H${line}${csi}0m${csi}K`;
