import { translator } from "../shared/i18n.ts";

/** What the office's pages say. */
export const t = translator({ en: {}, es: {} });
