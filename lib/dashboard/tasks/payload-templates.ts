import type { TaskType } from '../../contracts/tasks.ts';

/** What each type is given, to begin with. @param project whose task it is, most likely */
export const payloadTemplate = (type: TaskType, project: string): string =>
  JSON.stringify(templates[type](project), null, 2);

const templates: Record<TaskType, (project: string) => unknown> = {
  analysis: (project) => ({ project, minutes: 60 }),
  'cache-warm': (namespace) => ({ namespace, entries: [{ key: 'greeting', value: 'Hello', ttlSeconds: 600 }] }),
  'cache-maintenance': (namespace) => ({ namespace }),
  report: (project) => ({ project, days: 7 }),
  comparison: (project) => ({
    configurations: [
      { project, label: 'before' },
      { project, label: 'after' },
    ],
    durationSeconds: 30,
  }),
  export: (project) => ({ project, metrics: ['requests', 'p95ResponseTimeMs'], format: 'csv' }),
  webhook: (project) => ({
    project,
    url: 'https://example.com/hook',
    body: { hello: 'world' },
    secret: 'at-least-16-characters',
  }),
};
