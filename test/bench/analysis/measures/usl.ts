import { fitUsl } from '../../../../lib/statistics/usl.ts';
import { cisco, ciscoFit } from '../../../unit/statistics/cisco.ts';
import type { Goal } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';

const MOST_OFF_PERCENT = 0.1;

/** The scalability law fitted to the data for which its parameters were published. */
export const usl: Measure = {
  name: 'usl',
  async run() {
    const fit = fitUsl(cisco, { residuals: 'absolute' });
    if (!fit.fitted) throw new Error(fit.detail);
    const names = ['lambda', 'sigma', 'kappa'] as const;
    const rows = names.map((name) => {
      const { low, high } = fit.intervals[name];
      const note = `published ${ciscoFit[name]}; interval ${low.toPrecision(4)} to ${high.toPrecision(4)}`;
      return {
        measure: `USL ${name}, Cisco data`,
        subject: 'headroom',
        value: fit[name],
        unit: '',
        samples: [fit[name]],
        note,
      };
    });
    const goals = names.map((name): Goal => {
      const offPercent = 100 * Math.abs(fit[name] / ciscoFit[name] - 1);
      return {
        name: `USL ${name}, off what was published, %`,
        measured: offPercent,
        goal: `<= ${MOST_OFF_PERCENT} %`,
        holds: offPercent <= MOST_OFF_PERCENT,
      };
    });
    return { rows, goals };
  },
};
