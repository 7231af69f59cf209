import { useSignal } from "@preact/signals";
import type { Token } from "../../../access/named-tokens.ts";
import { api, type Page } from "../../shared/api.ts";
import { Layout } from "../../shared/layout.tsx";
import { t } from "../../shared/texts.ts";
import { ActDialog } from "../act-dialog.tsx";
import { useLoaded } from "../loaded.ts";
import { Ago, Cell, Moment } from "../parts.tsx";
import { RowAction } from "../row-action.tsx";
import { useEvery } from "../soon.ts";
import { Empty, Show } from "../states.tsx";
import { word } from "../words.ts";
import { AccessTabs } from "./access-tabs.tsx";
import { MakeToken } from "./make-token.tsx";
import { PairDialog } from "./pair-dialog.tsx";
import { say } from "./texts.ts";
import { TokenDialog } from "./token-dialog.tsx";

const askEveryMs = 5_000;

type Open =
  | { readonly what: "pair" | "make" }
  | { readonly what: "change" | "revoke"; readonly token: Token };

/** Paired devices and tokens in force: made, named, revoked, and when each was last used. */
export function DevicesPage() {
  const tokens = useLoaded("", async () => {
    const { items } = await api<Page<Token>>("GET", "/api/tokens", { query: { revoked: false, limit: 500 } });
    return items.toSorted(
      (a, b) => Number(b.is_device) - Number(a.is_device) || a.name.localeCompare(b.name),
    );
  });
  useEvery(tokens.reload, askEveryMs);
  const open = useSignal<Open | null>(null);
  const show = (next: Open) => {
    open.value = next;
  };
  return (
    <Layout name={t("devices")} title={<h1>{t("devices")}</h1>}>
      <main class="page office" id="content">
        <AccessTabs />
        <section>
          <p class="quiet">{say("devicesWhat")}</p>
          <div class="filters">
            <button type="button" class="button button-main" onClick={() => show({ what: "pair" })}>
              {say("pairDevice")}
            </button>
            <button type="button" class="button" onClick={() => show({ what: "make" })}>
              {say("makeToken")}
            </button>
          </div>
          <Show of={tokens}>
            {(list) =>
              list.length === 0 ? <Empty>{say("noneYet")}</Empty> : <TokenTable tokens={list} onOpen={show} />
            }
          </Show>
        </section>
        {open.value !== null && (
          <OpenDialog
            open={open.value}
            onChanged={tokens.reload}
            onClose={() => {
              open.value = null;
            }}
          />
        )}
      </main>
    </Layout>
  );
}

function OpenDialog(props: {
  readonly open: Open;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}) {
  const { open, onClose, onChanged } = props;
  switch (open.what) {
    case "pair":
      return <PairDialog onClose={onClose} onPaired={onChanged} />;
    case "make":
      return <MakeToken onClose={onClose} onMade={onChanged} />;
    case "change":
      return <TokenDialog token={open.token} onClose={onClose} onSaved={onChanged} />;
    case "revoke":
      return (
        <ActDialog
          title={say("revokeTitle", { name: open.token.name })}
          act={say("revoke")}
          isDanger
          onClose={onClose}
          onAct={async () => {
            await api<undefined>("DELETE", `/api/tokens/${open.token.id}`);
            onChanged();
          }}
        >
          <p>{say(open.token.is_device ? "revokeDevice" : "revokeToken")}</p>
        </ActDialog>
      );
  }
}

function TokenTable(props: { readonly tokens: readonly Token[]; readonly onOpen: (open: Open) => void }) {
  const { tokens, onOpen } = props;
  return (
    <table class="table">
      <thead>
        <tr>
          <th>{word("name")}</th>
          <th>{say("kind")}</th>
          <th>{say("role")}</th>
          <th>{word("station")}</th>
          <th>{say("lastUsed")}</th>
          <th>{say("madeBy")}</th>
          <th>
            <span class="sr-only">{word("actions")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <tr key={token.id}>
            <Cell label={word("name")} class="cell-title cell-name">
              {token.name}
            </Cell>
            <Cell label={say("kind")}>{say(token.is_device ? "device" : "isToken")}</Cell>
            <Cell label={say("role")}>{say(token.role)}</Cell>
            <Cell label={word("station")} class="cell-name">
              {token.is_device && (token.station ?? <span class="quiet">{say("anywhere")}</span>)}
            </Cell>
            <Cell label={say("lastUsed")}>
              {token.last_used_at === null ? (
                <span class="quiet">{say("unused")}</span>
              ) : (
                <Ago at={token.last_used_at} />
              )}
            </Cell>
            <Cell label={say("madeBy")} class="cell-name">
              {token.created_by}{" "}
              <small class="quiet">
                <Moment at={token.created_at} />
              </small>
            </Cell>
            <Cell label="" class="cell-actions">
              <span class="row-actions">
                <RowAction
                  text={say("change")}
                  name={token.name}
                  onClick={() => onOpen({ what: "change", token })}
                />
                <RowAction
                  text={say("revoke")}
                  name={token.name}
                  onClick={() => onOpen({ what: "revoke", token })}
                />
              </span>
            </Cell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
