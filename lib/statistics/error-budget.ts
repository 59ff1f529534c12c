/** What happened in a time, and how much of it was bad. */
export interface EventCounts {
  total: number;
  bad: number;
}

/** The same of a time, in milliseconds. */
export interface EventPiece extends EventCounts {
  from: number;
  to: number;
}

export const sumOfEvents = (counts: Iterable<EventCounts>): EventCounts => {
  const sum = { total: 0, bad: 0 };
  for (const { total, bad } of counts) {
    sum.total += total;
    sum.bad += bad;
  }
  return sum;
};

/**
 * How many times as fast as it may an error budget is spent: the share of bad events over the share that is allowed. At 1 all of
 * it is spent when the objective's window is over. ("The Site Reliability Workbook", O'Reilly 2018, chapter 5.)
 *
 * @param allowedShare 1 - objective, above 0: 0.001 for 99.9 %
 * @returns undefined where nothing happened
 */
export function burnRate({ total, bad }: EventCounts, allowedShare: number): number | undefined {
  if (!(allowedShare > 0)) throw new RangeError(`a budget allows some bad events, not a share of ${allowedShare}`);
  return total === 0 ? undefined : bad / total / allowedShare;
}

export interface Spending {
  /** What happened so far within the objective's window, in order and without overlaps; evenly within each piece. */
  pieces: readonly EventPiece[];
  windowMs: number;
  /** Epoch milliseconds, as the pieces' times. */
  now: number;
  allowedShare: number;
  /** What goes on to happen per millisecond. */
  rate: EventCounts;
}

/**
 * When more than the allowed share of a sliding window's events will be bad, should events go on to come as they do now: new ones
 * enter the window, and old ones leave it. Exact for events that come as `pieces` and `rate` say. Where what leaves has no bad
 * events and traffic is steady, it is the well-known (share of the budget left) x (window) / (burn rate).
 *
 * @returns milliseconds from now: 0 when it is so already, undefined when it will never be
 */
export function timeToExhaustion({ pieces, windowMs, now, allowedShare, rate }: Spending): number | undefined {
  const spare = ({ total, bad }: EventCounts): number => allowedShare * total - bad;
  const inWindow = pieces.map((piece) => within(piece, now - windowMs, now));
  const all = sumOfEvents(inWindow);
  // Of shares and sums that binary numbers cannot hold: a budget that is spent to the last is not overspent.
  const noise = 1e-9 * (all.total + all.bad);
  // What more could be bad, and how that changes per millisecond.
  let left = spare(all);
  if (left < -noise) return 0;
  const entering = spare(rate);
  const steps = [
    ...new Set([0, windowMs, ...inWindow.flatMap(({ from, to }) => [from, to].map((at) => at - now + windowMs))]),
  ];
  const times = steps.filter((time) => time >= 0 && time <= windowMs).sort((a, b) => a - b);
  for (const [index, begin] of times.entries()) {
    const end = times[index + 1];
    // Once all that there was has left, what is left stays as it is.
    if (end === undefined) return undefined;
    const middle = now - windowMs + (begin + end) / 2;
    const piece = inWindow.find(({ from, to }) => from <= middle && middle < to);
    const leaving = piece === undefined ? 0 : spare(piece) / (piece.to - piece.from);
    const perMs = entering - leaving;
    if (left + perMs * (end - begin) < -noise) return begin + Math.max(0, left) / -perMs;
    left += perMs * (end - begin);
  }
  return undefined;
}

/** The part of a piece that lies in a time. */
function within({ from, to, total, bad }: EventPiece, start: number, end: number): EventPiece {
  const part = { from: Math.max(from, start), to: Math.min(to, end) };
  const share = from === to ? 0 : Math.max(0, part.to - part.from) / (to - from);
  return { ...part, total: total * share, bad: bad * share };
}
