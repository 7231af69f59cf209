import { now } from "./clock.ts";
import { formatAge } from "./format.ts";
import { connection, heardAt } from "./live.ts";
import { useModal } from "./modal.ts";
import { t } from "./texts.ts";

/**
 * Covers everything as soon as nothing is received from the appliance any more: an old weight that looks like a new one
 * is worse than none. It is a modal dialog, so that nothing below it can be used, and it covers other dialogs; what was
 * typed into those is still there when the connection is back.
 */
export function Lost() {
  return connection.value === "lost" ? <LostCover /> : null;
}

function LostCover() {
  const dialog = useModal();
  // Read so that the age is updated with it.
  const age = heardAt.value === null || now.value === 0 ? null : Date.now() - heardAt.value;
  return (
    <dialog ref={dialog} class="lost" role="alertdialog" aria-labelledby="lost-title" onCancel={stay}>
      <svg class="lost-sign" viewBox="0 0 64 64" aria-hidden="true">
        <path d="M8 26c14-13 34-13 48 0M17 36c9-8 21-8 30 0M26 46c4-3.500 8-3.500 12 0" />
        <path d="M10 8l44 48" />
      </svg>
      <h2 id="lost-title">{t("lostTitle")}</h2>
      <p class="lost-age">{age === null ? t("lostNever") : t("lostAge", { age: formatAge(age) })}</p>
      <p class="lost-what">{t("lostWhat")}</p>
      <p class="lost-trying">{t("lostTrying")}</p>
    </dialog>
  );
}

function stay(event: Event): void {
  event.preventDefault();
}
