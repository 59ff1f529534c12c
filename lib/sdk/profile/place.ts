import { findSourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/** As V8 tells it: line and column begin at 0. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** Where something is in the sources, as far as source maps lead there (`--enable-source-maps`). */
export interface Place {
  readonly function: string;
  /** A path, or an address that is none; absent for what is grouped. */
  readonly file?: string;
  /** Of the beginning of the function, from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** Whose code it is: what is Node's, V8's or ours, nobody will change for its cost. */
export type Owner = 'service' | 'headroom' | 'node' | 'v8';

const ownCode = new URL('../../', import.meta.url).href;

export function ownerOf({ url }: CallFrame): Owner {
  if (url === '') return 'v8';
  if (url.startsWith('node:')) return 'node';
  return url.startsWith(ownCode) ? 'headroom' : 'service';
}

const pathOf = (url: string): string => {
  try {
    return url.startsWith('file:') ? fileURLToPath(url) : url;
  } catch {
    return url;
  }
};

const nameOf = ({ functionName, lineNumber, columnNumber }: CallFrame): string => {
  if (functionName !== '') return functionName;
  return lineNumber <= 0 && columnNumber <= 0 ? '(module)' : '(anonymous)';
};

export function placeOf(frame: CallFrame): Place {
  const { url, lineNumber, columnNumber } = frame;
  if (url === '') return { function: frame.functionName };
  const name = nameOf(frame);
  const entry = findSourceMap(pathOf(url))?.findEntry(lineNumber, columnNumber);
  if (entry !== undefined && 'originalSource' in entry) {
    const { originalSource, originalLine, originalColumn } = entry;
    return { function: name, file: pathOf(originalSource), line: originalLine + 1, column: originalColumn + 1 };
  }
  return { function: name, file: pathOf(url), line: lineNumber + 1, column: columnNumber + 1 };
}

/** @param line from 1, of the file as it runs. @returns that of the source; undefined where a source map does not know */
export function sourceLineOf(url: string, line: number): number | undefined {
  const map = findSourceMap(pathOf(url));
  if (map === undefined) return line;
  // The last on the line: the first entry before a line's begin belongs to the line above.
  const entry = map.findEntry(line - 1, Number.MAX_SAFE_INTEGER);
  return 'originalSource' in entry && entry.generatedLine === line - 1 ? entry.originalLine + 1 : undefined;
}

export const textOf = ({ function: name, file, line, column }: Place): string =>
  file === undefined ? name : `${name} ${file}:${line}:${column}`;

const group = (functionName: string): CallFrame => ({ functionName, url: '', lineNumber: -1, columnNumber: -1 });
const groups = { headroom: group('(headroom)'), node: group('(node)'), v8: group('(v8)') };

/**
 * What a stack is charged to: the service's function nearest to its end, since what Node, V8 and Headroom do for it is its doing. Where
 * there is none, each of these is one place.
 *
 * @param stack the called after the calling
 */
export function chargedTo(stack: readonly CallFrame[]): CallFrame {
  const frame = stack.findLast((each) => ownerOf(each) === 'service');
  if (frame !== undefined) return frame;
  const owners = new Set(stack.map(ownerOf));
  if (owners.has('headroom')) return groups.headroom;
  return owners.has('node') ? groups.node : groups.v8;
}

/** Equal for equal functions. */
export const keyOf = ({ functionName, url, lineNumber, columnNumber }: CallFrame): string =>
  `${url}:${lineNumber}:${columnNumber}:${functionName}`;
