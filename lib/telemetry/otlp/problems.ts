import type { ProblemCode } from '../../contracts/problem.ts';
import type { RenderProblem } from '../../platform/http/problem.ts';
import { isProtobuf, statusAnswer } from './wire.ts';

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto; everything else is an invalid argument. */
const codes: Partial<Record<ProblemCode, number>> = {
  'not-found': 5,
  forbidden: 7,
  'too-many-requests': 8,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
};
const invalidArgument = 3;

/** Exporters read errors as a `google.rpc.Status`, in the encoding that they sent. */
export const otlpProblem: RenderProblem = (error, content, { rawPath, headers }) => {
  if (!rawPath.startsWith('/v1/otlp/')) return content;
  const given = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const contentType = isProtobuf(given) ? given : 'application/json';
  return { ...content, ...statusAnswer(codes[error.code] ?? invalidArgument, error.message, contentType) };
};
