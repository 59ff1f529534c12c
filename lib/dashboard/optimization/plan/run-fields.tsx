import type { ShownProfile } from '../../../contracts/profiles.ts';
import { Chooser } from '../../components/chooser.tsx';
import { NumberField, SelectField, TextField } from '../../components/fields.tsx';
import type { Mode, RunDraft } from './plan-request.ts';

const modes: readonly { value: Mode; label: string }[] = [
  { value: 'load-test', label: 'Load test' },
  { value: 'passive', label: 'Own traffic' },
  { value: 'none', label: 'Not at all' },
];
const modeHints: Record<Mode, string> = {
  'load-test': 'One load test runs all through a round, while the sides alternate.',
  passive: 'By what the service reports of its own traffic: it takes longer, and needs some.',
  none: 'Nothing is measured, so that nothing is proven: what is applied stays.',
};
const approvals = [
  { value: 'auto', label: 'Begin at once' },
  { value: 'manual', label: 'Wait for approval' },
] as const;
const approvalHints = {
  auto: 'What costs over 5 % more is left out, but within the limit below.',
  manual: 'Somebody approves the run within a day; also what costs more is planned.',
} as const;

interface RunFieldsProps {
  draft: RunDraft;
  onDraft: (draft: RunDraft) => void;
  profiles: readonly ShownProfile[];
  faultOf: (path: string) => string | undefined;
}

export function RunFields({ draft, onDraft, profiles, faultOf }: RunFieldsProps) {
  const set = (change: Partial<RunDraft>): void => onDraft({ ...draft, ...change });
  const profileOptions = [
    { value: '', label: 'The project’s, where it has one' },
    ...profiles.map(({ profileId, name }) => ({ value: profileId, label: name })),
  ];
  return (
    <div class="fields">
      <SelectField
        label="Profile"
        hint={profiles.find(({ profileId }) => profileId === draft.profileId)?.description}
        fault={faultOf('body.profileId')}
        options={profileOptions}
        value={draft.profileId}
        onValue={(profileId) => set({ profileId })}
      />
      <div class="field">
        <span class="label">Measured by</span>
        <div>
          <Chooser label="Measured by" options={modes} value={draft.mode} onValue={(mode) => set({ mode })} />
        </div>
        <p class="hint">{modeHints[draft.mode]}</p>
      </div>
      {draft.mode !== 'none' && <MeasuringFields draft={draft} set={set} faultOf={faultOf} />}
      <div class="field">
        <span class="label">Approval</span>
        <div>
          <Chooser label="Approval" options={approvals} value={draft.approve} onValue={(approve) => set({ approve })} />
        </div>
        <p class="hint">{approvalHints[draft.approve]}</p>
      </div>
      <NumberField
        label="May cost more"
        unit="USD a month"
        min={0}
        step="any"
        hint="All of it together. Empty: with approval, what is approved; else nothing that costs over 5 % more"
        fault={faultOf('body.costLimitUsdPerMonth')}
        value={draft.costLimitUsdPerMonth}
        onValue={(costLimitUsdPerMonth) => set({ costLimitUsdPerMonth })}
      />
    </div>
  );
}

interface MeasuringFieldsProps {
  draft: RunDraft;
  set: (change: Partial<RunDraft>) => void;
  faultOf: RunFieldsProps['faultOf'];
}

const MeasuringFields = ({ draft, set, faultOf }: MeasuringFieldsProps) => (
  <div class="fields levels">
    <NumberField
      label="A slice lasts"
      unit="s"
      min={2}
      step={1}
      hint={draft.mode === 'passive' ? 'Empty: 60' : 'Empty: 6'}
      fault={faultOf('body.verify.sliceSeconds')}
      value={draft.sliceSeconds}
      onValue={(sliceSeconds) => set({ sliceSeconds })}
    />
    <NumberField
      label="Slices of a round"
      min={4}
      step={2}
      hint="Half before, half after. Empty: 40"
      fault={faultOf('body.verify.slicesPerRound')}
      value={draft.slicesPerRound}
      onValue={(slicesPerRound) => set({ slicesPerRound })}
    />
    <NumberField
      label="Rounds at most"
      min={1}
      max={3}
      step={1}
      hint="It ends as soon as the verdict is clear. Empty: 3"
      fault={faultOf('body.verify.rounds')}
      value={draft.rounds}
      onValue={(rounds) => set({ rounds })}
    />
    {draft.mode === 'load-test' && (
      <>
        <TextField
          label="Path that is asked for"
          required
          fault={faultOf('body.verify.loadTest.scenarios.0.path')}
          value={draft.path}
          onValue={(path) => set({ path })}
        />
        <NumberField
          label="Users"
          min={1}
          step={1}
          hint="Empty: 10"
          fault={faultOf('body.verify.loadTest.users')}
          value={draft.users}
          onValue={(users) => set({ users })}
        />
      </>
    )}
  </div>
);
