import type { OptimizationRun, RunStep } from '../../../contracts/optimization-runs.ts';
import { Card } from '../../components/card.tsx';
import { ChangeList } from '../change-list.tsx';
import { StepBadge } from '../run-state.tsx';
import { JudgementView } from './judgement-view.tsx';

/** Each optimization on its way: measured, applied, judged; kept, or put back and why. */
export const StepsCard = ({ run: { steps, plannedOptimizations } }: { run: OptimizationRun }) => (
  <Card title="Step by step">
    <ol class="run-steps">
      {steps.map((step) => (
        <Step
          key={step.id}
          step={step}
          changes={plannedOptimizations.find(({ id }) => id === step.id)?.changes ?? []}
        />
      ))}
    </ol>
  </Card>
);

const Step = ({
  step: { name, status, detail, judgement },
  changes,
}: {
  step: RunStep;
  changes: OptimizationRun['plannedOptimizations'][number]['changes'];
}) => (
  <li>
    <h3>
      {name} <StepBadge status={status} />
    </h3>
    {detail !== undefined && <p>{detail}</p>}
    <ChangeList changes={changes} />
    {judgement !== undefined && <JudgementView of={judgement} />}
  </li>
);
