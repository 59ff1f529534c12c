import type { QueryFinding } from '../../contracts/query-analyses.ts';
import { positionOf } from '../position.ts';
import type { Scope } from '../sql/scope.ts';
import type { Statement } from '../sql/tree.ts';
import type { RuleContext } from './candidate.ts';
import { functionOnColumn, implicitCast, leadingWildcard, notInNulls, orAcrossColumns } from './column-findings.ts';
import type { FoundInText, ScopeRule } from './finding.ts';
import {
  cartesianJoin,
  contradictoryJoin,
  havingWithoutGroup,
  missingLimit,
  noWhere,
  offsetPaging,
  randomOrder,
  selectStar,
  unionRemovesDuplicates,
} from './shape-findings.ts';

const rules: readonly ScopeRule[] = [
  noWhere,
  cartesianJoin,
  leadingWildcard,
  functionOnColumn,
  implicitCast,
  notInNulls,
  orAcrossColumns,
  randomOrder,
  offsetPaging,
  contradictoryJoin,
  havingWithoutGroup,
  unionRemovesDuplicates,
  missingLimit,
  selectStar,
];

const severities: readonly QueryFinding['severity'][] = ['high', 'medium', 'low'];

/** What is wrong with a statement by itself, the worst first; each place once. */
export function findingsOf(statement: Statement, scopes: readonly Scope[], context: RuleContext): QueryFinding[] {
  const found = scopes.flatMap((scope) => rules.flatMap((rule) => rule(scope, { ...context, statement })));
  return inOrder(found, context.text);
}

export function inOrder(found: readonly FoundInText[], text: string): QueryFinding[] {
  const once = new Map(found.map((each) => [`${each.code} ${each.at.offset}`, each]));
  return [...once.values()]
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || a.at.offset - b.at.offset)
    .map(({ at, ...rest }) => ({ ...rest, ...(at.length > 0 ? { position: positionOf(text, at) } : {}) }));
}
