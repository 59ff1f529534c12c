/** All that a cache knows of time. */
export interface CacheClock {
  /** Epoch milliseconds: for what others see. */
  now(): number;
  /** Milliseconds that never go back: for how long something took or takes. */
  monotonic(): number;
  /** Calls back once after so many milliseconds, or later. @returns what calls it off */
  after(ms: number, callback: () => void): () => void;
}

/** So far the two clocks may drift apart before it counts as a pause. */
const PAUSE_MS = 100;

/**
 * A clock that never goes back and counts pauses too. Where the machine itself was paused, as that of a function between two
 * calls may be, the monotonic clock may have stood still, and what is known would look younger than it is: then the wall clock tells. When
 * that one is put forward, things look older than they are, which costs a question and no more.
 */
export function countingPauses(wall: () => number, monotonic: () => number): () => number {
  const apart = wall() - monotonic();
  let paused = 0;
  return () => {
    const now = monotonic();
    const gained = wall() - now - apart;
    if (gained > paused + PAUSE_MS) paused = gained;
    return now + paused;
  };
}

export const systemClock: CacheClock = {
  now: () => Date.now(),
  monotonic: countingPauses(
    () => Date.now(),
    () => performance.now(),
  ),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
