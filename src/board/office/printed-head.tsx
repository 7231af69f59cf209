import type { ChainHead } from "../../records/chain/head.ts";
import { api } from "../shared/api.ts";
import { word } from "./words.ts";

/** Where the chain of records ends. Loaded before a report, so that the report shows all that it proves. */
export function loadChainHead(): Promise<ChainHead> {
  return api<ChainHead>("GET", "/api/audit/head");
}

/** On paper: by it whoever has the paper can prove later that nothing in the report was changed. */
export function PrintedHead(props: ChainHead) {
  const { head } = props;
  if (head === null) return null;
  return (
    <p class="only-print printed-head">
      {word("records")} <code>{head}</code>
    </p>
  );
}
