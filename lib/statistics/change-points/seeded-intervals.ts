/** Both ends of a stretch of a series; `end` is not included. */
export interface Stretch {
  begin: number;
  end: number;
}

const SHRINK = Math.SQRT2;

/**
 * Stretches of every length that lie over all of the series, overlapping by half: a level that rises and falls again does not show
 * in the whole, but in one of these (Kovacs, Buhlmann, Li and Munk: "Seeded binary segmentation", Biometrika 110, 2023).
 *
 * @param shortest of a stretch
 */
export function seededIntervals(count: number, shortest: number): Stretch[] {
  const stretches: Stretch[] = [];
  for (let length = count / SHRINK; length >= shortest; length /= SHRINK) {
    const whole = Math.ceil(length);
    const steps = 2 * Math.ceil(count / length) - 2;
    const room = count - whole;
    for (let i = 0; i <= steps; i++) {
      // Rounded to the nearer end, so that the mirrored series has the mirrored stretches.
      const begin = 2 * i <= steps ? Math.floor((i * room) / steps) : room - Math.floor(((steps - i) * room) / steps);
      stretches.push({ begin, end: begin + whole });
    }
  }
  return stretches;
}
