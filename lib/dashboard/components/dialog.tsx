import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Button } from './button.tsx';

interface DialogProps {
  title: string;
  isOpen: boolean;
  /** Escape, a click beside it, or its button. */
  onClose: () => void;
  /** `drawer`: at the left edge of a phone. */
  kind?: 'window' | 'drawer';
  children: ComponentChildren;
}

/** The browser's own: it keeps the focus inside, and gives it back. What it holds is made anew each time it opens. */
export function Dialog({ title, isOpen, onClose, kind = 'window', children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, as browsers do
    <dialog
      ref={dialog}
      class={kind}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      {isOpen && (
        <div class="inside">
          <header>
            <h2 id={heading}>{title}</h2>
            <Button tone="quiet" icon="close" label="Close" onClick={onClose} />
          </header>
          {children}
        </div>
      )}
    </dialog>
  );
}
