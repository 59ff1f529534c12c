import type { AlertNotification } from '../../../contracts/alerts.ts';
import { headOf, reasonOf, restOf, shownAlerts, titleOf } from './words.ts';

/** Text of others must not become a link, a mention or a command. @see https://docs.slack.dev/messaging/formatting-message-text */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } });

/** The body of a message for an incoming webhook, in blocks, with a text for where blocks are not shown. */
export function slackMessage(notification: AlertNotification): object {
  const title = titleOf(notification);
  const rest = restOf(notification);
  return {
    text: escaped(title),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: title.slice(0, 150) } },
      ...notification.alerts
        .slice(0, shownAlerts)
        .map((alert) => section(`*${escaped(headOf(alert))}*\n${escaped(reasonOf(alert))}`)),
      ...(rest === undefined ? [] : [section(escaped(rest))]),
      {
        type: 'context',
        elements: [{ type: 'plain_text', text: `notification ${notification.notificationId}` }],
      },
    ],
  };
}
