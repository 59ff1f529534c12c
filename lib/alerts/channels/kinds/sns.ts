import type { PublishCommandInput } from '@aws-sdk/client-sns';
import type { AlertNotification } from '../../../contracts/alerts.ts';
import { clipped, textOf, titleOf } from './words.ts';

/** What SNS takes at most of a subject, which must be ASCII and begins with no blank. */
const subjectLength = 100;

/** With attributes, by which subscriptions can filter. */
export function snsMessage(
  notification: AlertNotification,
  { topicArn, format }: { topicArn: string; format: 'text' | 'json' },
): PublishCommandInput {
  const { notificationId, severity, project } = notification;
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  return {
    TopicArn: topicArn,
    Subject: clipped(titleOf(notification), subjectLength),
    Message: format === 'text' ? textOf(notification) : JSON.stringify({ type: 'alert.notification', ...notification }),
    MessageAttributes: {
      notificationId: text(notificationId),
      severity: text(severity),
      ...(project === undefined ? {} : { project: text(project) }),
    },
  };
}
