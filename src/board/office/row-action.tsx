/** A button in a row, with the row's name for those who do not see it. */
export function RowAction(props: {
  readonly text: string;
  readonly name: string;
  readonly onClick: () => void;
}) {
  const { text, name, onClick } = props;
  return (
    <button
      type="button"
      class="button button-small button-quiet"
      aria-label={`${text}: ${name}`}
      onClick={onClick}
    >
      {text}
    </button>
  );
}
