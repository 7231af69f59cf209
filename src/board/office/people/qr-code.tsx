import encodeQR from "qr";

/** Modules of white around it, without which readers do not find it. */
const border = 4;

/** A QR code, made here: its text goes to nobody. */
export function QrCode(props: { readonly text: string; readonly label: string }) {
  const rows = encodeQR(props.text, "raw", { ecc: "medium", border });
  const size = rows.length;
  const dark = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={props.label}>
      <path class="qr-light" d={`M0 0h${size}v${size}H0z`} />
      <path class="qr-dark" d={dark.join("")} />
    </svg>
  );
}
