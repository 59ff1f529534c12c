import type { FieldError } from '../../contracts/problem.ts';

/** Far more than any request needs. What is parsed, compared and stored after this may recurse over it. */
const maxDepth = 64;
/** Past this many, further faults tell nobody more. */
const maxFaults = 20;
const maxNameLength = 100;

const integerFault =
  'is not within -(2^53 - 1) and 2^53 - 1, and a larger JSON number is not kept digit by digit: give it as text';
const textFault = 'holds half of a UTF-16 surrogate pair, which is no text';
const depthFault = `is nested more than ${maxDepth} levels deep`;
const prototypeFault = 'is a name that no member may have';

/**
 * What JSON can say, but nothing after the parser would keep as it was said: numbers that have been rounded, text that
 * no encoding can write, members that vanish. One pass; the stack holds at most 64 levels, however deep the value is.
 *
 * @param value as `JSON.parse` gave it
 * @returns the first faults in the order of the text, each with its path from `root`
 */
export function jsonFaults(value: unknown, root: string): FieldError[] {
  const faults: FieldError[] = [];
  const path: (string | number)[] = [root];

  const wrong = (message: string): void => {
    faults.push({ path: path.map(shown).join('.'), message });
  };

  const visit = (item: unknown): void => {
    if (typeof item === 'string') {
      if (!item.isWellFormed()) wrong(textFault);
    } else if (typeof item === 'number') {
      // From 2^53 on, every number is an integer.
      if (Math.abs(item) > Number.MAX_SAFE_INTEGER) wrong(integerFault);
    } else if (typeof item === 'object' && item !== null) {
      if (path.length > maxDepth) wrong(depthFault);
      else if (Array.isArray(item)) visitItems(item);
      else visitMembers(item);
    }
  };

  const visitItems = (items: readonly unknown[]): void => {
    for (const [index, item] of items.entries()) {
      if (faults.length >= maxFaults) return;
      path.push(index);
      visit(item);
      path.pop();
    }
  };

  const visitMembers = (members: object): void => {
    for (const [name, member] of Object.entries(members)) {
      if (faults.length >= maxFaults) return;
      path.push(name);
      if (name === '__proto__') wrong(prototypeFault);
      else if (!name.isWellFormed()) wrong(textFault);
      else visit(member);
      path.pop();
    }
  };

  visit(value);
  return faults;
}

/** A caller's own name, made fit to be told back. */
function shown(name: string | number): string {
  const text = String(name).toWellFormed();
  return text.length > maxNameLength ? `${text.slice(0, maxNameLength).toWellFormed()}...` : text;
}
