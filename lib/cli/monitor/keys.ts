export type Key =
  | 'quit'
  | 'up'
  | 'down'
  | 'first'
  | 'last'
  | 'refresh'
  | 'help'
  | 'suspend'
  | { readonly project: number };

const named: Readonly<Record<string, Key>> = {
  q: 'quit',
  Q: 'quit',
  '\u0003': 'quit',
  '\u001a': 'suspend',
  r: 'refresh',
  R: 'refresh',
  '?': 'help',
  h: 'help',
  k: 'up',
  j: 'down',
  '\u001b[A': 'up',
  '\u001bOA': 'up',
  '\u001b[B': 'down',
  '\u001bOB': 'down',
  '\u001b[D': 'up',
  '\u001b[C': 'down',
  '\u001b[H': 'first',
  '\u001b[1~': 'first',
  '\u001b[F': 'last',
  '\u001b[4~': 'last',
};

/** A sequence of a key that has no letter, or a letter. */
const pressed = /\p{Cc}(?:\[[\d;]*[A-Za-z~]|O[A-Z])|[\s\S]/gu;

/** What was pressed: several keys may come at once, and of a sequence that means nothing here, no part is a key. */
export const keysIn = (input: string): Key[] =>
  (input.match(pressed) ?? []).flatMap((piece): Key[] => {
    if (/^[1-9]$/.test(piece)) return [{ project: Number(piece) - 1 }];
    const key = named[piece];
    return key === undefined ? [] : [key];
  });
