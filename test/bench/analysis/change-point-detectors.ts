import { changePointsOf } from '../../../lib/statistics/change-points.ts';
import { eDivisive } from './e-divisive.ts';

/** What finds change points, by its name in the tables. */
export const changePointDetectors = {
  headroom: (values: readonly number[]) => changePointsOf(values).map(({ index }) => index),
  'e-divisive': eDivisive,
};

export type ChangePointDetector = keyof typeof changePointDetectors;
export const changePointDetectorNames = Object.keys(changePointDetectors) as ChangePointDetector[];
