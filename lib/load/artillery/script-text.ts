import { type Document, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { ScriptError, type ScriptFault } from './script-error.ts';

/** An alias may stand for as much as is written a hundred times; more is no script but a bomb. */
const mostAliases = 100;
/** Of the structure with its aliases resolved. */
const mostNodes = 100_000;
const deepest = 60;
const mostFaults = 20;
const mostOpen = 1000;
/** What V8 says when functions that call themselves do so too often, as the parser's do for each level. */
const stackOverflow = 'Maximum call stack size exceeded';

export type Path = readonly (string | number)[];

export type ScriptText = {
  /** Plain values only. */
  value: unknown;
  /** Where the text speaks of what stands at the path, or of what is around it. */
  placeOf(path: Path): { line?: number; column?: number };
};

/**
 * Reads YAML 1.2 with merge keys, and JSON, which is part of it. Time and memory stay bounded, however aliases are nested.
 * @throws ScriptError naming line and column
 */
export function readScriptText(text: string): ScriptText {
  const lines = new LineCounter();
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  requireClosed(text);
  const document = parsed(text, lines);
  if (document.errors.some(({ message }) => message === stackOverflow)) throw unreadable('is nested too deeply');
  const faults = [
    ...[...document.errors, ...document.warnings].map(({ message, pos: [offset] }) => ({ message, offset })),
    ...repeatedKeys(document),
  ];
  if (faults.length > 0) {
    throw new ScriptError(
      faults
        .slice(0, mostFaults)
        .map(
          ({ message, offset }): ScriptFault => ({ path: '', message: `cannot be read: ${message}`, ...at(offset) }),
        ),
    );
  }
  const value = resolved(document);
  requireBounded(value);
  return {
    value,
    placeOf(path) {
      for (let length = path.length; length > 0; length--) {
        const node = document.getIn(path.slice(0, length), true);
        if (isNode(node) && node.range) return at(node.range[0]);
      }
      return {};
    },
  };
}

function repeatedKeys(document: Document.Parsed): { message: string; offset: number }[] {
  const repeated: { message: string; offset: number }[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key) || key.value === '<<') continue;
        if (seen.has(key.value)) repeated.push({ message: `${key.value} stands twice`, offset: key.range?.[0] ?? 0 });
        seen.add(key.value);
      }
    },
  });
  return repeated;
}

/** The parser takes more than a second for what is only opened and never closed. */
function requireClosed(text: string): void {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === 0x5b || letter === 0x7b) open++;
    else if ((letter === 0x5d || letter === 0x7d) && open > 0) open--;
    if (open > mostOpen) throw unreadable(`opens more than ${mostOpen} brackets that it does not close`);
  }
}

const unreadable = (message: string): ScriptError => new ScriptError([{ path: '', message }]);

function parsed(text: string, lineCounter: LineCounter): Document.Parsed {
  try {
    // The parser compares each key of a map with each other; thirty thousand keys would take it minutes.
    return parseDocument(text, { lineCounter, merge: true, prettyErrors: false, logLevel: 'error', uniqueKeys: false });
  } catch (cause) {
    if (cause instanceof RangeError) throw unreadable('is nested too deeply');
    throw cause;
  }
}

function resolved(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: mostAliases });
  } catch (cause) {
    if (cause instanceof RangeError) throw unreadable('is nested too deeply');
    if (cause instanceof ReferenceError) throw unreadable(`has aliases that cannot be resolved: ${cause.message}`);
    throw cause;
  }
}

/** Aliases share what they stand for: small in memory, and without end for who walks through it. */
function requireBounded(value: unknown): void {
  let nodes = 0;
  const visit = (each: unknown, depth: number): void => {
    if (++nodes > mostNodes) throw unreadable(`has more than ${mostNodes} values`);
    if (depth > deepest) throw unreadable(`is nested more than ${deepest} levels deep`);
    if (typeof each === 'object' && each !== null) for (const inner of Object.values(each)) visit(inner, depth + 1);
  };
  visit(value, 0);
}
