import type { ResponseCachingSetting } from '../../../contracts/live-settings.ts';
import type { EndpointAggregate } from '../../../telemetry/aggregate.ts';
import type { OptimizationModule, Proposed } from '../../module.ts';
import type { Situation } from '../../situation.ts';
import { impactOf, observedEvidence, observedSeconds, tenths } from './figures.ts';
import { live, settingChange } from './setting-change.ts';

/** Short: who did not write the service cannot know for how long its answers may be out of date. */
const ttlSeconds = 10;
const staleWhileRevalidateSeconds = 20;
/** Fewer say nothing of what is usual. */
const minRequests = 50;
/** Of the requests, by how often one process is asked within the TTL. */
const minHitShare = 0.5;
const maxEndpoints = 100;

/** What computes, or asks for, the same again and again. */
const causes = new Set(['missing-cache', 'cpu-bound', 'slow-endpoint', 'slow-query', 'slow-upstream']);

const placeholder = /[:{*]/;
/** A parameter, but for how many rows and from which on. */
const parameter = /(?<!\b(?:LIMIT|OFFSET)\s)(\?|\$\d+|[^:]:[a-z_]\w*|@\w+)/i;
/** What by its name is each caller's own. */
const personal =
  /(^|[/_-])(me|my|account|profile|session|cart|basket|orders?|checkout|auth|login|logout|user|token|admin)s?([/_-]|$)/i;

/**
 * Whether the answers look the same for everybody: the route has no parameter and no personal name, no query that it sends has a
 * parameter, it has no writes, and it fails for nobody.
 */
function isForEverybody(
  { endpoint, route, method, failed, responseTime }: EndpointAggregate,
  { telemetry }: Situation,
) {
  if (method !== 'GET' || placeholder.test(route) || personal.test(route)) return false;
  if (failed > 0.01 * responseTime.count) return false;
  const queries = telemetry.queries.filter((query) => query.endpoint === endpoint);
  const outgoing = telemetry.outgoing.filter((sent) => sent.endpoint === endpoint);
  return (
    queries.every(({ fingerprint }) => /^\s*(SELECT|WITH)\b/i.test(fingerprint) && !parameter.test(fingerprint)) &&
    outgoing.every((sent) => sent.method === 'GET')
  );
}

/** Whose answers are worth keeping: asked for often enough that most are hits. */
function planned(endpoint: EndpointAggregate, situation: Situation): Proposed[] {
  const { telemetry, settings, bottlenecks } = situation;
  const bottleneck = bottlenecks.find(({ type, component }) => causes.has(type) && component === endpoint.endpoint);
  const held = settings.responseCaching ?? [];
  const seconds = observedSeconds(situation);
  const requests = endpoint.responseTime.count;
  const isKnown = held.some((each) => each.endpoint === endpoint.endpoint);
  if (bottleneck === undefined || isKnown || held.length >= maxEndpoints || seconds <= 0) return [];
  const perInstance = requests / seconds / Math.max(1, telemetry.instanceCount);
  // One miss for each time to live, in each process: 1 / (1 + rate x TTL) of the requests.
  const hitShare = (perInstance * ttlSeconds) / (1 + perInstance * ttlSeconds);
  if (requests < minRequests || hitShare < minHitShare || !isForEverybody(endpoint, situation)) return [];
  const added: ResponseCachingSetting = { endpoint: endpoint.endpoint, ttlSeconds, staleWhileRevalidateSeconds };
  const queries = telemetry.queries.filter((query) => query.endpoint === endpoint.endpoint).length;
  return [
    {
      subject: endpoint.endpoint,
      name: `Cache the answers of ${endpoint.endpoint}`,
      description: `Each process keeps what ${endpoint.endpoint} answers for ${ttlSeconds} s, and gives it to all who ask the same without saying who they are. Its route has no parameter, and none of its ${queries} kinds of query has one: the answers look the same for everybody. Answers that forbid it, that set cookies or that vary are left alone.`,
      changes: [settingChange(situation, 'responseCaching', [...held, added])],
      ...impactOf(bottleneck, hitShare),
      risk: 'medium',
      ...live,
      evidence: [
        observedEvidence(situation, 'endpoint.requests', endpoint.endpoint, {
          requests,
          perInstancePerSecond: tenths(perInstance),
          expectedHitPercent: tenths(100 * hitShare),
          meanMs: tenths(endpoint.responseTime.mean / 1_000),
          queryKinds: queries,
        }),
        ...bottleneck.evidence,
      ],
    },
  ];
}

/** Has answers kept that are the same for everybody, for a short time. */
export const responseCaching: OptimizationModule = {
  name: 'response-caching',
  optimizationId: 'cache_optimization',
  plan: (situation) => situation.telemetry.endpoints.flatMap((endpoint) => planned(endpoint, situation)),
};
