import { useSignal } from "@preact/signals";
import type { Token } from "../../../access/named-tokens.ts";
import { api, type Page } from "../../shared/api.ts";
import { now } from "../../shared/clock.ts";
import { Dialog } from "../../shared/dialog.tsx";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { TextField } from "../../shared/field.tsx";
import { formatAge } from "../../shared/format.ts";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { useEvery } from "../soon.ts";
import { word } from "../words.ts";
import { QrCode } from "./qr-code.tsx";
import { StationField } from "./station-field.tsx";
import { say } from "./texts.ts";

const askEveryMs = 2_000;
/** Names of the machine itself. */
const ownNames = ["localhost", "127.0.0.1", "[::1]"];

interface Pairing {
  readonly code: string;
  readonly name: string;
  readonly expires_at: string;
}

/** Asks for the device's name, then shows its code until it was used. */
export function PairDialog(props: { readonly onClose: () => void; readonly onPaired: () => void }) {
  const { onClose, onPaired } = props;
  const submit = useSubmit();
  const name = useSignal("");
  const station = useSignal("");
  const pairing = useSignal<Pairing | null>(null);
  const make = () =>
    submit.run(async () => {
      if (name.value.trim() === "") {
        submit.faults.value = { name: t("required") };
        return;
      }
      const body = { name: name.value.trim(), station: station.value || null };
      pairing.value = await api<Pairing>("POST", "/api/pairings", { body });
    });
  if (pairing.value !== null)
    return <ShownCode pairing={pairing.value} onClose={onClose} onPaired={onPaired} />;
  return (
    <DialogForm
      title={say("pairDevice")}
      submit={submit}
      onClose={onClose}
      onSubmit={() => void make()}
      deed={say("showCode")}
      keep={t("back")}
    >
      <p>{say("pairWhat")}</p>
      <TextField
        label={word("name")}
        name="name"
        value={name}
        hint={say("deviceHint")}
        error={submit.faults.value.name}
        maxLength={100}
        autoFocus
      />
      <StationField value={station} />
    </DialogForm>
  );
}

function ShownCode(props: {
  readonly pairing: Pairing;
  readonly onClose: () => void;
  readonly onPaired: () => void;
}) {
  const { pairing, onClose, onPaired } = props;
  const { code, name, expires_at } = pairing;
  const isPaired = useSignal(false);
  useEvery(() => {
    if (isPaired.value) return;
    const query = { revoked: false, limit: 50 };
    api<Page<Token>>("GET", "/api/tokens", { query }).then(
      ({ items }) => {
        if (!items.some((token) => token.is_device && token.name === name)) return;
        isPaired.value = true;
        onPaired();
      },
      () => undefined,
    );
  }, askEveryMs);
  const address = `${location.origin}/pair`;
  const leftMs = Date.parse(expires_at) - now.value;
  return (
    <Dialog title={say("codeTitle", { name })} onClose={onClose}>
      <div class="dialog-body">
        {isPaired.value ? (
          <p role="status">{say("codeUsed", { name })}</p>
        ) : (
          <>
            <p>{say("codeWhat", { address })}</p>
            {ownNames.includes(location.hostname) && (
              <p class="callout">{say("codeAlone", { host: location.hostname })}</p>
            )}
            <QrCode text={`${address}#${code}`} label={say("qr", { address })} />
            <p class="pairing-code">
              {code.slice(0, 4)}-{code.slice(4)}
            </p>
            <p class="quiet">{leftMs > 0 ? say("codeEnds", { age: formatAge(leftMs) }) : say("codeEnded")}</p>
          </>
        )}
        <div class="dialog-actions">
          <button type="button" class="button button-main" onClick={onClose}>
            {say("done")}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
