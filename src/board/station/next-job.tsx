import { useSignal } from "@preact/signals";
import type { Job } from "../../records/jobs/job-view.ts";
import type { Product } from "../../records/products/products.ts";
import { CompanyDialog } from "../jobs/company-dialog.tsx";
import { NewJobDialog } from "../jobs/job-dialog.tsx";
import { orderText } from "../jobs/job-words.ts";
import { useProducts } from "../jobs/offers.ts";
import { say } from "../jobs/texts.ts";
import { api } from "../shared/api.ts";
import { Dialog } from "../shared/dialog.tsx";
import { areJobsUpstream, isOperator } from "../shared/session.ts";
import { keptName } from "../shared/settings.ts";
import { useSubmit } from "../shared/submit.ts";
import type { StationState } from "./state.ts";

/** Beside what is planned and what was, there is room for so many. */
const tilesMax = 4;

/** Starts the first of the queue. Who started the last one here mostly starts this one. */
export function startPlanned(job: Job): Promise<Job> {
  return api<Job>("POST", `/api/jobs/${job.id}/start`, { body: byName() });
}

function byName(): { readonly started_by?: string } {
  return keptName.value === "" ? {} : { started_by: keptName.value };
}

/** Whether a touch can start something here: no job runs, and the reader may. */
export function mayStart(state: StationState): boolean {
  return (
    isOperator.value &&
    !areJobsUpstream.value &&
    state.isJobKnown.value &&
    state.job.value?.status !== "active"
  );
}

/** What comes next, a touch away: the first job of the queue, the last one again, a product. */
export function NextJob(props: { readonly state: StationState; readonly isLarge?: boolean }) {
  const { state, isLarge = false } = props;
  const submit = useSubmit();
  const products = useProducts();
  const isChoosing = useSignal(false);
  const chosen = useSignal<Product | null>(null);
  /** A job that wants more than two touches. */
  const draft = useSignal<{ readonly product: Product; readonly company: string } | null>(null);
  const { value: next } = state.next;
  const { value: last } = state.job;
  const isBusy = submit.isBusy.value;

  const start = (ask: () => Promise<Job>) =>
    submit.run(async () => {
      state.noteJob(await ask());
    });

  async function startProduct(product: Product, company: string): Promise<void> {
    if (product.quantity === null) {
      chosen.value = null;
      draft.value = { product, company };
      return;
    }
    await start(() =>
      api<Job>("POST", "/api/jobs", {
        body: { company, station: state.station, product_id: product.id, ...byName() },
      }),
    );
  }

  if (next === null && last === null && products.value.length === 0) return null;
  return (
    <div class={isLarge ? "next next-large" : "next"}>
      {next !== null && (
        <button
          type="button"
          class="button button-main next-button"
          disabled={isBusy}
          onClick={() => void start(() => startPlanned(next))}
        >
          <strong>{say("startNext", { company: next.company })}</strong>
          <span class="number">{orderText(next)}</span>
        </button>
      )}
      {last !== null && (
        <button
          type="button"
          class="button next-button"
          disabled={isBusy}
          onClick={() =>
            void start(() => api<Job>("POST", `/api/jobs/${last.id}/repeat`, { body: byName() }))
          }
        >
          <strong>{say("repeatJob", { company: last.company })}</strong>
          <span class="number">{orderText({ ...last, lot: null })}</span>
        </button>
      )}
      {products.value.slice(0, tilesMax).map((product) => (
        <button
          key={product.id}
          type="button"
          class="button next-button next-product"
          disabled={isBusy}
          onClick={() => {
            chosen.value = product;
          }}
        >
          {product.name}
        </button>
      ))}
      {products.value.length > tilesMax && (
        <button
          type="button"
          class="button next-button next-product"
          onClick={() => {
            isChoosing.value = true;
          }}
        >
          {say("moreProducts")}
        </button>
      )}
      {submit.failure.value && chosen.value === null && (
        <p class="next-failure" role="alert">
          {submit.failure.value}
        </p>
      )}
      {isChoosing.value && (
        <ProductsDialog
          products={products.value}
          onClose={() => {
            isChoosing.value = false;
          }}
          onProduct={(product) => {
            isChoosing.value = false;
            chosen.value = product;
          }}
        />
      )}
      {chosen.value !== null && (
        <CompanyDialog
          product={chosen.value}
          submit={submit}
          onClose={() => {
            chosen.value = null;
          }}
          onCompany={(company) => {
            if (chosen.value !== null) void startProduct(chosen.value, company);
          }}
        />
      )}
      {draft.value !== null && (
        <NewJobDialog
          how="start"
          station={state.station}
          draft={{ ...draftOf(draft.value.product), company: draft.value.company }}
          onClose={() => {
            draft.value = null;
          }}
          onDone={state.noteJob}
        />
      )}
    </div>
  );
}

/** All of them, where there is no room for tiles. */
function ProductsDialog(props: {
  readonly products: readonly Product[];
  readonly onClose: () => void;
  readonly onProduct: (product: Product) => void;
}) {
  const { products, onClose, onProduct } = props;
  return (
    <Dialog title={say("products")} onClose={onClose}>
      <ul class="dialog-body company-picks">
        {products.map((product) => (
          <li key={product.id}>
            <button type="button" class="button company-pick" onClick={() => onProduct(product)}>
              {product.name}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function draftOf({ id, target_weight, tolerance_percent, note }: Product) {
  return { product_id: id, target_weight, tolerance_percent, note };
}
