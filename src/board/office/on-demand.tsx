import { signal } from "@preact/signals";
import type { JSX } from "preact/jsx-runtime";
import { NotReached } from "../shared/api.ts";
import { Layout } from "../shared/layout.tsx";
import { useLoaded } from "./loaded.ts";
import { Show } from "./states.tsx";

type Pages = typeof import("./pages.ts");

/** Null until the first of them was opened. */
const pages = signal<Pages | null>(null);

async function loadPages(): Promise<void> {
  try {
    pages.value ??= await import("./pages.ts");
  } catch (error) {
    throw new NotReached("the page's code was not reached", { cause: error });
  }
}

/** A page of the office, whose code is asked for when it is opened, so that the board itself comes quickly. */
export function OnDemand(props: { readonly name: string; readonly page: (pages: Pages) => JSX.Element }) {
  const { name, page } = props;
  const code = useLoaded("", loadPages);
  if (pages.value !== null) return page(pages.value);
  return (
    <Layout name={name} title={<h1>{name}</h1>}>
      <main class="page office" id="content">
        <Show of={code}>{() => null}</Show>
      </main>
    </Layout>
  );
}
