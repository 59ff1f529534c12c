import type { LoadTestResult } from '../contracts/load-result.ts';
import { isCertificateFault } from './certificate-fault.ts';

type Figures = Omit<LoadTestResult, 'recommendations'>;

const mostErrorsPercent = 5;
/** A tail this much above the median says that some requests wait where most do not. */
const tailRatio = 10;
/** Below this, a tail is noise. */
const tailFloorMs = 50;

/** What the figures of a load test suggest to look at; nothing where they suggest nothing. */
export function recommendationsOf(figures: Figures): string[] {
  return rules.flatMap((rule) => rule(figures) ?? []);
}

const rules: readonly ((figures: Figures) => string | undefined)[] = [
  ({ totalRequests, connectionFailures, errors }) => {
    if (totalRequests > 0 || connectionFailures === 0) return undefined;
    return errors.some(({ kind }) => isCertificateFault(kind))
      ? 'No request could be sent: the target’s certificate is not trusted. For a test system, give insecureSkipTlsVerify (--insecure).'
      : 'No request could be sent: check that the target listens at its base URL and lets the workers connect.';
  },

  ({ totalRequests, failedRequests, connectionFailures, errors: [first] }) => {
    if (totalRequests === 0 || first === undefined) return undefined;
    const errorsPercent = (100 * (failedRequests + connectionFailures)) / (totalRequests + connectionFailures);
    const what = connectionFailures === 0 ? 'requests' : 'requests and connections';
    return errorsPercent > mostErrorsPercent
      ? `${round(errorsPercent)} % of the ${what} failed, most of them with ${first.kind} (${first.count}): mend this before reading the latencies.`
      : undefined;
  },

  ({ performanceMetrics: { p50ResponseTimeMs: p50, p99ResponseTimeMs: p99 } }) =>
    p50 !== undefined && p99 !== undefined && p99 > tailFloorMs && p99 > tailRatio * p50
      ? `1 in 100 requests takes over ${inWords(p99)} ms while half take under ${inWords(p50)} ms: look for waiting (locks, pools, garbage collection) rather than for slow code.`
      : undefined,

  ({ scenarios, totalRequests }) => {
    const all = Object.entries(scenarios).filter(([, { avgResponseTimeMs }]) => avgResponseTimeMs !== undefined);
    if (all.length < 2 || totalRequests === 0) return undefined;
    const times = all.map(([name, { requests, avgResponseTimeMs = 0 }]) => ({
      name,
      ms: requests * avgResponseTimeMs,
    }));
    const sum = times.reduce((total, { ms }) => total + ms, 0);
    const slowest = times.reduce((most, time) => (time.ms > most.ms ? time : most));
    const share = sum > 0 ? (slowest.ms / sum) * 100 : 0;
    return share > 50
      ? `${slowest.name} takes ${round(share)} % of all response time: making it faster gains the most.`
      : undefined;
  },
];

/** Three digits are what a reader compares. */
const inWords = (value: number): string =>
  new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 }).format(value);

const round = (value: number): number => Math.round(value * 10) / 10;
