/**
 * The names that `{{name}}` may have in a scenario, as far as its requests have been compiled: a request can only refer to
 * what the data or a request before it gives. Each has a slot in every user's values.
 */
export class Variables {
  readonly #slots = new Map<string, number>();

  get names(): string[] {
    return [...this.#slots.keys()];
  }

  slotOf(name: string): number | undefined {
    return this.#slots.get(name);
  }

  /** Makes a name known; one that is known already keeps its slot, and what comes later overwrites its value. */
  declare(name: string): number {
    const slot = this.#slots.get(name) ?? this.#slots.size;
    this.#slots.set(name, slot);
    return slot;
  }
}
