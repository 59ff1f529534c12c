import type { CheckStep } from '../../contracts/checks.ts';
import type { PipelineStep } from '../../contracts/pipelines.ts';
import { formats } from '../../pages/units.ts';
import { Badge } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { stepTones, tookSeconds } from './check-words.ts';

/** What was done, in order, and what each step came to. */
export const StepsCard = ({ steps }: { steps: readonly (CheckStep | PipelineStep)[] }) => (
  <Card title="Steps">
    <ol class="steps">
      {steps.map((step) => {
        const seconds = tookSeconds(step.startedAt, step.endedAt);
        return (
          <li key={step.name}>
            <p>
              <b>{step.name}</b> <Badge tone={stepTones[step.status]}>{step.status}</Badge>{' '}
              {seconds !== undefined && <small class="note">{formats.duration(seconds)}</small>}
            </p>
            {step.detail !== undefined && <p>{step.detail}</p>}
          </li>
        );
      })}
    </ol>
  </Card>
);
