import type { Measurement } from '../emulators/cloudwatch/model.ts';
import { type QueueFigures, queueFiguresPath } from '../emulators/fauxqs/queue-figures.ts';

/** What SQS reports of queues to CloudWatch, gathered now and then. A queue that was empty, and is, reports nothing. */
export class QueueMetrics {
  readonly #endpoint: string;
  readonly #busy = new Set<string>();
  #measured: Measurement[] = [];

  /** @param endpoint of the emulated SQS */
  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** @throws when the queues do not answer */
  async sample(nowMs: number): Promise<void> {
    const answer = await fetch(`${this.#endpoint}${queueFiguresPath}`, { signal: AbortSignal.timeout(5_000) });
    for (const figures of (await answer.json()) as QueueFigures[]) {
      const { name, visible, inFlight, delayed } = figures;
      const wasBusy = this.#busy.has(name);
      if (visible + inFlight + delayed > 0) this.#busy.add(name);
      else this.#busy.delete(name);
      if (wasBusy || this.#busy.has(name)) this.#measured.push(...measurementsOf(figures, nowMs));
    }
  }

  /** What came since it was called last. */
  drain(): Measurement[] {
    return this.#measured.splice(0);
  }
}

const measurementsOf = ({ name, ...figures }: QueueFigures, timestampMs: number): Measurement[] => {
  const one = (MetricName: string, unit: string, value: number): Measurement => ({
    Namespace: 'AWS/SQS',
    MetricName,
    Dimensions: [{ Name: 'QueueName', Value: name }],
    timestampMs,
    unit,
    values: [{ value, count: 1 }],
  });
  return [
    one('ApproximateNumberOfMessagesVisible', 'Count', figures.visible),
    one('ApproximateNumberOfMessagesNotVisible', 'Count', figures.inFlight),
    one('ApproximateNumberOfMessagesDelayed', 'Count', figures.delayed),
    one('ApproximateAgeOfOldestMessage', 'Seconds', figures.oldestAgeSeconds),
  ];
};
