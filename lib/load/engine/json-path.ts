import { type FilterFunction, FunctionExpressionType, JSONPathEnvironment, type JSONPathQuery } from 'json-p3';
import type { RE2JS } from 're2js';
import { compilePattern } from './pattern.ts';
import { TemplateError } from './template.ts';

const mostKept = 100;

/**
 * `match` and `search` of RFC 9535, in linear time like every other pattern: theirs may even come from the response. As
 * the RFC has it, what is no text or no pattern does not match.
 */
class PatternFunction implements FilterFunction {
  readonly argTypes = [FunctionExpressionType.ValueType, FunctionExpressionType.ValueType];
  readonly returnType = FunctionExpressionType.LogicalType;
  readonly #isWhole: boolean;
  /** Undefined: no pattern. */
  readonly #known = new Map<string, RE2JS | undefined>();

  constructor(isWhole: boolean) {
    this.#isWhole = isWhole;
  }

  call(text: unknown, pattern: unknown): boolean {
    if (typeof text !== 'string' || typeof pattern !== 'string') return false;
    if (!this.#known.has(pattern)) {
      if (this.#known.size === mostKept) this.#known.clear();
      this.#known.set(pattern, compiledOrNone(pattern));
    }
    const compiled = this.#known.get(pattern);
    if (compiled === undefined) return false;
    return this.#isWhole ? compiled.testExact(text) : compiled.test(text);
  }
}

function compiledOrNone(pattern: string): RE2JS | undefined {
  try {
    return compilePattern(withDotsOfJsonPath(pattern));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return undefined;
  }
}

/** A dot of RFC 9485 stands for no carriage return, and one of RE2 does. */
const withDotsOfJsonPath = (pattern: string): string =>
  pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\./gsu, (part) => (part === '.' ? '[^\\n\\r]' : part));

const environment = new JSONPathEnvironment();
environment.functionRegister.set('match', new PatternFunction(true));
environment.functionRegister.set('search', new PatternFunction(false));

/** @throws JSONPathError for a path that is none */
export const parseJsonPath = (path: string): JSONPathQuery => environment.compile(path);
