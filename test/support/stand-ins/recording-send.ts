import { appendFileSync } from 'node:fs';
import { messageSender as realSender, type SendMessages } from '../../../lib/platform/queue/send.ts';

export type { SendMessages };

/** Sends as ever, and writes down what was sent, a message a line, into the file that `RECORD_FILE` names. */
export function messageSender(...options: Parameters<typeof realSender>): SendMessages {
  const send = realSender(...options);
  const file = process.env.RECORD_FILE;
  return async (messages) => {
    await send(messages);
    if (file === undefined) return;
    for (const { queue, body } of messages) appendFileSync(file, `${JSON.stringify({ queue, body })}\n`);
  };
}
