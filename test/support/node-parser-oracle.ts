import type { Buffer } from 'node:buffer';
import { createRequire } from 'node:module';
import type { ReadResponse } from './node-http-oracle.ts';

/** What of Node's own parser is used; it has no types, since it is for Node's own client. */
interface NodeParser {
  [callback: number]: (...args: never[]) => unknown;
  initialize(type: number, resource: object, maxHeaderBytes: number): void;
  /** @returns the number of bytes taken, or an Error */
  execute(bytes: Buffer): unknown;
  finish(): unknown;
}
interface NodeParserClass {
  new (): NodeParser;
  readonly RESPONSE: number;
  readonly kOnMessageBegin: number;
  readonly kOnHeaders: number;
  readonly kOnHeadersComplete: number;
  readonly kOnBody: number;
  readonly kOnMessageComplete: number;
}

const { HTTPParser }: { HTTPParser: NodeParserClass } = createRequire(import.meta.url)('node:_http_common');

/** Returned for a head, as Node's client does: no body follows it, whatever it says. */
const SKIP_BODY = 1;

/**
 * What the parser inside Node's client reads from the bytes, after which the server closes the connection. It is asked
 * directly, and so thousands of times a second; `startNodeHttpOracle` asks the whole client.
 * @returns `beyond` when more than one response came
 */
export function readWithNodeParser(bytes: Buffer, isHead: boolean): ReadResponse | 'beyond' {
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.RESPONSE, {}, 16 * 1024);
  let [status, keepAlive, body] = [0, false, ''];
  let [isComplete, isBeyond, isUpgrade] = [false, false, false];
  parser[HTTPParser.kOnMessageBegin] = () => {
    isBeyond ||= isComplete;
  };
  parser[HTTPParser.kOnHeaders] = () => {};
  parser[HTTPParser.kOnHeadersComplete] = (...args: unknown[]) => {
    const [, , , , , code, , , mayKeep] = args;
    isUpgrade ||= code === 101;
    if (isComplete) return 0;
    status = Number(code);
    keepAlive = mayKeep === true;
    return isHead || status < 200 ? SKIP_BODY : 0;
  };
  parser[HTTPParser.kOnBody] = (piece: Buffer) => {
    if (!isComplete) body += piece.toString('latin1');
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    isComplete ||= status >= 200;
  };
  const fault = [parser.execute(bytes), isComplete ? undefined : parser.finish()].some((each) => each instanceof Error);
  if (isBeyond || (isComplete && fault)) return 'beyond';
  return fault || isUpgrade || !isComplete ? 'error' : { status, body, keepAlive };
}
