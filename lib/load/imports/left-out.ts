import type { ImportedScenarios } from '../../contracts/scenario-imports.ts';

type Note = ImportedScenarios['skipped'][number];

const maxReasons = 50;
const maxExampleChars = 200;

const CONTROL_CHARACTERS = /\p{Cc}+/gu;

/** What an import left out, changed or could not do, by reason: how often, and the first example. */
export class LeftOut {
  readonly #notes = new Map<string, Note>();

  add(wanted: string, example: string, count = 1): void {
    // Reasons may name what was found: hostile input must not make a reason of each line.
    const reason = this.#notes.size < maxReasons || this.#notes.has(wanted) ? wanted : others;
    const known = this.#notes.get(reason);
    if (known === undefined) this.#notes.set(reason, { reason, count, example: shown(example) });
    else known.count += count;
  }

  /** The most frequent first. */
  list(): Note[] {
    return [...this.#notes.values()].sort((a, b) => b.count - a.count);
  }
}

const others = 'For other reasons';

function shown(text: string): string {
  const line = text.slice(0, maxExampleChars + 1).replace(CONTROL_CHARACTERS, ' ');
  const cut = line.length > maxExampleChars ? `${line.slice(0, maxExampleChars)}...` : line;
  return cut.toWellFormed();
}
