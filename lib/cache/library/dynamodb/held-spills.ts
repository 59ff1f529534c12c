import { bytesIn } from './attributes.ts';
import type { Layout } from './layout.ts';
import type { Spilled } from './log-codec.ts';
import type { Table } from './table.ts';

const HELD_CHARACTERS = 4_000_000;

/** Events that lie outside the log, read once: they never change. */
export class HeldSpills {
  readonly #table: Table;
  readonly #layout: Layout;
  readonly #held = new Map<string, string>();
  #characters = 0;

  constructor(table: Table, layout: Layout) {
    this.#table = table;
    this.#layout = layout;
  }

  hold(id: string, text: string): void {
    if (this.#held.has(id)) return;
    this.#held.set(id, text);
    this.#characters += text.length;
    for (const [oldest, its] of this.#held) {
      if (this.#characters <= HELD_CHARACTERS || oldest === id) return;
      this.#held.delete(oldest);
      this.#characters -= its.length;
    }
  }

  /** The text of each; undefined where there is none to read, or a part of it is gone. */
  async read(spilled: readonly (Spilled | undefined)[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const missing: Spilled[] = [];
    for (const each of spilled) {
      if (each === undefined) continue;
      const held = this.#held.get(each.id);
      if (held === undefined) missing.push(each);
      else found.set(each.id, held);
    }
    const keys = missing.flatMap(({ id, parts }) =>
      Array.from({ length: parts }, (_, part) => this.#layout.spill(id, part)),
    );
    const items = await this.#table.getMany(keys);
    let at = 0;
    for (const { id, parts } of missing) {
      const texts = items.slice(at, at + parts).map((item) => bytesIn(item, 'd'));
      at += parts;
      if (texts.some((bytes) => bytes === undefined)) continue;
      const text = texts.map((bytes) => Buffer.from(bytes ?? []).toString('utf16le')).join('');
      this.hold(id, text);
      found.set(id, text);
    }
    return found;
  }
}
