import { createHash } from 'node:crypto';
import type { LiveSettings, SettingsExperiment } from '../../../contracts/live-settings.ts';
import type { RunVerification } from '../../../contracts/optimization-runs.ts';
import type { Change } from '../../../contracts/optimizations.ts';
import { isoTime } from '../../../platform/clock.ts';
import { ENOUGH_PAIRS } from '../../../statistics/paired-ratio.ts';
import { Random } from '../../../statistics/random.ts';
import type { Period } from '../../../telemetry/period.ts';
import type { Side } from '../../sides.ts';
import type { Round, Slice } from '../model.ts';

export type Measuring = Exclude<RunVerification, { mode: 'none' }> & {
  /** Of a round, where it has as many pairs of slices (5). */
  phasePairs?: number;
};

/** Of a round, as `slicesPerRound` has it. */
const mostSlices = 100;

/**
 * For what only saves: that it makes nothing slower is told by one look after the last round, to within a few percent, while a gain of a
 * tenth shows earlier. With as many slices as a gain needs, one worker or one instance left 13 in 100 harmless savings unsettled; with
 * half as many more, 3.
 */
export const forSaving = (measuring: Measuring): Measuring => ({
  ...measuring,
  slicesPerRound: Math.min(mostSlices, 2 * Math.ceil(0.75 * measuring.slicesPerRound)),
  phasePairs: 7,
});

/** What answers at the beginning of a slice was asked for before it, or finds cold what the other side did not need. */
const settlingMs = (sliceSeconds: number): number => Math.min(5_000, 200 * sliceSeconds);

/** How sides can alternate: in the service by its clock; by writing every slice; or, where that is dear, seldom. */
export type Alternation = 'experiment' | 'each-slice' | 'phases';

export function alternationOf(changes: readonly Change[], canExperiment: boolean): Alternation {
  if (canExperiment && changes.every(({ kind }) => kind === 'setting')) return 'experiment';
  return changes.every(({ kind }) => kind === 'setting' || kind === 'cache-policy') ? 'each-slice' : 'phases';
}

/** A round that nothing was measured in yet. Which side comes first in a pair is drawn by the seed, as often the one as the other. */
export function roundOf(number: number, alternation: Alternation, measuring: Measuring, seed: string): Round {
  const { slicesPerRound, phasePairs = usualPhasePairs } = measuring;
  const order =
    alternation === 'phases'
      ? phases(Math.max(Math.min(phasePairs, slicesPerRound / 2), Math.ceil(ENOUGH_PAIRS / measuring.rounds)))
      : balancedPairs(slicesPerRound / 2, seededBy(`${seed} ${number}`));
  const secondsEach = Math.max(measuring.sliceSeconds, roundSeconds(measuring) / order.length);
  return {
    number,
    by: alternation === 'experiment' ? 'experiment' : 'writing',
    stretches: order.map((side) => ({ side, seconds: secondsEach })),
    slices: [],
    stretch: 0,
  };
}

/** Fewer leave too few pairs of phases to tell a gain of a tenth from what chance does to a whole phase. */
const usualPhasePairs = 5;

/**
 * Few changes, and so long phases, since each change is dear. Each pair begins as the one before has ended, so that what goes
 * on in one direction falls on both sides alike.
 */
const phases = (pairs: number): Side[] => Array.from({ length: pairs }, (_, pair) => pair % 2 === 1).flatMap(inOrder);

const inOrder = (isSwapped: boolean): Side[] => (isSwapped ? ['after', 'before'] : ['before', 'after']);

function balancedPairs(pairs: number, random: Random): Side[] {
  const isSwapped = Array.from({ length: pairs }, (_, pair) => pair % 2 === 1);
  for (let last = pairs - 1; last > 0; last--) {
    const other = random.between(0, last);
    [isSwapped[last], isSwapped[other]] = [isSwapped[other] === true, isSwapped[last] === true];
  }
  return isSwapped.flatMap(inOrder);
}

export const seededBy = (text: string): Random => new Random(createHash('sha256').update(text).digest().readUInt32BE());

/** With the stretch that is over: its slices count, from when it had settled. */
export function withStretchOver(round: Round, measuring: Measuring, now: number): Round {
  const { stretch, stretchFromMs = now, stretches, slices } = round;
  const present = stretches[stretch];
  if (present === undefined) return round;
  // Of two phases, the slices are compared in the order of their time within each.
  const perStretch = Math.max(1, Math.floor(measuring.slicesPerRound / stretches.length));
  const block = Math.floor(stretch / 2);
  const more = Array.from({ length: perStretch }, (_, each): Slice => {
    const fromMs = stretchFromMs + (each * (now - stretchFromMs)) / perStretch;
    return {
      side: present.side,
      pair: block * perStretch + each,
      block,
      fromMs: fromMs + (each === 0 ? settlingMs(measuring.sliceSeconds) : 0),
      toMs: stretchFromMs + ((each + 1) * (now - stretchFromMs)) / perStretch,
    };
  });
  return { ...round, slices: [...slices, ...more], stretch: stretch + 1, stretchFromMs: undefined };
}

/** How an experiment names the sides. */
export const letters: Readonly<Record<Side, 'a' | 'b'>> = { before: 'a', after: 'b' };

/** With an experiment whose slices are known from the beginning. */
export function withExperiment(
  round: Round,
  { id, startsAtMs, sliceSeconds }: { id: string; startsAtMs: number; sliceSeconds: number },
  { before, after }: Record<Side, LiveSettings>,
): Round & { experiment: SettingsExperiment } {
  const sliceMs = sliceSeconds * 1_000;
  return {
    ...round,
    experiment: {
      id,
      startsAt: isoTime(startsAtMs),
      sliceSeconds,
      order: round.stretches.map(({ side }) => letters[side]).join(''),
      a: before,
      b: after,
    },
    slices: round.stretches.map(({ side }, index): Slice => {
      const pair = Math.floor(index / 2);
      const fromMs = startsAtMs + index * sliceMs;
      return { side, pair, block: pair, fromMs: fromMs + settlingMs(sliceSeconds), toMs: fromMs + sliceMs };
    }),
  };
}

export const roundSeconds = ({ slicesPerRound, sliceSeconds }: Measuring): number => slicesPerRound * sliceSeconds;

/** The slice in which a period lies wholly, by its place. */
export function sliceWith(slices: readonly Slice[], { from, to }: Period): number | undefined {
  const index = slices.findIndex(({ fromMs, toMs }) => from >= fromMs && to <= toMs);
  return index < 0 ? undefined : index;
}
