/** How often each status was answered; 0 stands for no answer. */
export class StatusCounts {
  readonly #counts = new Map<number, { count: number }>();
  /** Status 500 or above, or no answer. */
  failed = 0;

  /** @param status one that HTTP does not have is no answer */
  count(status: number): void {
    const isAnswer = status >= 100 && status <= 999;
    if (!isAnswer || status >= 500) this.failed++;
    if (!isAnswer) return;
    const counted = this.#counts.get(status);
    if (counted === undefined) this.#counts.set(status, { count: 1 });
    else counted.count++;
  }

  /** Without those that were not answered. */
  get byStatus(): Record<string, number> {
    return Object.fromEntries([...this.#counts].map(([status, { count }]) => [status, count]));
  }
}
