import type { QueryFinding } from '../../contracts/query-analyses.ts';
import type { Scope } from '../sql/scope.ts';
import type { Span, Statement } from '../sql/tree.ts';
import type { RuleContext } from './candidate.ts';

/** A finding before its place in the text is counted out. */
export interface FoundInText extends Pick<QueryFinding, 'severity' | 'message' | 'recommendation'> {
  code: QueryFinding['code'];
  at: Span;
}

/** Looks at one SELECT of a statement. */
export type ScopeRule = (scope: Scope, context: RuleContext & { statement: Statement }) => FoundInText[];

/** The text of a part, short enough to be named in a sentence. */
export function excerpt({ offset, length }: Span, { text }: Pick<RuleContext, 'text'>): string {
  const part = text.slice(offset, offset + length).replaceAll(/\s+/g, ' ');
  return part.length > 80 ? `${part.slice(0, 79).toWellFormed()}…` : part.toWellFormed();
}
