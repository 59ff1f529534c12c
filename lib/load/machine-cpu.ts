import { cpus } from 'node:os';

/** How busy all cores of the machine are, between one sample and the next. */
export class MachineCpu {
  #before = totals();
  #peakPercent = 0;

  get peakPercent(): number {
    return this.#peakPercent;
  }

  sample(): void {
    const now = totals();
    const all = now.all - this.#before.all;
    // Counters are in ticks of 10 ms: over too short a time they say nothing.
    if (all < cpus().length * 100) return;
    const busy = 1 - (now.idle - this.#before.idle) / all;
    this.#before = now;
    this.#peakPercent = Math.max(this.#peakPercent, Math.round(busy * 1000) / 10);
  }
}

function totals(): { all: number; idle: number } {
  let all = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    all += times.user + times.nice + times.sys + times.idle + times.irq;
    idle += times.idle;
  }
  return { all, idle };
}
