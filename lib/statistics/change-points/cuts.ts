import { type Noise, noiseAroundSegments, noiseOfDifferences } from './noise.ts';
import { seededIntervals } from './seeded-intervals.ts';
import { significanceOf } from './significance.ts';
import { SHORTEST_SEGMENT, StepScan } from './step-scan.ts';
import type { Cleaned } from './without-outliers.ts';

/** What a first search takes up of the whole, in deviations of a step: less than can be significant, for what is certain is seen later. */
const WORTH_A_LOOK = 2.9;
/** Of the hundreds of stretches, one shows a step above sqrt(3 log n) in 1 of 100 series of one level. */
const PENALTY = 3;
/** Chosen by the false alarms of `npm run bench:analysis`. */
const SIGNIFICANT = 0.01;
/** How often cuts and noise are measured anew by each other: they hardly move the third time. */
const PASSES = 3;

/** The first index of every segment but the first; none when the level never changes. */
export function cutsOf(cleaned: Cleaned): number[] {
  const noise = noiseOfDifferences(cleaned.values);
  if (noise.deviation === 0) return [];
  const scan = new StepScan(cleaned.values);
  return significantOf(settled(candidates(cleaned.values.length, scan, noise), cleaned, scan), cleaned, scan);
}

/** Binary segmentation: of each part again the most visible step, of all of it or of a stretch of it. */
function candidates(count: number, scan: StepScan, noise: Noise): number[] {
  const visible = Math.sqrt(PENALTY * Math.log(count));
  const seen = seededIntervals(count, 2 * SHORTEST_SEGMENT + 2)
    .map((stretch) => ({ ...stretch, ...scan.best(stretch.begin, stretch.end, noise) }))
    .filter(({ z }) => z > visible);
  const parts = [{ begin: 0, end: count, inside: seen }];
  const cuts: number[] = [];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const { begin, end } = part;
    const inside = part.inside.filter((each) => each.begin >= begin && each.end <= end);
    const whole = scan.best(begin, end, noise);
    const best = inside.reduce((most, each) => (each.z > most.z ? each : most), whole);
    if (best === whole && whole.z <= WORTH_A_LOOK) continue;
    cuts.push(best.index);
    parts.push({ begin, end: best.index, inside }, { begin: best.index, end, inside });
  }
  return cuts.sort((a, b) => a - b);
}

/** Each cut where it is most visible between its neighbours, by the noise that is then left. */
function settled(cuts: readonly number[], { values, replaced }: Cleaned, scan: StepScan): number[] {
  let places = [...cuts];
  for (let pass = 0; pass < PASSES; pass++) {
    const noise = noiseAroundSegments(values, places, replaced);
    places = moved(places, places.keys(), scan, noise);
  }
  return places;
}

/**
 * The cuts, of which these go to where they are most visible. All at once, so that the mirrored series has the mirrored cuts; should
 * two come too near one another by that, all stay.
 */
function moved(cuts: number[], which: Iterable<number>, scan: StepScan, noise: Noise): number[] {
  const places = [...cuts];
  for (const at of which) {
    const { index } = scan.best(cuts[at - 1] ?? 0, cuts[at + 1] ?? scan.count, noise);
    if (index >= 0) places[at] = index;
  }
  return places.every((place, i) => i === 0 || place - (places[i - 1] ?? 0) >= SHORTEST_SEGMENT) ? places : cuts;
}

/** Drops the least significant cut, and looks anew at what is left of the noise, until all are significant. */
function significantOf(cuts: number[], { values, replaced }: Cleaned, scan: StepScan): number[] {
  let left = cuts;
  while (left.length > 0) {
    const noise = noiseAroundSegments(values, left, replaced);
    const visible = left.map((cut, i) => scan.at(left[i - 1] ?? 0, cut, left[i + 1] ?? scan.count, noise));
    const least = visible.indexOf(Math.min(...visible));
    if (significanceOf(visible[least] ?? 0, scan.count) <= SIGNIFICANT) return left;
    const rest = left.toSpliced(least, 1);
    const neighbours = [least - 1, least].filter((at) => at in rest);
    left = moved(rest, neighbours, scan, noise);
  }
  return left;
}
