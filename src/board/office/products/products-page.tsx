import { useSignal } from "@preact/signals";
import type { Product } from "../../../records/products/products.ts";
import { api, type Page } from "../../shared/api.ts";
import { formatDecimal, formatNumber, targetText, trimmed } from "../../shared/format.ts";
import { Layout } from "../../shared/layout.tsx";
import { query, setQuery } from "../../shared/router.ts";
import { isOperator } from "../../shared/session.ts";
import { t } from "../../shared/texts.ts";
import { ActDialog } from "../act-dialog.tsx";
import { Choice } from "../choice.tsx";
import { useLoaded } from "../loaded.ts";
import { Cell, Moment } from "../parts.tsx";
import { RowAction } from "../row-action.tsx";
import { Empty, Show } from "../states.tsx";
import { word } from "../words.ts";
import { ImportDialog } from "./import-dialog.tsx";
import { ProductDialog } from "./product-dialog.tsx";
import { QualityDialog } from "./quality-dialog.tsx";
import { say } from "./texts.ts";

type Open =
  | { readonly what: "add" | "import" }
  | { readonly what: "edit" | "quality" | "retire"; readonly product: Product };

/** What the plant fills: listed, made, changed, retired, imported. */
export function ProductsPage() {
  const retired = query.value.get("retired") === "true";
  const products = useLoaded(String(retired), () =>
    api<Page<Product>>("GET", "/api/products", { query: { retired } }),
  );
  const open = useSignal<Open | null>(null);
  const show = (next: Open | null) => () => {
    open.value = next;
  };
  const { value } = open;
  return (
    <Layout name={say("products")} title={<h1>{say("products")}</h1>}>
      <main class="page office" id="content">
        <div class="filters">
          <Choice
            label={say("show")}
            name="retired"
            value={String(retired)}
            onChange={(chosen) => setQuery({ retired: chosen === "true" ? "true" : null })}
            options={[
              { value: "false", text: say("inUse") },
              { value: "true", text: say("retired") },
            ]}
          />
          <a class="button" href="/jobs">
            {say("toJobs")}
          </a>
          {isOperator.value && (
            <>
              <button type="button" class="button" onClick={show({ what: "import" })}>
                {say("importCsv")}
              </button>
              <button type="button" class="button button-main" onClick={show({ what: "add" })}>
                {say("add")}
              </button>
            </>
          )}
        </div>
        <Show of={products}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty>{say(retired ? "noneRetired" : "none")}</Empty>
            ) : (
              <ProductTable products={items} onOpen={(next) => show(next)()} onUse={useAgain} />
            )
          }
        </Show>
        {(value?.what === "add" || value?.what === "edit") && (
          <ProductDialog
            product={value.what === "edit" ? value.product : null}
            onClose={show(null)}
            onDone={products.reload}
          />
        )}
        {value?.what === "quality" && <QualityDialog product={value.product} onClose={show(null)} />}
        {value?.what === "import" && <ImportDialog onClose={show(null)} onDone={products.reload} />}
        {value?.what === "retire" && (
          <ActDialog
            title={say("retireTitle", { name: value.product.name })}
            act={say("retire")}
            isDanger
            onClose={show(null)}
            onAct={() => setRetired(value.product, true)}
          >
            <p>{say("retireText")}</p>
          </ActDialog>
        )}
      </main>
    </Layout>
  );

  async function setRetired({ id }: Product, isRetired: boolean): Promise<void> {
    await api<Product>("PATCH", `/api/products/${id}`, { body: { retired: isRetired } });
    products.reload();
  }

  /** Where its name is taken by another one meanwhile, it stays retired, and the list says so by itself. */
  function useAgain(product: Product): void {
    setRetired(product, false).catch(() => products.reload());
  }
}

function ProductTable(props: {
  readonly products: readonly Product[];
  readonly onOpen: (open: Open) => void;
  readonly onUse: (product: Product) => void;
}) {
  const { products, onOpen, onUse } = props;
  return (
    <table class="table">
      <thead>
        <tr>
          <th>{say("name")}</th>
          <th class="numeric">{word("target")}</th>
          <th class="numeric">{say("bags")}</th>
          <th>{say("unit")}</th>
          <th class="numeric">{say("pricePerLb")}</th>
          <th class="numeric">{say("bagVolume")}</th>
          <th class="numeric">{say("emptyBag")}</th>
          <th>{say("lastUsed")}</th>
          {isOperator.value && <th class="cell-actions">{word("actions")}</th>}
        </tr>
      </thead>
      <tbody>
        {products.map((product) => (
          <tr key={product.id}>
            <Cell label={say("name")} class="cell-title cell-name">
              {product.name} {product.note !== null && <span class="note">{product.note}</span>}
            </Cell>
            <Cell label={word("target")} class="numeric">
              {targetText(product)}
            </Cell>
            <Cell label={say("bags")} class="numeric">
              {product.quantity !== null && formatNumber(product.quantity)}
            </Cell>
            <Cell label={say("unit")}>{product.unit}</Cell>
            <Cell label={say("pricePerLb")} class="numeric">
              {product.price_per_lb !== null && formatDecimal(product.price_per_lb)}
            </Cell>
            <Cell label={say("bagVolume")} class="numeric">
              {product.bag_volume !== null && (
                <>
                  {`${formatDecimal(trimmed(product.bag_volume))}\u00a0ft³`}{" "}
                  <span class="note">
                    {say("perCubicFoot", {
                      density: formatNumber(Number(product.target_weight) / Number(product.bag_volume), 3),
                    })}
                  </span>
                </>
              )}
            </Cell>
            <Cell label={say("emptyBag")} class="numeric">
              {product.tare !== null && `${formatDecimal(trimmed(product.tare))}\u00a0lb`}
            </Cell>
            <Cell label={say("lastUsed")}>
              {product.last_used_at !== null && <Moment at={product.last_used_at} />}
            </Cell>
            {isOperator.value && (
              <Cell label="" class="cell-actions">
                <Actions product={product} onOpen={onOpen} onUse={onUse} />
              </Cell>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Actions(props: {
  readonly product: Product;
  readonly onOpen: (open: Open) => void;
  readonly onUse: (product: Product) => void;
}) {
  const { product, onOpen, onUse } = props;
  if (product.retired_at !== null)
    return <RowAction text={say("use")} name={product.name} onClick={() => onUse(product)} />;
  return (
    <span class="row-actions">
      <RowAction text={say("edit")} name={product.name} onClick={() => onOpen({ what: "edit", product })} />
      <RowAction
        text={t("quality")}
        name={product.name}
        onClick={() => onOpen({ what: "quality", product })}
      />
      <RowAction
        text={say("retire")}
        name={product.name}
        onClick={() => onOpen({ what: "retire", product })}
      />
    </span>
  );
}
