import type { Alert } from '../../contracts/alerts.ts';
import { Stats } from '../components/stats.tsx';
import { severities } from './alert-kinds.evaluated.ts';

const tones = { critical: 'bad', high: 'bad', medium: 'doubtful', low: undefined } as const;

/** How many of each are open, and how many of them nobody looks after. */
export const SeverityCounts = ({ alerts }: { alerts: readonly Alert[] }) => (
  <Stats
    of={severities.map((severity) => {
      const own = alerts.filter((alert) => alert.severity === severity);
      const looked = own.filter(({ status }) => status === 'acknowledged').length;
      return {
        label: severity,
        value: String(own.length),
        note: own.length === 0 ? 'none' : `${looked} acknowledged`,
        tone: own.length === 0 ? undefined : tones[severity],
      };
    })}
  />
);
