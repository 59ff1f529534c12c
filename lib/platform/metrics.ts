import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { metricsNamespace } from '../contracts/functions.ts';
import type { Configuration } from './configuration.ts';

/**
 * Metrics leave as EMF log lines, in a namespace of their stage. The function is their one dimension: a metric costs money by the combination of
 * dimensions, so projects and the like are properties, not dimensions.
 */
export interface Meter {
  count(name: string, value?: number): void;
  milliseconds(name: string, value: number): void;
  /** Writes what was gathered since the last flush as one line; nothing, when that is nothing. */
  flush(properties?: Record<string, string>): void;
}

export function createMeter({ functionName, stage }: Pick<Configuration, 'functionName' | 'stage'>): Meter {
  const metrics = new Metrics({ namespace: metricsNamespace(stage), serviceName: functionName });
  return {
    count: (name, value = 1) => metrics.addMetric(name, MetricUnit.Count, value),
    milliseconds: (name, value) => metrics.addMetric(name, MetricUnit.Milliseconds, value),
    flush(properties = {}) {
      if (!metrics.hasStoredMetrics()) return;
      for (const [name, value] of Object.entries(properties)) metrics.addMetadata(name, value);
      metrics.publishStoredMetrics();
    },
  };
}
