import type { QueryFinding } from '../../contracts/query-analyses.ts';
import { isDocument } from './filter.ts';

type Found = Omit<QueryFinding, 'position'>;

export interface ExplainedPlan {
  findings: Found[];
  /** As measured, the documents that were found are less than a hundredth of those that were looked at, and are sorted in memory. */
  isRangeSelective: boolean;
}

/** Nobody's plan has more parts. */
const maxNodes = 2_000;
const selectiveShare = 0.01;
const wastefulRatio = 10;
const manyDocuments = 1_000;

/** What `explain()` of MongoDB says: the winning plan, and, with `executionStats`, what was examined for it. */
export function readMongoExplain(explain: unknown): ExplainedPlan {
  const plans = documentsIn(explain);
  // Plans that lost are told too.
  const stages = plans.flatMap((each) => (typeof each.stage === 'string' ? [each] : []));
  const measured = plans.find((each) => typeof each.totalDocsExamined === 'number');
  const examined = Number(measured?.totalDocsExamined ?? 0);
  const returned = Number(measured?.nReturned ?? 0);
  const isScan = stages.some(({ stage }) => stage === 'COLLSCAN');
  const isSorted = stages.some(({ stage }) => stage === 'SORT');
  const findings: Found[] = [];
  if (isScan) {
    const told = measured === undefined ? '' : `: ${examined} documents, to find ${returned}`;
    findings.push({
      code: 'full-scan',
      severity: measured === undefined || examined >= manyDocuments ? 'high' : 'low',
      message: `The plan reads the whole collection (COLLSCAN)${told}.`,
      recommendation: 'Create the index that is suggested.',
    });
  } else if (examined >= manyDocuments && examined > wastefulRatio * Math.max(1, returned)) {
    findings.push({
      code: 'full-scan',
      severity: 'medium',
      message: `The index finds ${examined} documents, of which ${returned} are wanted.`,
      recommendation: 'Add the other fields of the filter to the index.',
    });
  }
  if (isSorted) {
    findings.push({
      code: 'external-sort',
      severity: 'medium',
      message: 'The documents are sorted in memory (SORT), which fails above 100 MB unless disk may be used.',
      recommendation: 'Let the index that finds them end with the fields of the sort.',
    });
  }
  return {
    findings,
    isRangeSelective: measured !== undefined && examined > 0 && returned / examined <= selectiveShare,
  };
}

function documentsIn(root: unknown): { readonly [name: string]: unknown }[] {
  const found: { readonly [name: string]: unknown }[] = [];
  const waiting: unknown[] = [root];
  while (waiting.length > 0 && found.length < maxNodes) {
    const next = waiting.pop();
    if (Array.isArray(next)) waiting.push(...next.slice(0, maxNodes));
    if (!isDocument(next)) continue;
    found.push(next);
    for (const [name, value] of Object.entries(next)) {
      if (name !== 'rejectedPlans' && name !== 'allPlansExecution' && typeof value === 'object') waiting.push(value);
    }
  }
  return found;
}
