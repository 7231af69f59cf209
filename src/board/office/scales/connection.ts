import type { z } from "zod";
import type { connectionSchema } from "../../../http/api/connections.ts";

/** An open connection, as the API shows it. */
export type Connection = z.output<typeof connectionSchema>;
