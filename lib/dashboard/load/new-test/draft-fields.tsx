import type { LoadKind } from '../../../contracts/load.ts';
import { testKind } from '../../../pages/load-words.ts';
import { Card } from '../../components/card.tsx';
import { Chooser } from '../../components/chooser.tsx';
import { NumberField, SelectField, TextField } from '../../components/fields.tsx';
import type { Draft } from './draft.ts';
import { levelFieldsOf, modelHints, models } from './level-fields.ts';
import { RequestRows } from './request-rows.tsx';

const kinds: Record<LoadKind, string> = {
  basic: 'Rises to a level and holds it: how fast is the service under this load?',
  stress: 'Step after step until the service gives way: how much does it bear?',
  spike: 'A level, a sudden spike, the level again: how soon is it itself again?',
  endurance: 'A level held for long: does it become slower, or take ever more memory?',
  comprehensive: 'All of them, one after the other.',
  artillery: 'A script of Artillery, as it stands.',
};
const kindOptions = (Object.keys(kinds) as LoadKind[]).map((value) => ({ value, label: testKind(value) }));

interface DraftFieldsProps {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  faultOf: (path: string) => string | undefined;
}

export function DraftFields({ draft, onDraft, faultOf }: DraftFieldsProps) {
  const { kind, model, levels, rows, thresholds, script } = draft;
  const set = (change: Partial<Draft>): void => onDraft({ ...draft, ...change });
  return (
    <>
      <Card title="What to find out">
        <div class="fields">
          <SelectField
            label="Kind"
            hint={kinds[kind]}
            fault={faultOf('body.kind')}
            options={kindOptions}
            value={kind}
            onValue={(chosen) => set({ kind: chosen })}
          />
        </div>
      </Card>
      {kind === 'artillery' ? (
        <Card title="Script">
          <TextField
            label="The YAML or JSON of the test"
            lines={14}
            fault={faultOf('body.script')}
            value={script}
            onValue={(text) => set({ script: text })}
          />
        </Card>
      ) : (
        <>
          <Card title="Requests">
            <RequestRows rows={rows} onRows={(changed) => set({ rows: changed })} faultOf={faultOf} />
          </Card>
          <Card
            title="Load"
            actions={
              <Chooser
                label="Load given by"
                options={models}
                value={model}
                onValue={(chosen) => set({ model: chosen })}
              />
            }
          >
            <p class="hint">{modelHints[model]}</p>
            <div class="fields levels">
              {levelFieldsOf(kind, model).map(([name, { label, unit, otherwise, min, step }]) => (
                <NumberField
                  key={name}
                  label={label}
                  {...(unit === undefined ? {} : { unit })}
                  hint={`Empty: ${otherwise}`}
                  min={min}
                  step={step ?? 'any'}
                  fault={faultOf(`body.${name}`)}
                  value={levels[name]}
                  onValue={(value) => set({ levels: { ...levels, [name]: value } })}
                />
              ))}
            </div>
          </Card>
        </>
      )}
      <Card title="Thresholds">
        <TextField
          label="Judged when the test has ended"
          hint="One in a line: p95<200 (ms), errors<=1 (percent), rps>=500 (a second). Empty: none"
          lines={3}
          fault={thresholds.split('\n').flatMap((_, index) => faultOf(`body.thresholds.${index}`) ?? [])[0]}
          value={thresholds}
          onValue={(text) => set({ thresholds: text })}
        />
      </Card>
    </>
  );
}
