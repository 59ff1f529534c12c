import { signatureOf, webhookHeaders } from '../../alerts/channels/kinds/webhook.ts';
import { type PostOptions, postJson } from '../../alerts/channels/post.ts';
import { DomainError } from '../../platform/errors.ts';
import type { TaskRunner } from '../runner.ts';

export const taskIdHeader = 'headroom-task-id';

/** Calls the user's own service, which does the work while it answers. It may be called more than once: the task's id tells. */
export const webhookRunner = (options: Omit<PostOptions, 'timeoutMs'>): TaskRunner<'webhook'> => ({
  run: async ({ payload: { project, url, body: payload, secret, timeoutSeconds } }, { taskId }) => {
    const timestamp = Math.floor(options.clock() / 1000);
    const body = JSON.stringify({ type: 'task.run', taskId, project, payload });
    const headers = {
      [taskIdHeader]: taskId,
      [webhookHeaders.timestamp]: String(timestamp),
      [webhookHeaders.signature]: signatureOf(secret, timestamp, body),
    };
    const outcome = await postJson(url, { body, headers }, { ...options, timeoutMs: timeoutSeconds * 1000 });
    if (outcome.delivered)
      return { ended: true, result: outcome.status === undefined ? {} : { status: outcome.status } };
    const { final, detail, retryAfterMs } = outcome;
    throw new DomainError(final ? 'target-not-allowed' : 'unavailable', detail, {
      ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }),
    });
  },
});
