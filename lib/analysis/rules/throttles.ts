import type { Bottleneck } from '../../contracts/analysis.ts';
import { enough } from '../enough.ts';
import { inWords } from '../words.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';

const tooManyRequests = '429';

interface Throttled {
  component: string;
  metric: string;
  subject: string;
  throttled: number;
  asked: number;
  who: string;
  recommendation: string;
}

/** Where requests were turned away for being too many: by the service, or by another that it asks. */
export const throttles = (observed: Observed): Finding[] =>
  [...ofEndpoints(observed), ...ofUpstreams(observed)]
    .filter(({ throttled, asked }) => throttled >= enough.throttled && share(throttled, asked) >= minPercent(observed))
    .map(({ component, metric, subject, throttled, asked, who, recommendation }): Finding => {
      const percent = share(throttled, asked);
      return {
        component,
        issue: `${who} ${throttled} of ${asked} (${inWords.percent(percent)}) for being too many.`,
        performanceImpact: share(throttled, observed.requests),
        evidence: [
          evidence(observed, metric, subject, {
            throttled,
            asked,
            throttledPercent: percent,
            thresholdPercent: minPercent(observed),
          }),
        ] satisfies Bottleneck['evidence'],
        recommendation,
        remedy: 'raise-limit',
        opportunity: `Let ${component} be throttled less`,
      };
    });

/** They are errors to whoever asked. */
const minPercent = ({ thresholds }: Observed): number => thresholds.errorRatePercent.value;

const ofEndpoints = ({ telemetry }: Observed): Throttled[] =>
  telemetry.endpoints.map(({ endpoint, statuses, responseTime }) => ({
    component: endpoint,
    metric: 'endpoint.status429',
    subject: endpoint,
    throttled: statuses[tooManyRequests] ?? 0,
    asked: responseTime.count,
    who: 'Its rate limit turned away',
    recommendation: `Look who asks ${endpoint} so often; raise its limit where the callers are wanted, and tell them by Retry-After when to come again.`,
  }));

const ofUpstreams = ({ telemetry }: Observed): Throttled[] =>
  [...Map.groupBy(telemetry.outgoing, ({ target }) => target)].map(([target, calls]) => ({
    component: target,
    metric: 'outgoing.status429',
    subject: target,
    throttled: calls.reduce((sum, { statuses }) => sum + (statuses[tooManyRequests] ?? 0), 0),
    asked: calls.reduce((sum, { responseTime }) => sum + responseTime.count, 0),
    who: 'It turned away',
    recommendation: `Ask ${target} less often: keep its answers, and hold to its limit (\`rateLimit()\`) in place of running into it.`,
  }));
