import { useSignal } from "@preact/signals";
import { api, type Page } from "../../shared/api.ts";
import { formatNumber } from "../../shared/format.ts";
import { isAdmin } from "../../shared/session.ts";
import { ActDialog } from "../act-dialog.tsx";
import { useLoaded } from "../loaded.ts";
import { Ago, Cell } from "../parts.tsx";
import { RowAction } from "../row-action.tsx";
import { useEvery } from "../soon.ts";
import { Show } from "../states.tsx";
import { word } from "../words.ts";
import type { Connection } from "./connection.ts";
import { say } from "./texts.ts";

const askEveryMs = 5_000;

/** Connections on which no scale id has been printed: mostly indicators whose print format is not set up yet. */
export function MuteConnections() {
  const connections = useLoaded("", async () => {
    const { items } = await api<Page<Connection>>("GET", "/api/connections");
    return items.filter(({ scales }) => scales.length === 0);
  });
  const toClose = useSignal<Connection | null>(null);
  useEvery(connections.reload, askEveryMs);
  if (connections.value.value?.length === 0) return null;
  return (
    <section aria-labelledby="mute">
      <h2 id="mute">{say("mute")}</h2>
      <p class="quiet">{say("muteText")}</p>
      <Show of={connections}>
        {(list) => (
          <MuteTable
            connections={list}
            onClose={(connection) => {
              toClose.value = connection;
            }}
          />
        )}
      </Show>
      {toClose.value !== null && (
        <CloseDialog
          connection={toClose.value}
          onClose={() => {
            toClose.value = null;
          }}
          onDone={connections.reload}
        />
      )}
    </section>
  );
}

function MuteTable(props: {
  readonly connections: readonly Connection[];
  readonly onClose: (connection: Connection) => void;
}) {
  return (
    <table class="table">
      <thead>
        <tr>
          <th>{word("address")}</th>
          <th>{say("connectedSince")}</th>
          <th class="numeric">{say("bytes")}</th>
          <th class="numeric">{say("rejected")}</th>
          {isAdmin.value && (
            <th>
              <span class="sr-only">{word("actions")}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {props.connections.map((connection) => (
          <tr key={connection.id}>
            <Cell label={word("address")} class="cell-title number">
              {connection.remote_address}
            </Cell>
            <Cell label={say("connectedSince")}>
              <Ago at={connection.connected_since} />
            </Cell>
            <Cell label={say("bytes")} class="numeric">
              {formatNumber(connection.bytes)}
            </Cell>
            <Cell label={say("rejected")} class="numeric">
              {formatNumber(connection.rejected)}
            </Cell>
            {isAdmin.value && (
              <Cell label="" class="cell-actions">
                <span class="row-actions">
                  <a
                    class="button button-small button-quiet"
                    href={`/scales?connection=${connection.id}`}
                    aria-label={`${say("lines")}: ${connection.remote_address}`}
                  >
                    {say("lines")}
                  </a>
                  <RowAction
                    text={say("close")}
                    name={connection.remote_address}
                    onClick={() => props.onClose(connection)}
                  />
                </span>
              </Cell>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function CloseDialog(props: {
  readonly connection: Connection;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { connection, onClose, onDone } = props;
  return (
    <ActDialog
      title={say("closeTitle", { address: connection.remote_address })}
      act={say("close")}
      isDanger
      onClose={onClose}
      onAct={async () => {
        await api<undefined>("DELETE", `/api/connections/${connection.id}`);
        onDone();
      }}
    >
      <p>{say("closeText")}</p>
    </ActDialog>
  );
}
