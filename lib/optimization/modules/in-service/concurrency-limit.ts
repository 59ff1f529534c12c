import { merged } from '../../../telemetry/metrics.ts';
import type { OptimizationModule } from '../../module.ts';
import { observedEvidence, observedSeconds, tenths } from './figures.ts';
import { live, settingChange } from './setting-change.ts';

/** Of a processor that has nothing to wait for: more at once only makes all of them late. */
const busyPercent = 90;
const lateMs = 100;
/** The peak is so many times what is usual: requests pile up. */
const piledUp = 4;
/** An instance that answers fewer at once loses what it waits for. */
const minRequests = 16;
const waitingPerRequest = 4;

/** Lets no more requests in at once than an event loop that is busy all the time can use; the others wait in order, or are told to come back. */
export const concurrencyLimit: OptimizationModule = {
  name: 'concurrency-limit',
  optimizationId: 'resource_optimization',
  plan(situation) {
    const { telemetry, bottlenecks, settings } = situation;
    const bottleneck = bottlenecks.find(({ type }) => type === 'event-loop');
    const peak = telemetry.traffic.peakConcurrentRequests;
    const seconds = observedSeconds(situation);
    if (bottleneck === undefined || settings.concurrency !== undefined || peak === undefined || seconds <= 0) return [];
    const busy = telemetry.resources.filter(
      ({ eventLoopUtilizationPercent = 0, eventLoopDelayP99Ms = 0 }) =>
        eventLoopUtilizationPercent >= busyPercent && eventLoopDelayP99Ms >= lateMs,
    );
    const instances = Math.max(1, telemetry.instanceCount);
    const responseTime = merged(telemetry.endpoints.map((endpoint) => endpoint.responseTime));
    // Little's law: the time spent in requests over the time that passed is how many were answered at once.
    const usual = responseTime.sum / 1e6 / seconds / instances;
    const atPeak = peak / instances;
    if (busy.length === 0 || atPeak < piledUp * usual || atPeak <= minRequests) return [];
    const maxRequests = Math.max(minRequests, Math.ceil(2 * usual));
    const maxWaiting = maxRequests * waitingPerRequest;
    return [
      {
        subject: 'requests',
        name: `Answer ${maxRequests} requests at once`,
        description: `At times an instance answers ${tenths(atPeak)} requests at once, ${tenths(atPeak / usual)} times what is usual, while its event loop is busy all the time and ${tenths(Math.max(...busy.map(({ eventLoopDelayP99Ms = 0 }) => eventLoopDelayP99Ms)))} ms late: more at once makes each of them slower and none of them faster. ${maxRequests} are let in, ${maxWaiting} wait in order, and beyond that the answer is 503 with Retry-After.`,
        changes: [settingChange(situation, 'concurrency', { maxRequests, maxWaiting })],
        risk: 'high' as const,
        ...live,
        evidence: [
          observedEvidence(situation, 'traffic.concurrentRequests', 'requests', {
            usualPerInstance: tenths(usual),
            peakPerInstance: tenths(atPeak),
            busyWindows: busy.length,
          }),
          ...bottleneck.evidence,
        ],
      },
    ];
  },
};
