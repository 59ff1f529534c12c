/** All that a cache knows of time. */
export interface CacheClock {
  /** Epoch milliseconds: for what others see. */
  now(): number;
  /** Milliseconds that never go back: for how long something took or takes. */
  monotonic(): number;
  /** Calls back once after so many milliseconds, or later. @returns what calls it off */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: CacheClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
