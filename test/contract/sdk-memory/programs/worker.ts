// A service that answers no requests: it works on a queue, and counts what it does.
import { createCache } from 'headroom/cache';
import { onPressure } from 'headroom/memory';
import { counter, gauge, histogram } from 'headroom/metrics';

const jobs = counter('jobs_total', { labels: ['kind'], help: 'Jobs that were done' });
const waiting = [1, 2, 3];
gauge('jobs_waiting', { read: () => waiting.length });
const duration = histogram('job_duration', { unit: 'ms' });

const cache = createCache<string>({ namespace: 'addresses' });
onPressure({}, () => {});

for (const kind of ['mail', 'mail', 'invoice']) {
  await duration.time(() => new Promise((resolve) => setTimeout(resolve, 5)));
  jobs.labels({ kind }).inc();
  await cache.getOrSet(kind, () => `to ${kind}`);
  waiting.pop();
}
