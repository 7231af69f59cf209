import type { ComponentChildren } from "preact";
import { t } from "../shared/texts.ts";
import type { Loaded } from "./loaded.ts";

/**
 * What was loaded, or why it is not there. While it is asked again the old answer stays; a failure is said above
 * it, for what stands below may be out of date then.
 */
export function Show<Value>(props: {
  readonly of: Loaded<Value>;
  readonly children: (value: Value) => ComponentChildren;
}) {
  const { value, failure, isBusy, reload } = props.of;
  return (
    <div class="loaded" aria-busy={isBusy.value}>
      {failure.value !== null && <Failure text={failure.value} onAgain={reload} />}
      {value.value !== null
        ? props.children(value.value)
        : failure.value === null && <p class="loading">{t("loading")}</p>}
    </div>
  );
}

function Failure(props: { readonly text: string; readonly onAgain: () => void }) {
  return (
    <div class="callout callout-bad" role="alert">
      <p>
        <strong>{t("loadFailed")}</strong> {props.text}
      </p>
      <button type="button" class="button" onClick={props.onAgain}>
        {t("tryAgain")}
      </button>
    </div>
  );
}

/** Where a list has nothing: what that means, and what would change it. */
export function Empty(props: { readonly children: ComponentChildren }) {
  return <div class="empty">{props.children}</div>;
}
