import type { ComponentType } from "preact";
import { NotReached } from "../shared/api.ts";
import { Layout } from "../shared/layout.tsx";
import { useLoaded } from "./loaded.ts";
import { Show } from "./states.tsx";

/** A page whose code is asked for when it is opened, so that the board itself comes quickly. */
export function OnDemand(props: { readonly name: string; readonly load: () => Promise<ComponentType> }) {
  const { name, load } = props;
  const code = useLoaded("", async () => {
    try {
      return { Page: await load() };
    } catch (error) {
      throw new NotReached("the page's code was not reached", { cause: error });
    }
  });
  const loaded = code.value.value;
  if (loaded !== null) return <loaded.Page />;
  return (
    <Layout name={name} title={<h1>{name}</h1>}>
      <main class="page office" id="content">
        <Show of={code}>{() => null}</Show>
      </main>
    </Layout>
  );
}
