/** More than any pool has; a driver that does not tell of closed connections costs no more memory than this. */
const maxConnections = 1_000;

/** When the connections of a pool were opened. Those that were there before count from when they were first seen. */
export class ConnectionAges {
  /** In the order in which they came: the first is the oldest. */
  readonly #openedAtMs = new Map<unknown, number>();

  see(connection: unknown): void {
    if (this.#openedAtMs.has(connection)) return;
    if (this.#openedAtMs.size >= maxConnections) this.#openedAtMs.delete(this.#openedAtMs.keys().next().value);
    this.#openedAtMs.set(connection, performance.now());
  }

  /** @returns whether it was known */
  forget(connection: unknown): boolean {
    return this.#openedAtMs.delete(connection);
  }

  /** Undefined when there is none. */
  oldestSeconds(): number | undefined {
    const [first] = this.#openedAtMs.values();
    return first === undefined ? undefined : (performance.now() - first) / 1_000;
  }
}
