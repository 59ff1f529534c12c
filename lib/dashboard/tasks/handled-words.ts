import type { DeadLettersHandled } from '../../contracts/dead-letters.ts';
import { formats } from '../../pages/units.ts';
import type { Tone } from '../components/badge.tsx';

const done = { redrive: 'delivered again', discard: 'discarded' } as const;

/** What became of messages, and whether that is what was asked for. */
export function handledInWords(
  what: keyof typeof done,
  { handled, failed = [], missing }: DeadLettersHandled,
): [text: string, tone: Tone] {
  const parts = [
    `${formats.count(handled.length)} ${handled.length === 1 ? 'message is' : 'messages are'} ${done[what]}.`,
    ...(failed.length === 0 ? [] : [`${failed.length} could not be taken this time either: ${failed[0]?.fault}`]),
    ...(missing.length === 0 ? [] : [`${missing.length} were not found, or somebody else looks at them just now.`]),
  ];
  return [parts.join(' '), parts.length === 1 ? 'good' : 'doubtful'];
}
