import { z } from 'zod';
import { type AlarmNotification, alarmNotification } from '../../contracts/alarm-notification.ts';
import { fieldErrorsOf } from '../../platform/fields.ts';

/** What an alarm said that could not be taken: its text, and the notification, or why there is none in it. */
export type UndeliveredAlarm = { text: string } & ({ said: AlarmNotification } | { fault: string });

/** Lambda leaves the event that it could not have handled; SNS the notification that it could not hand to Lambda. */
const envelope = z.union([
  z
    .object({ Records: z.tuple([z.object({ Sns: z.object({ Message: z.string() }) })]) })
    .transform(({ Records: [{ Sns }] }) => Sns.Message),
  z.object({ Message: z.string() }).transform(({ Message }) => Message),
]);

/** @param body of a message that waits because `alarm-receiver` was not able to take what is in it */
export function readUndelivered(body: string): UndeliveredAlarm {
  const opened = envelope.safeParse(parseJson(body));
  const text = opened.success ? opened.data : body;
  const json = parseJson(text);
  if (json === undefined) return { text, fault: 'not JSON' };
  const said = alarmNotification.safeParse(json);
  if (said.success) return { text, said: said.data };
  const faults = fieldErrorsOf(said.error).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return { text, fault: faults.join('; ') };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
