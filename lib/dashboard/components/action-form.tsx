import type { ComponentChildren } from 'preact';
import type { Action } from '../api/use-action.ts';
import { Button } from './button.tsx';
import { ErrorNote } from './error-note.tsx';

interface ActionFormProps {
  action: Pick<Action<[], unknown>, 'run' | 'isPending' | 'error'>;
  /** What its button does. */
  submit: string;
  onCancel: () => void;
  /** The fields. */
  children: ComponentChildren;
}

/** The inside of a dialog that does something: fields, what went wrong, and the two ways out. */
export const ActionForm = ({ action, submit, onCancel, children }: ActionFormProps) => (
  <form
    class="fields"
    onSubmit={(event) => {
      event.preventDefault();
      void action.run();
    }}
  >
    {children}
    <ErrorNote error={action.error} />
    <div class="buttons">
      <Button onClick={onCancel}>Cancel</Button>
      <Button tone="primary" type="submit" isPending={action.isPending}>
        {submit}
      </Button>
    </div>
  </form>
);
