import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { loadSession, session } from "./session.ts";
import { t } from "./texts.ts";

const retryMs = 2_000;

/** Asks who the reader is before anything is shown, as often as it takes. */
export function Start(props: { readonly children: ComponentChildren }) {
  const hasFailed = useSignal(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const ask = () => {
      loadSession().catch(() => {
        hasFailed.value = true;
        timer = setTimeout(ask, retryMs);
      });
    };
    ask();
    return () => clearTimeout(timer);
  }, [hasFailed]);
  if (session.value !== null) return <>{props.children}</>;
  return (
    <main class="start" aria-live="polite">
      <p>{hasFailed.value ? t("lostNever") : t("loading")}</p>
    </main>
  );
}
