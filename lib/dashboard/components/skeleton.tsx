/** Stands where data will. @param heightPx of the whole; else of `lines` lines of text */
export const Skeleton = ({ lines = 3, heightPx }: { lines?: number; heightPx?: number }) => (
  <div class="skeleton" role="status" style={heightPx === undefined ? {} : { height: `${heightPx}px` }}>
    <span class="unseen">Loading</span>
    {heightPx === undefined && Array.from({ length: lines }, (_, line) => <div key={line} />)}
  </div>
);
