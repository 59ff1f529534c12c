import type { Bottleneck } from '../contracts/analysis.ts';
import type { TelemetryAggregate } from '../telemetry/aggregate.ts';

/** Plain sentences: what to do, what matters most first, and what the figures lack. */
export function recommendationsOf(bottlenecks: readonly Bottleneck[], telemetry: TelemetryAggregate): string[] {
  const { endpoints, instances, droppedWindows } = telemetry;
  const sentences = bottlenecks.map(({ recommendation }) => recommendation);
  if (instances.length === 0) {
    sentences.push(
      'No instance of the service reported anything in this time: start it with `node --import headroom/register`, with HEADROOM_URL, HEADROOM_API_KEY and HEADROOM_PROJECT set.',
    );
  } else if (endpoints.length === 0) {
    sentences.push('The service answered no request in this time: analyse it while it is used, or under a load test.');
  }
  if (droppedWindows > 0) {
    sentences.push(
      `The service could not deliver ${droppedWindows} windows of its telemetry since it started: its figures may be too low.`,
    );
  }
  return [...new Set(sentences)];
}
