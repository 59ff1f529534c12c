/** How often each status was answered; 0 stands for no answer. */
export class StatusCounts {
  readonly #counts = new Map<number, { count: number }>();
  /** Status 500 or above, or no answer. */
  failed = 0;

  count(status: number): void {
    if (status === 0 || status >= 500) this.failed++;
    if (status === 0) return;
    const counted = this.#counts.get(status);
    if (counted === undefined) this.#counts.set(status, { count: 1 });
    else counted.count++;
  }

  /** Without those that were not answered. */
  get byStatus(): Record<string, number> {
    return Object.fromEntries([...this.#counts].map(([status, { count }]) => [status, count]));
  }
}
