import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { DomainError } from '../../../platform/errors.ts';

export type TemplateValue = string | number | boolean | null | TemplateValue[] | { [name: string]: TemplateValue };

export interface TemplateResource {
  logicalId: string;
  type: string;
  properties: { [name: string]: TemplateValue };
  /** From 1: where it begins. */
  line: number;
}

export interface Template {
  resources: TemplateResource[];
  /** By their names, what parameters are when nobody gives them. */
  parameters: ReadonlyMap<string, TemplateValue>;
  /** SAM's defaults, by kind: `Function`. */
  globals: { [name: string]: TemplateValue };
}

/** Deeper than any template that CloudFormation takes. */
const maxDepth = 60;
/** CloudFormation takes 500 resources. */
const maxResources = 1_000;
const maxNodes = 100_000;
/** The parser takes some ten microseconds for each. A template of 500 resources has about 20,000. */
const maxMarks = 60_000;

/**
 * Reads a template in JSON or YAML. The short forms of functions (`!Ref x`) become the long ones (`{ Ref: x }`). Aliases are refused:
 * templates have no need of them, and few lines can stand for more than a memory holds.
 *
 * @throws DomainError invalid-request, with the line
 */
export function parseTemplate(text: string): Template {
  requireModest(text);
  const lines = new LineCounter();
  const document = read(text, lines);
  const lineOf = (node: Node | null | undefined): number => (node?.range ? lines.linePos(node.range[0]).line : 1);
  const [error] = document.errors;
  if (error !== undefined) throw invalid('is neither JSON nor YAML', lines.linePos(error.pos[0]).line);
  const reader = new ValueReader(lineOf);
  const root = document.contents;
  if (!isMap(root)) throw invalid('has no Resources', 1);
  const section = (name: string): Node | undefined => {
    const found = root.items.find((pair) => keyOf(pair) === name)?.value;
    return (found ?? undefined) as Node | undefined;
  };
  const resources = section('Resources');
  if (!isMap(resources)) throw invalid('has no Resources', lineOf(resources));
  if (resources.items.length > maxResources)
    throw invalid(`has more than ${maxResources} resources`, lineOf(resources));
  const parameters = objectOf(reader.read(section('Parameters')));
  return {
    resources: resources.items.flatMap((pair) => resourceOf(pair, reader, lineOf)),
    parameters: new Map(
      Object.entries(parameters).flatMap(([name, one]) => {
        const value = objectOf(one).Default;
        return value === undefined ? [] : [[name, value] as const];
      }),
    ),
    globals: objectOf(reader.read(section('Globals'))),
  };
}

const invalid = (what: string, line: number): DomainError =>
  new DomainError('invalid-request', `The template ${what} (line ${line}).`, {
    fieldErrors: [{ path: 'body.template', message: `${what}, line ${line}` }],
  });

/** What begins a value or a node's property; brackets count as depth. */
const structure = /[,\n[\]{}]|(?<=^|\s)[-?!&*]/g;

/**
 * Before the parser, which takes long for many values and goes down into brackets by calling itself. What stands in texts counts, too:
 * no template comes near.
 */
function requireModest(text: string): void {
  let found = 0;
  let depth = 0;
  for (const { 0: mark, index } of text.matchAll(structure)) {
    if (mark === '[' || mark === '{') depth++;
    else if (mark === ']' || mark === '}') depth = Math.max(0, depth - 1);
    if (depth > maxDepth * 4) throw invalid('is nested too deeply', lineAt(text, index));
    if (++found > maxMarks) throw invalid('has too many values', lineAt(text, index));
  }
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;

function read(text: string, lineCounter: LineCounter) {
  try {
    return parseDocument(text, {
      lineCounter,
      logLevel: 'silent',
      prettyErrors: false,
      uniqueKeys: true,
      merge: false,
      version: '1.2',
    });
  } catch (error) {
    // The parser calls itself for what is nested.
    if (error instanceof RangeError) throw invalid('is nested too deeply', 1);
    throw error;
  }
}

const keyOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : '');

export const objectOf = (value: TemplateValue | undefined): { [name: string]: TemplateValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

function resourceOf(pair: Pair, reader: ValueReader, lineOf: (node: Node) => number): TemplateResource[] {
  const value = objectOf(reader.read(pair.value as Node));
  if (typeof value.Type !== 'string') return [];
  const logicalId = keyOf(pair);
  return [{ logicalId, type: value.Type, properties: objectOf(value.Properties), line: lineOf(pair.key as Node) }];
}

/** Makes plain values of nodes, and stops where there are too many, or where they lie too deep. */
class ValueReader {
  readonly #lineOf: (node: Node) => number;
  #nodes = 0;

  constructor(lineOf: (node: Node) => number) {
    this.#lineOf = lineOf;
  }

  read(node: Node | null | undefined, depth = 0): TemplateValue {
    if (node === null || node === undefined) return null;
    if (++this.#nodes > maxNodes) throw invalid('has too many values', this.#lineOf(node));
    if (depth > maxDepth) throw invalid('is nested too deeply', this.#lineOf(node));
    if (isAlias(node)) throw invalid('has an alias, which is not taken', this.#lineOf(node));
    const value = this.#plain(node, depth);
    const tag = 'tag' in node && typeof node.tag === 'string' ? node.tag : undefined;
    return tag?.startsWith('!') ? longForm(tag.slice(1), value) : value;
  }

  #plain(node: Node, depth: number): TemplateValue {
    if (isSeq(node)) return node.items.map((item) => this.read(item as Node, depth + 1));
    if (isMap(node)) {
      // Without a prototype: `__proto__` is a name like others.
      const entries = node.items.map((pair) => [keyOf(pair), this.read(pair.value as Node, depth + 1)] as const);
      return Object.assign(Object.create(null), Object.fromEntries(entries));
    }
    const value = isScalar(node) ? node.value : null;
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  }
}

function longForm(name: string, value: TemplateValue): TemplateValue {
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name === 'GetAtt' && typeof value === 'string') return { 'Fn::GetAtt': value.split('.') };
  return { [`Fn::${name}`]: value };
}
