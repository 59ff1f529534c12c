/** How often each status was answered; 0 stands for no answer. */
export class StatusCounts {
  readonly #counts = new Map<number, number>();
  /** Status 500 or above, or no answer. */
  failed = 0;

  count(status: number): void {
    if (status !== 0) this.#counts.set(status, (this.#counts.get(status) ?? 0) + 1);
    if (status === 0 || status >= 500) this.failed++;
  }

  /** Without those that were not answered. */
  get byStatus(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
