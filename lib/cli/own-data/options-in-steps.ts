import { count } from '../../contracts/figures.ts';
import type { EvenSeries } from './even-series.ts';
import { stepInWords } from './step-in-words.ts';

interface Asked {
  season: number | 'auto';
  horizon?: number;
}

/**
 * The season and the horizon, which the user counts in values of the series, in steps of the even one: fewer where that is coarser.
 *
 * @returns both, a season that does not fit as 1, and in `notes` where they are not what was asked for
 */
export function optionsInSteps({ season, horizon }: Asked, even: EvenSeries | undefined): Asked & { notes: string[] } {
  const perStep = even === undefined ? 1 : even.stepMs / even.usualMs;
  const step = stepInWords(even?.stepMs ?? 0);
  const notes: string[] = [];
  const asked: Asked = { season };
  if (season !== 'auto' && season > 1) {
    const steps = season / perStep;
    const whole = Math.round(steps);
    if (even === undefined) {
      notes.push(`The season of ${count(season)} values was not taken out: the points have no step of time.`);
    } else if (whole < 2) {
      notes.push(`The season of ${count(season)} values was not taken out: it is shorter than two steps of ${step}.`);
    } else if (even.values.length < 2 * whole) {
      const all = perStep === 1 ? count(even.values.length) : count(Math.round(even.values.length * perStep));
      notes.push(`The season of ${count(season)} values was not taken out: ${all} values are less than two of it.`);
    } else if (Math.abs(steps - whole) > 1e-6) {
      notes.push(
        `The season of ${count(season)} values is no whole number of steps of ${step}: ${count(whole)} of them were taken for it.`,
      );
    }
    asked.season = whole < 2 ? 1 : whole;
  }
  if (horizon !== undefined) {
    const steps = Math.ceil(horizon / perStep - 1e-6);
    if (perStep !== 1) notes.push(`The ${count(horizon)} values to forecast are ${count(steps)} steps of ${step}.`);
    asked.horizon = steps;
  }
  return { ...asked, notes };
}
