import type { MessageOf, Outgoing } from '../../contracts/messages.ts';

export type Errand = Omit<MessageOf<'notifications'>, 'type'>;

/** What brings a notification to a channel. @param delayMs at most 15 minutes are waited: what comes too early waits again */
export function deliverMessage({ group, sequence, channelId }: Errand, delayMs = 0): Outgoing {
  const delaySeconds = Math.min(900, Math.ceil(delayMs / 1000));
  const body = { type: 'notification.deliver', group, sequence, channelId } as const;
  return { queue: 'notifications', body, ...(delaySeconds > 0 ? { delaySeconds } : {}) };
}
