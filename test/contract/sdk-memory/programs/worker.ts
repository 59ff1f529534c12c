// A service that answers no requests: it works on a queue, and counts what it does.
import { counter, gauge, histogram } from 'headroom/metrics';

const jobs = counter('jobs_total', { labels: ['kind'], help: 'Jobs that were done' });
const waiting = [1, 2, 3];
gauge('jobs_waiting', { read: () => waiting.length });
const duration = histogram('job_duration', { unit: 'ms' });

for (const kind of ['mail', 'mail', 'invoice']) {
  await duration.time(() => new Promise((resolve) => setTimeout(resolve, 5)));
  jobs.labels({ kind }).inc();
  waiting.pop();
}
