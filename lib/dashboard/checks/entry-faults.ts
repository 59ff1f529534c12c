import { ApiError } from '../api/api-error.ts';

/** What the API said is wrong with a field of the one entry that was changed, wherever that stands in the schedule. */
export function entryFault(error: Error | undefined, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  for (const { path, message } of error.errors) {
    const [, within = ''] = /^body\.entries\.\d+\.(.+)$/.exec(path) ?? [];
    if (within === field) return message;
    if (within.startsWith(`${field}.`)) return `${within.slice(field.length + 1)}: ${message}`;
  }
  return undefined;
}
