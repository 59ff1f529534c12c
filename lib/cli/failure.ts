import { HeadroomError, type HeadroomErrorCode } from '../sdk/client.ts';

/** 0: done, and every threshold held. 1: a threshold failed. 2: it could not be carried out. */
export const exitCodes = { ok: 0, thresholdFailed: 1, couldNotRun: 2 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What keeps a command from running. The message is one sentence for the terminal; `next` says what to do about it. */
export class CliError extends Error {
  override name = 'CliError';
  readonly next: string | undefined;

  constructor(message: string, options: { next?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.next = options.next;
  }
}

const advice: Partial<Record<HeadroomErrorCode, string>> = {
  unreachable: 'Start the platform with `npm start`, or give its address with --api-url or HEADROOM_URL.',
  unauthenticated: 'Give a valid key with --api-key or HEADROOM_API_KEY.',
  forbidden: 'Use a key that may do this: `headroom keys create` makes one.',
  'target-not-verified': '`GET /v1/projects/{project}` shows the token and where to put it.',
  'invalid-request': '--help shows what the command takes.',
  unavailable: 'Try again shortly.',
  'unexpected-answer': 'Check that the address is that of a Headroom of this version.',
};

/** One sentence, and what to do next. Never a stack. */
export function failureText(error: unknown): string {
  if (error instanceof CliError) return [error.message, error.next].filter(Boolean).join(' ');
  if (error instanceof HeadroomError) {
    const next = advice[error.code];
    return next === undefined ? error.message : `${clause(error.message)}. ${next}`;
  }
  return error instanceof Error ? firstLine(error.message) : String(error);
}

/** A sentence as a part of another: without its full stop. */
export const clause = (sentence: string): string => sentence.trim().replace(/\.$/, '');

const firstLine = (text: string): string => text.split('\n')[0] ?? text;
