import { afterAll } from "bun:test";
import { endTestDatabases } from "./postgres.ts";

afterAll(endTestDatabases, 60_000);
