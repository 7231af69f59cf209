import { translator } from "../shared/i18n.ts";

const say = translator({
  en: {
    capture: "Record 1 minute",
    captureWhat: "A file with every byte that comes in during the next minute, and what each print becomes",
  },
  es: {
    capture: "Grabar 1 minuto",
    captureWhat:
      "Un archivo con cada byte que llega durante el próximo minuto y en qué se convierte cada impresión",
  },
});

/** Downloads a capture of what comes in. It lasts a minute. */
export function CaptureLink(props: {
  /** Of which connections: parameters of `GET /api/captures`. */
  readonly of: { readonly source: string } | { readonly address: string } | { readonly connection: number };
  readonly class: string;
}) {
  const query = new URLSearchParams({ seconds: "60" });
  for (const [name, value] of Object.entries(props.of)) query.set(name, String(value));
  return (
    <a class={props.class} href={`/api/captures?${query}`} title={say("captureWhat")} download>
      {say("capture")}
    </a>
  );
}
