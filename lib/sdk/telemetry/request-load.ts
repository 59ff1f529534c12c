/** Reading it costs a microsecond or two: not for every request. */
const readEveryMs = 5;

/** Of this thread; before Node 23.9 only the process's is known, with those who collect garbage and work for the file system. */
const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1_000;
};

/**
 * How many requests are being answered, and what share of the CPU each of them had: the CPU that was used, at every moment
 * divided evenly among those that were being answered (processor sharing). What is used on behalf of none, as by timers, is theirs too.
 */
export class RequestLoad {
  readonly #cpuMs: () => number;
  #active = 0;
  #peak = 0;
  #hasServed = false;
  #changedAtMs: number;
  #readAtMs: number;
  #usedMs: number;
  /** Milliseconds since the last reading, each divided by the number of requests in it. */
  #sharedMs = 0;
  #shareMs = 0;

  constructor(nowMs: number, readCpuMs = cpuMs) {
    this.#cpuMs = readCpuMs;
    this.#changedAtMs = nowMs;
    this.#readAtMs = nowMs;
    this.#usedMs = readCpuMs();
  }

  /** @returns what is to be given back when the request ends */
  begin(nowMs: number): number {
    this.#advance(nowMs);
    this.#hasServed = true;
    if (++this.#active > this.#peak) this.#peak = this.#active;
    return this.#shareMs;
  }

  /** @returns the request's share in milliseconds of CPU; of little worth for one that took less than a few readings */
  end(nowMs: number, begun: number): number {
    this.#advance(nowMs);
    this.#active--;
    return this.#shareMs - begun;
  }

  /** The most requests at one time since this was asked before; undefined: there was never any. */
  takePeak(): number | undefined {
    const peak = this.#peak;
    this.#peak = this.#active;
    return this.#hasServed ? peak : undefined;
  }

  #advance(nowMs: number): void {
    if (this.#active > 0) this.#sharedMs += (nowMs - this.#changedAtMs) / this.#active;
    this.#changedAtMs = nowMs;
    const elapsedMs = nowMs - this.#readAtMs;
    if (elapsedMs < readEveryMs) return;
    const usedMs = this.#cpuMs();
    this.#shareMs += ((usedMs - this.#usedMs) / elapsedMs) * this.#sharedMs;
    this.#usedMs = usedMs;
    this.#readAtMs = nowMs;
    this.#sharedMs = 0;
  }
}
