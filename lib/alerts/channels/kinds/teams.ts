import type { AlertNotification, AlertSeverity } from '../../../contracts/alerts.ts';
import { headOf, reasonOf, restOf, shownAlerts, titleOf } from './words.ts';

const colours: Record<AlertSeverity, string> = {
  low: 'default',
  medium: 'accent',
  high: 'warning',
  critical: 'attention',
};

/** Of runs and not of text blocks, which read Markdown: text of others must not become a link. */
const line = (text: string, style: object = {}) => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text, ...style }],
});

/** The body of a request to a workflow of Microsoft Teams: an Adaptive Card as an attachment. */
export function teamsMessage(notification: AlertNotification): object {
  const rest = restOf(notification);
  const { alerts, notificationId } = notification;
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      line(titleOf(notification), { size: 'Large', weight: 'Bolder' }),
      ...alerts.slice(0, shownAlerts).map((alert) => ({
        type: 'Container',
        separator: true,
        items: [
          line(headOf(alert), {
            weight: 'Bolder',
            color: alert.status === 'resolved' ? 'good' : colours[alert.severity],
          }),
          line(reasonOf(alert)),
        ],
      })),
      ...(rest === undefined ? [] : [line(rest)]),
      line(`notification ${notificationId}`, { isSubtle: true, size: 'Small' }),
    ],
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
  };
}
