import pino from "pino";

/** For parts under test whose log lines are not the point. TEST_LOG_LEVEL=debug shows them. */
export const silentLogger = pino({ level: process.env.TEST_LOG_LEVEL ?? "silent" });
