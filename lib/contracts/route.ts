import { z } from 'zod';
import type { FunctionName } from './functions.ts';
import type { Scope } from './keys.ts';
import { projectName } from './names.ts';
import type { ProblemCode } from './problem.ts';

export type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';

/** One body in several encodings, by their content types. JSON has a schema. */
export type EncodedBody = Readonly<Record<string, z.ZodType | 'bytes'>>;

export interface Answer {
  description: string;
  /** Absent: no body, or not JSON. */
  body?: z.ZodType;
  contentType?: string;
  /** In place of the two above. */
  encodings?: EncodedBody;
  headers?: Record<string, string>;
}

/** What a route with `takesBytes` is given. */
export interface BytesBody {
  bytes: Uint8Array;
  contentType?: string;
}

export interface Route {
  method: Method;
  /** As API Gateway writes it; `{project}` binds the route to a project, and so does `{namespace}`. */
  path: `/${string}`;
  summary: string;
  tag: string;
  /** What the caller's key must hold. */
  scope: Scope | 'public';
  function: FunctionName;
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** The headers that the operation takes, named in small letters. */
  headers?: z.ZodObject;
  body?: z.ZodType;
  /** The body is any bytes, with any content type. */
  takesBytes?: true;
  /** With `takesBytes`: only of these content types, and given without its content encoding. */
  contentTypes?: readonly string[];
  /** Of what a body comes to without its content encoding. Default: 10 MB. */
  maxBodyBytes?: number;
  /** What services send and fetch by themselves, as often as they have requests: it has a rate limit of its own, and is no change. */
  isData?: true;
  /** It calculates what it answers from what it is given, and leaves nothing behind. */
  changesNothing?: true;
  /** Takes the header `Idempotency-Key`: the same key and project lead to the same work. */
  startsWork?: true;
  answers: Record<number, Answer>;
  /** Problems beside those that every route can answer. */
  problems: readonly ProblemCode[];
  /** What problems are told as to callers who speak another protocol over HTTP. Default: problem+json. */
  problemsAs?: { name: string; encodings: EncodedBody };
}

/** For the schemas of routes below a project. */
export const inProject = z.object({ project: projectName });
export const accepted = <Body extends z.ZodType>(body: Body) => ({
  202: { description: 'Begun; `Location` shows its progress', body, headers: { Location: 'Where to look' } },
});
export const ok = <Body extends z.ZodType>(body: Body) => ({ 200: { description: 'OK', body } });
