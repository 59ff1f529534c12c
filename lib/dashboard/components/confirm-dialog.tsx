import type { ComponentChildren } from 'preact';
import { useAction } from '../api/use-action.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ErrorNote } from './error-note.tsx';

interface ConfirmDialogProps {
  title: string;
  /** What will happen. */
  children: ComponentChildren;
  /** What the button says: `Revoke the key`. */
  action: string;
  isDangerous?: boolean;
  isOpen: boolean;
  /** Closes the dialog when it resolves; its error is shown in it. */
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, action, isDangerous = false, isOpen, onConfirm, onClose } = props;
  const confirm = useAction(async () => {
    await onConfirm();
    onClose();
  });
  const close = (): void => {
    confirm.clear();
    onClose();
  };
  return (
    <Dialog title={title} isOpen={isOpen} onClose={close}>
      <div class="prose">{children}</div>
      <ErrorNote error={confirm.error} />
      <div class="buttons">
        <Button onClick={close}>Cancel</Button>
        <Button tone={isDangerous ? 'danger' : 'primary'} isPending={confirm.isPending} onClick={() => confirm.run()}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
