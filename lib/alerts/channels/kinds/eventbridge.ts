import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { type AlertNotification, type AnnouncedAlert, eventSource } from '../../../contracts/alerts.ts';

/** Of one call. */
const batchSize = 10;

/** An event for each alert, so that rules can be made by severity, status and type. */
export function eventBatches(notification: AlertNotification, eventBus: string): PutEventsRequestEntry[][] {
  const events = notification.alerts.map((alert) => eventOf(notification, alert, eventBus));
  return Array.from({ length: Math.ceil(events.length / batchSize) }, (_, batch) =>
    events.slice(batch * batchSize, (batch + 1) * batchSize),
  );
}

const eventOf = (
  { notificationId, project, isTest }: AlertNotification,
  alert: AnnouncedAlert,
  eventBus: string,
): PutEventsRequestEntry => ({
  Source: eventSource,
  DetailType: isTest ? 'Headroom Test' : 'Headroom Alert',
  EventBusName: eventBus,
  Detail: JSON.stringify({ notificationId, ...(project === undefined ? {} : { project }), ...alert }),
});
