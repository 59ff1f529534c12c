import { cpus } from 'node:os';

/** How busy all cores of the machine are, in the mean since this was made. */
export class MachineCpu {
  readonly #before = totals();

  /** 0 where too little time has passed to say: the counters go in ticks of 10 ms. */
  get meanPercent(): number {
    const now = totals();
    const all = now.all - this.#before.all;
    if (all < cpus().length * 100) return 0;
    return Math.round((1 - (now.idle - this.#before.idle) / all) * 1000) / 10;
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
