import { decimal } from '../../../contracts/figures.ts';
import type { LoadTestResult } from '../../../contracts/load-result.ts';
import { pInWords } from '../../../pages/load-plots/drift.ts';
import { Notice } from '../../components/notice.tsx';
import { noiseOf } from './run-noise.ts';

interface NoiseNoticeProps {
  a: LoadTestResult;
  b: LoadTestResult;
  /** False: what they differ by is no merit or fault of the target. */
  isFair: boolean;
}

/** Whether the response times of two runs differ by more than they vary within each, and what that cannot tell. */
export function NoiseNotice({ a, b, isFair }: NoiseNoticeProps) {
  const noise = noiseOf(a, b);
  if (noise === undefined) {
    return (
      <Notice tone="plain" title="Whether the difference is more than noise cannot be told of these two.">
        <p>It takes two runs that each hold one level for six seconds or more. {caution}</p>
      </Notice>
    );
  }
  const { differs, p, slowerPercent, blocks } = noise;
  const title = differs
    ? `B was ${slowerPercent > 50 ? 'slower' : 'faster'} than A by more than the runs vary within themselves.`
    : 'The response times differ by no more than the runs vary within themselves.';
  return (
    <Notice tone={differs && isFair ? (slowerPercent > 50 ? 'bad' : 'good') : 'plain'} title={title}>
      <p>
        Of their stretches of time ({blocks.a} of A, {blocks.b} of B), those of B were slower in{' '}
        {decimal(slowerPercent)} % of all pairs (Mann-Whitney, p {p < 0.001 ? '' : '= '}
        {pInWords(p)}). {caution}
      </p>
    </Notice>
  );
}

const caution =
  'What else changed between two runs is among their difference: a comparison, whose slices alternate, leaves it out.';
