/**
 * How far a job is. It is full when all its bags are weighed, and only then: while one of a thousand is left, a gap
 * is to be seen. Above its quantity it stays full.
 */
export function ProgressBar(props: { readonly done: number; readonly of: number; readonly text: string }) {
  const { done, of, text } = props;
  return (
    <progress
      class={done >= of ? "is-full" : undefined}
      max={of}
      value={Math.min(done, of)}
      aria-label={text}
    />
  );
}
