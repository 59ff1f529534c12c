export const pressureLevels = ['none', 'moderate', 'critical'] as const;
export type PressureLevel = (typeof pressureLevels)[number];

export interface PressureThresholds {
  /** Of the heap's limit, by what lives after a collection of all; 80 by default. */
  heapPercent?: number;
  /** The memory that the process has, of its container's or machine's; 85 by default. */
  rssPercent?: number;
  /** Half of what is left above `heapPercent` by default. */
  criticalHeapPercent?: number;
  criticalRssPercent?: number;
  /** A level is left when all is so many points below what led to it; 5 by default. */
  reliefPercent?: number;
}

const halfWay = (percent: number): number => (percent + 100) / 2;

/** @throws RangeError */
export function checkThresholds(given: PressureThresholds): { heap: Steps; rss: Steps } {
  const { heapPercent = 80, rssPercent = 85, reliefPercent = 5 } = given;
  const { criticalHeapPercent = halfWay(heapPercent), criticalRssPercent = halfWay(rssPercent) } = given;
  const all = { heapPercent, rssPercent, criticalHeapPercent, criticalRssPercent, reliefPercent };
  for (const [name, percent] of Object.entries(all)) {
    if (!(percent > 0 && percent < 100)) throw new RangeError(`${name} must lie between 0 and 100`);
  }
  if (criticalHeapPercent < heapPercent || criticalRssPercent < rssPercent) {
    throw new RangeError('what is critical may not lie below what is moderate');
  }
  return {
    heap: { moderate: heapPercent, critical: criticalHeapPercent, relief: reliefPercent },
    rss: { moderate: rssPercent, critical: criticalRssPercent, relief: reliefPercent },
  };
}

/** The higher of the two. */
export const worse = (a: PressureLevel, b: PressureLevel): PressureLevel =>
  pressureLevels.indexOf(a) > pressureLevels.indexOf(b) ? a : b;

export interface Steps {
  readonly moderate: number;
  readonly critical: number;
  readonly relief: number;
}

/** The level that follows: up at once, down only when the figure is well below what led to it. */
export function nextLevel(level: PressureLevel, percent: number, { moderate, critical, relief }: Steps): PressureLevel {
  if (percent >= critical - (level === 'critical' ? relief : 0)) return 'critical';
  return percent >= moderate - (level === 'none' ? 0 : relief) ? 'moderate' : 'none';
}
