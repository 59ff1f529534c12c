import type { Random } from '../../statistics/random.ts';
import type { Variables } from './variables.ts';
import { WORDS } from './words.ts';

/** A scenario that cannot be sent as it stands: its message says where and why. */
export class TemplateError extends Error {
  override name = 'TemplateError';
}

/** What the functions of one worker's templates draw from. */
export type TemplateSource = {
  random: Random;
  /** The next value of `{{seq()}}`; one count for all scenarios. */
  nextInSequence: () => number;
};

/** What one user has captured and his row of the data, by the slots that the scenario's `Variables` gave their names. */
export type Values = readonly string[];

/** A part of a request that is rendered anew for each one. */
type Dynamic = (values: Values) => string;

/** Where a text stands: what must become of it so that it stays there. Both give one char per byte. */
export type Place = {
  /** For what the author of the scenario wrote; @throws TemplateError where it cannot be sent. */
  encodeStatic: (text: string) => string;
  /** For what comes out of a response or the data, whatever that is. */
  encodeValue: (value: string) => string;
};

/** What the templates of a request may refer to. */
export type TemplateScope = TemplateSource & { variables: Variables };

/** Makes texts of plain ASCII letters, digits and dashes: no encoding changes them. */
type TemplateFunction = (args: string[], source: TemplateSource) => Dynamic;

const hex8 = (random: Random): string => random.uint32().toString(16).padStart(8, '0');

/** Version 4 (RFC 9562) in form; its bits come from the seed. */
function uuid(random: Random): string {
  const [a, b, c, d] = [hex8(random), hex8(random), hex8(random), hex8(random)];
  const variant = '89ab'[random.between(0, 3)];
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

function noArguments(name: string, args: string[]): void {
  if (args.length > 0) throw new TemplateError(`${name}() takes no arguments`);
}

const FUNCTIONS: Record<string, TemplateFunction> = {
  random(args, { random }) {
    const [low, high] = args.map((arg) => (/^-?\d+$/.test(arg) ? Number(arg) : Number.NaN));
    if (args.length !== 2 || low === undefined || high === undefined || !Number.isSafeInteger(high - low)) {
      throw new TemplateError('random(a,b) takes two whole numbers');
    }
    if (low > high) throw new TemplateError(`random(${low},${high}) has its bounds the wrong way round`);
    return () => String(random.between(low, high));
  },
  randomWord(args, { random }) {
    noArguments('randomWord', args);
    return () => WORDS[random.between(0, WORDS.length - 1)] ?? '';
  },
  uuid(args, { random }) {
    noArguments('uuid', args);
    return () => uuid(random);
  },
  seq(args, { nextInSequence }) {
    noArguments('seq', args);
    return () => String(nextInSequence());
  },
};

function compilePart(text: string, scope: TemplateScope, encodeValue: Place['encodeValue']): Dynamic {
  const slot = scope.variables.slotOf(text.trim());
  if (slot !== undefined) return (values) => encodeValue(values[slot] ?? '');
  const call = /^\s*(\w+)\s*\(([^()]*)\)\s*$/.exec(text);
  const [, name = '', list = ''] = call ?? [];
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (call === null || known === undefined) {
    const names = [...Object.keys(FUNCTIONS).map((each) => `${each}()`), ...scope.variables.names];
    throw new TemplateError(`there is no {{${text.slice(0, 80)}}}; there are ${names.join(', ')}`);
  }
  const args = list.trim() === '' ? [] : list.split(',').map((arg) => arg.trim());
  return known(args, scope);
}

/** Static texts and dynamic parts in turn: text, part, text, ... text. */
export class Template {
  readonly #texts: string[];
  readonly #parts: Dynamic[];

  private constructor(texts: string[], parts: Dynamic[]) {
    this.#texts = texts;
    this.#parts = parts;
  }

  /**
   * Compiles `{{random(a,b)}}` (whole numbers, both included), `{{randomWord()}}`, `{{uuid()}}`, `{{seq()}}` and `{{name}}` of
   * a known variable; everything else in the text stands for itself.
   * @throws TemplateError for an unknown function or name, wrong arguments, or `{{` without its end.
   */
  static compile(text: string, scope: TemplateScope, { encodeStatic, encodeValue }: Place): Template {
    const texts: string[] = [];
    const parts: Dynamic[] = [];
    let at = 0;
    for (;;) {
      const open = text.indexOf('{{', at);
      if (open < 0) break;
      const close = text.indexOf('}}', open);
      if (close < 0) throw new TemplateError(`"${text.slice(open, open + 40)}" has {{ without }}`);
      texts.push(encodeStatic(text.slice(at, open)));
      parts.push(compilePart(text.slice(open + 2, close), scope, encodeValue));
      at = close + 2;
    }
    texts.push(encodeStatic(text.slice(at)));
    return new Template(texts, parts);
  }

  /** One without dynamic parts. */
  static fixed(text: string): Template {
    return new Template([text], []);
  }

  /** One template that renders all of them, one after the other. */
  static concat(templates: Template[]): Template {
    const texts = [''];
    const parts: Dynamic[] = [];
    for (const template of templates) {
      texts.push(`${texts.pop()}${template.#texts[0]}`, ...template.#texts.slice(1));
      parts.push(...template.#parts);
    }
    return new Template(texts, parts);
  }

  /** The text when no part of it is dynamic. */
  get staticText(): string | undefined {
    return this.#parts.length === 0 ? this.#texts[0] : undefined;
  }

  render(values: Values): string {
    let rendered = this.#texts[0] ?? '';
    for (let i = 0; i < this.#parts.length; i++) {
      rendered += (this.#parts[i]?.(values) ?? '') + (this.#texts[i + 1] ?? '');
    }
    return rendered;
  }
}
