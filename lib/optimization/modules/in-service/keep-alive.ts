import type { OptimizationModule } from '../../module.ts';
import { observedEvidence, tenths } from './figures.ts';
import { live, settingChange } from './setting-change.ts';

/** Longer than the 60 s that load balancers keep connections by default: who closes first must be them. */
const incomingSeconds = 65;
const minRequests = 500;
/** Of the requests, on new connections: clients that come once have nothing to keep. */
const minSharePercent = 20;
const maxSharePercent = 95;

/** Keeps connections open for longer, where many requests open new ones. */
export const keepAlive: OptimizationModule = {
  name: 'keep-alive',
  optimizationId: 'resource_optimization',
  plan(situation) {
    const { telemetry, settings } = situation;
    const { requests = 0, connections = 0 } = telemetry.network ?? {};
    if (requests < minRequests || settings.keepAlive?.incomingSeconds !== undefined) return [];
    const sharePercent = tenths((100 * connections) / requests);
    if (sharePercent < minSharePercent || sharePercent > maxSharePercent) return [];
    return [
      {
        subject: 'connections',
        name: `Keep connections for ${incomingSeconds} s`,
        description: `${sharePercent} % of the requests came over connections that were opened for them, though others were used again: idle ones are closed too early (Node keeps them for 5 s unless its server says otherwise). Each new one costs its client one round trip, and two more with TLS.`,
        changes: [settingChange(situation, 'keepAlive', { ...settings.keepAlive, incomingSeconds })],
        risk: 'low' as const,
        ...live,
        evidence: [
          observedEvidence(situation, 'network.connections', 'connections', { requests, connections, sharePercent }),
        ],
      },
    ];
  },
};
