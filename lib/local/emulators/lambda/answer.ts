import type { InvocationResult } from '../../lambda/hosted-instance.ts';

/** What Lambda's API says to a request. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or nothing. */
  readonly body: string;
}

export const answerOf = (status: number, output?: unknown): Answer => ({
  status,
  headers: {},
  body: output === undefined ? '' : JSON.stringify(output),
});

/** The exceptions of the API, with the status that each comes with. */
const statuses = {
  InvalidParameterValueException: 400,
  InvalidRequestContentException: 400,
  RecursiveInvocationException: 400,
  ResourceNotFoundException: 404,
  UnknownOperationException: 404,
  RequestTooLargeException: 413,
  TooManyRequestsException: 429,
  ServiceException: 500,
} as const;
export type Exception = keyof typeof statuses;

export const exception = (type: Exception, message: string): Answer => ({
  status: statuses[type],
  headers: { 'x-amzn-errortype': type },
  body: JSON.stringify({ Type: statuses[type] < 500 ? 'User' : 'Service', message }),
});

const isException = (type: string): type is Exception => Object.hasOwn(statuses, type);

/** To whom waits for it: what the function answered, or, with the status of a success too, the error that it ended with. */
export function invocationAnswer(result: InvocationResult): Answer {
  const executed = { 'x-amz-executed-version': '$LATEST' };
  if (result.ok) return { ...answerOf(200, result.payload), headers: executed };
  const { errorType, errorMessage } = result;
  if (result.refused) return exception(isException(errorType) ? errorType : 'ServiceException', errorMessage);
  const headers = { ...executed, 'x-amz-function-error': 'Unhandled' };
  return { ...answerOf(200, { errorType, errorMessage }), headers };
}
