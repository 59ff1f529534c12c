import { expect, it } from 'vitest';
import { notificationOf, type ToTell } from '../../../lib/alerts/announcing/notification.ts';
import type { AlertSeverity } from '../../../lib/contracts/alerts.ts';
import { derivedId } from '../../../lib/platform/ids.ts';

const at = Date.parse('2026-01-31T02:00:00.000Z');
const one = (
  subject: string,
  severity: AlertSeverity,
  status: 'open' | 'resolved' = 'open',
  reason = 'Bad.',
): ToTell => ({
  telling: 'change',
  alert: {
    alertId: derivedId(at, `${subject} ${status}`),
    type: 'slow-requests',
    subject,
    project: 'shop',
    severity,
    status,
    reason,
    openedAt: '2026-01-31T02:00:00.000Z',
    updatedAt: '2026-01-31T02:00:00.000Z',
    evidence: [],
    runbook: 'docs/runbook.md#slow-requests',
    history: [],
  },
});

it('tells of the end of an alert together with the next one of its subject, or of neither', () => {
  const due = [
    one('again', 'critical'),
    one('again', 'low', 'resolved'),
    ...Array.from({ length: 150 }, (_, index) => one(`s${index}`, 'high')),
  ];
  const { alerts, remaining } = notificationOf('shop', 1, due, at);
  expect(alerts).toHaveLength(100);
  expect(remaining).toBe(52);
  expect(alerts.filter(({ subject }) => subject === 'again').map(({ status }) => status)).toEqual(['open', 'resolved']);
});

it('fits into an item however long the reasons are', () => {
  const due = Array.from({ length: 200 }, (_, index) => one(`s${index}`, 'high', 'open', '\u{fffd}'.repeat(4096)));
  expect(Buffer.byteLength(JSON.stringify(notificationOf('shop', 1, due, at)))).toBeLessThan(300_000);
});
