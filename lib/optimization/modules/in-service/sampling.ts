import type { OptimizationModule } from '../../module.ts';
import { observedEvidence } from './figures.ts';
import { live, settingChange } from './setting-change.ts';

const flushSeconds = 30;
const slowRequests = 3;
/** Each reports six times a minute. */
const manyInstances = 200;

/** Reports less often, and fewer requests whole, where instances lose what they have to tell, or are very many. */
export const sampling: OptimizationModule = {
  name: 'sampling',
  optimizationId: 'resource_optimization',
  plan(situation) {
    const { telemetry, settings } = situation;
    const { instanceCount, droppedWindows } = telemetry;
    const isMuch = instanceCount >= manyInstances || droppedWindows > 0;
    if (!isMuch || settings.sampling?.flushSeconds !== undefined) return [];
    return [
      {
        subject: 'telemetry',
        name: `Report every ${flushSeconds} s`,
        description: `${instanceCount} instances report, and ${droppedWindows} windows were lost on the way. Windows of ${flushSeconds} s, with ${slowRequests} slow requests kept whole in each, are a third of the work for all; alerts and experiments see as much, some seconds later.`,
        changes: [settingChange(situation, 'sampling', { slowRequests, ...settings.sampling, flushSeconds })],
        risk: 'low' as const,
        saves: 'telemetry' as const,
        ...live,
        evidence: [observedEvidence(situation, 'telemetry.windows', 'telemetry', { instanceCount, droppedWindows })],
      },
    ];
  },
};
