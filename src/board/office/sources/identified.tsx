import type { ConnectionIdentity } from "../../../http/api/identify.ts";
import { api } from "../../shared/api.ts";
import { formatShare } from "../../shared/format.ts";
import { useLoaded } from "../loaded.ts";
import { useEvery } from "../soon.ts";
import { ReadPrints } from "./read-prints.tsx";
import type { WantedSource } from "./sources.tsx";
import { dialectText, say } from "./texts.ts";

type Candidate = ConnectionIdentity["dialects"][number];

const askEveryMs = 5_000;

/** Which dialects fit what a connection sent last. Nothing is set before somebody says so. */
export function Identified(props: {
  readonly connection: number;
  /** Opens the dialog of the source with what is known. */
  readonly onUse: (wanted: WantedSource) => void;
}) {
  const { connection, onUse } = props;
  const identity = useLoaded(String(connection), () =>
    api<ConnectionIdentity>("GET", `/api/connections/${connection}/identify`),
  );
  useEvery(identity.reload, askEveryMs);
  const found = identity.value.value;
  if (found === null || found.dialects.length === 0) return null;
  return (
    <section class="callout" aria-labelledby="identified">
      <h3 id="identified">{say("looksLike")}</h3>
      {found.is_fixed && <p>{say("fixedSource", { name: found.source ?? "" })}</p>}
      {found.dialects.map((candidate) => (
        <Fitting
          key={candidate.dialect}
          candidate={candidate}
          {...(!found.is_fixed && { onUse: () => onUse(wantedBy(found, candidate)) })}
        />
      ))}
    </section>
  );
}

/** Its source with this dialect; of a connection of the default source: a new one for its address. */
function wantedBy({ source, remote_address }: ConnectionIdentity, { dialect }: Candidate): WantedSource {
  if (source !== null) return { source, known: { dialect } };
  return { source: null, known: { name: remote_address, from: remote_address, dialect } };
}

function Fitting(props: { readonly candidate: Candidate; readonly onUse?: () => void }) {
  const { candidate, onUse } = props;
  const { dialect, confidence, terminator, units, marks, open, prints } = candidate;
  const says = [...units, ...marks.map((mark) => say(`mark.${mark}`))];
  return (
    <div class="identified">
      <p>
        <b>{dialectText(dialect)}</b> · {say("sure", { share: formatShare(confidence) })} ·{" "}
        {say("endsWith", { terminator: terminator === "none" ? say("nothing") : terminator })}
        {says.length > 0 && ` · ${says.join(", ")}`}
      </p>
      {open.length > 0 && (
        <p class="quiet">
          {say("leftOpen", { settings: open.map((name) => say(`open.${name}`)).join(", ") })}
        </p>
      )}
      <ReadPrints prints={prints} />
      {onUse !== undefined && (
        <button
          type="button"
          class="button button-main button-small"
          aria-label={`${say("use")}: ${dialectText(dialect)}`}
          onClick={onUse}
        >
          {say("use")}
        </button>
      )}
    </div>
  );
}
