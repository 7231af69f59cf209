// A courier in a process of its own, to be killed.
import { openDatabase, startCourier } from "./running-courier.ts";

const { TEST_DATABASE = "", TEST_UPSTREAM = "" } = process.env;
startCourier({ database: await openDatabase(TEST_DATABASE), url: TEST_UPSTREAM });
