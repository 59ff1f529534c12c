import type { IndexKind, QueryStatistics } from '../../contracts/query-analyses.ts';
import type { Key, Predicate } from '../sql/predicates.ts';
import type { TableSource } from '../sql/scope.ts';
import type { SqlDialect } from '../sql/tokens.ts';
import type { Source } from '../sql/tree.ts';

export interface CandidateKey {
  key: Key;
  descending: boolean;
  /** It is compared with values: where such columns stand among themselves does not matter. */
  isEquality: boolean;
  /** `text_pattern_ops`: what PostgreSQL needs for the beginnings of texts. */
  comparedBy?: string;
}

/** An index that may serve a query. */
export interface Candidate {
  source: TableSource;
  kind: IndexKind;
  /** `btree`, or `gin`. */
  method: 'btree' | 'gin';
  keys: CandidateKey[];
  /** Columns that are carried along so that the table need not be read. */
  include: string[];
  /** What every row in it fulfils. */
  where: Predicate[];
  /** What for, to follow "An index": "finds the rows by status". */
  purpose: string;
  /** Of a join: it finds the rows that belong to a row of that source. */
  partner?: Source;
  /** It serves one side of an OR, and does nothing without those of the other sides. */
  isSide?: true;
  /** Whether it is worth it, only a planner can tell. */
  needsCheck: boolean;
}

/** What the rules know beside the query. */
export interface RuleContext {
  dialect: SqlDialect;
  text: string;
  statistics?: QueryStatistics;
}
