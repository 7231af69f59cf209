import { useSignal } from "@preact/signals";
import type { Product } from "../../records/products/products.ts";
import { Dialog } from "../shared/dialog.tsx";
import { TextField } from "../shared/field.tsx";
import type { Submit } from "../shared/submit.ts";
import { useCompanies } from "./offers.ts";
import { say } from "./texts.ts";

/** Asks for whom a product is filled: a touch on an earlier company is the answer. */
export function CompanyDialog(props: {
  readonly product: Product;
  readonly submit: Submit;
  readonly onClose: () => void;
  readonly onCompany: (company: string) => void;
}) {
  const { product, submit, onClose, onCompany } = props;
  const companies = useCompanies();
  const other = useSignal("");
  return (
    <Dialog title={`${product.name}: ${say("forWhom")}`} onClose={onClose}>
      <form
        class="dialog-body"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (other.value.trim() !== "") onCompany(other.value.trim());
        }}
      >
        <ul class="company-picks">
          {companies.value.map((company) => (
            <li key={company}>
              <button
                type="button"
                class="button company-pick"
                disabled={submit.isBusy.value}
                onClick={() => onCompany(company)}
              >
                {company}
              </button>
            </li>
          ))}
        </ul>
        <TextField label={say("otherCompany")} name="company" value={other} />
        {submit.failure.value && (
          <p class="form-error" role="alert">
            {submit.failure.value}
          </p>
        )}
        <div class="dialog-actions">
          <button
            type="submit"
            class="button button-main"
            disabled={other.value.trim() === "" || submit.isBusy.value}
          >
            {say("start")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
