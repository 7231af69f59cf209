import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Dialog } from "./dialog.tsx";
import { navigate } from "./router.ts";
import { t } from "./texts.ts";

/** Behind `g`: where each key leads. */
const places = {
  b: { to: "/", name: "board" },
  w: { to: "/wall", name: "wall" },
  j: { to: "/jobs", name: "jobs" },
  p: { to: "/products", name: "products" },
  l: { to: "/bags", name: "bags" },
  r: { to: "/reports", name: "reports" },
  q: { to: "/quality", name: "quality" },
  s: { to: "/scales", name: "scales" },
  a: { to: "/attention", name: "attention" },
} as const;

/** How long the second key may take. */
const secondKeyMs = 1_500;

/** Keys for the office: `/` searches, `g` and a letter opens a page, `?` lists them. Nothing happens while somebody types. */
export function Shortcuts() {
  const isListed = useSignal(false);
  useEffect(() => {
    let wentAt = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const isSecond = performance.now() - wentAt < secondKeyMs;
      wentAt = Number.NEGATIVE_INFINITY;
      const place = isSecond ? Object.entries(places).find(([key]) => key === event.key)?.[1] : undefined;
      if (place !== undefined) navigate(place.to);
      else if (event.key === "g") wentAt = performance.now();
      else if (event.key === "?") isListed.value = true;
      else if (event.key === "/") {
        const search = document.querySelector<HTMLInputElement>("main input[type=search]");
        if (search === null) return;
        search.focus();
        event.preventDefault();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [isListed]);
  if (!isListed.value) return null;
  return (
    <Dialog
      title={t("shortcuts")}
      onClose={() => {
        isListed.value = false;
      }}
    >
      <dl class="dialog-body shortcuts">
        {Object.entries(places).map(([key, { name }]) => (
          <Key key={key} keys={["g", key]} does={t(name)} />
        ))}
        <Key keys={["/"]} does={t("shortcutSearch")} />
        <Key keys={["?"]} does={t("shortcuts")} />
      </dl>
    </Dialog>
  );
}

function Key(props: { readonly keys: readonly string[]; readonly does: string }) {
  return (
    <div>
      <dt>
        {props.keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{props.does}</dd>
    </div>
  );
}

/** In a field, or while a dialog asks something. */
function isTyping(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open]") !== null) return true;
  return (
    target instanceof HTMLElement && target.closest("input, select, textarea, [contenteditable]") !== null
  );
}
