import { createHmac } from 'node:crypto';
import type { AlertNotification } from '../../../contracts/alerts.ts';

export const webhookHeaders = {
  id: 'headroom-notification-id',
  timestamp: 'headroom-timestamp',
  signature: 'headroom-signature',
} as const;

/**
 * HMAC-SHA256 of the time and the body as they are sent: `v1=` and 64 hexadecimal digits. With the time in it, a receiver can refuse
 * what somebody kept and sends again later.
 *
 * @param timestamp seconds since 1970
 */
export const signatureOf = (secret: string, timestamp: number, body: string): string =>
  `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;

/** A signed request. @param now epoch milliseconds */
export function webhookRequest(
  notification: AlertNotification,
  secret: string,
  now: number,
): { body: string; headers: Record<string, string> } {
  const timestamp = Math.floor(now / 1000);
  const body = JSON.stringify({ type: 'alert.notification', ...notification });
  return {
    body,
    headers: {
      [webhookHeaders.id]: notification.notificationId,
      [webhookHeaders.timestamp]: String(timestamp),
      [webhookHeaders.signature]: signatureOf(secret, timestamp, body),
    },
  };
}
