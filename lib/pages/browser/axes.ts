import type uPlot from 'uplot';
import { decimal } from '../../contracts/figures.ts';
import { dateTicks, local, zonedSplits } from '../date-ticks.ts';
import type { Plot } from '../plot.ts';
import { clockTime } from '../units.ts';
import { colour } from './look.ts';

const font = '12px system-ui, sans-serif';
/** In seconds: what clocks are read by, in place of powers of ten. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];
/** Days and more. No step of days fits months: whole weeks are as good. */
const dateSteps = [...timeSteps, ...[2, 7, 14, 28, 91, 182, 364, 1820].map((days) => days * 86_400)];
/** Wide enough for most numbers, so that the time axes of plots under each other begin at the same place. */
const sameSize = 52;
const widthOfDigit = 7;
const widthOfTick = 48;

const drawnAlike = (): Pick<uPlot.Axis, 'font' | 'labelFont' | 'stroke' | 'grid' | 'ticks'> => ({
  font,
  labelFont: font,
  stroke: colour('soft'),
  grid: { stroke: colour('grid'), width: 1 },
  ticks: { stroke: colour('grid'), width: 1, size: 4 },
});

const wholeSteps = Array.from({ length: 7 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

const ticksOf: Record<Plot['x']['scale'], uPlot.Axis> = {
  time: { incrs: timeSteps, values: (_, splits) => splits.map(clockTime) },
  date: { incrs: dateSteps, values: (_, splits) => dateTicks(splits) },
  'local-date': {
    incrs: dateSteps,
    splits: (_, __, min, max, step) => zonedSplits(min, max, step, local),
    values: (_, splits) => dateTicks(splits, local),
  },
  linear: { incrs: wholeSteps, values: (_, splits) => splits.map(decimal) },
  log: {
    splits: (plot, _, min, max) => logTicks(min, max, plot.width),
    values: (_, splits) => splits.map(decimal),
    filter: (_, splits) => splits,
  },
};

/** 1, 2, 5, 10, ...; only the powers of ten where there is no room for more. */
function logTicks(min: number, max: number, widthPx: number): number[] {
  const decades = Math.log10(max / min);
  const steps = 3 * decades * widthOfTick > widthPx ? [1] : [1, 2, 5];
  const first = Math.floor(Math.log10(min));
  return Array.from({ length: Math.ceil(decades) + 2 }, (_, index) => 10 ** (first + index))
    .flatMap((power) => steps.map((step) => step * power))
    .filter((tick) => tick >= min && tick <= max);
}

export const axesOf = ({ x }: Plot): uPlot.Axis[] => [
  {
    ...drawnAlike(),
    label: x.label,
    labelSize: 18,
    labelGap: 0,
    size: 28,
    space: x.scale.endsWith('date') ? 84 : 60,
    ...ticksOf[x.scale],
  },
  {
    ...drawnAlike(),
    values: (_, splits) => splits.map(decimal),
    size: (_, values) =>
      Math.max(sameSize, 14 + widthOfDigit * Math.max(0, ...(values ?? []).map((text) => text.length))),
  },
];
