import { deliveriesOf } from '../lib/alerts/delivery/work.ts';
import { createParts } from '../lib/platform/parts.ts';
import { queueDoor } from '../lib/platform/queue/door.ts';

const parts = createParts('notifier');
const deliveries = deliveriesOf(parts);

export const handler = queueDoor('notifications', parts, (message) => deliveries.deliver(message), {
  giveUp: (message) => deliveries.giveUp(message),
});
