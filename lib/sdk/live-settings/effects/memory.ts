import type { PressureHandle } from '../../memory/pressure-watch.ts';
import { trimOnPressure } from '../../memory/trim-on-pressure.ts';
import type { Effect } from '../effects.ts';

let watch: PressureHandle | undefined;

export const memory: Effect<'memory'> = (value) => {
  watch?.stop();
  watch =
    value &&
    trimOnPressure({
      heapPercent: value.trimAtPercent,
      rssPercent: value.trimAtPercent,
      collectGarbage: value.collectGarbage,
    });
};
