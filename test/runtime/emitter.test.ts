import { beforeEach, expect, test } from "bun:test";
import { createEmitter, type FailureLog } from "../../src/runtime/emitter.ts";

const failures: Parameters<FailureLog["error"]>[] = [];
const log: FailureLog = { error: (...failure) => failures.push(failure) };
beforeEach(() => {
  failures.length = 0;
});

test("all who listen hear it, in the order in which they came, until they end it", () => {
  const doors = createEmitter<[door: string, isOpen: boolean]>("door", log);
  const heard: unknown[] = [];
  doors.on("first", (...said) => heard.push(["first", ...said]));
  const end = doors.on("second", (...said) => heard.push(["second", ...said]));
  expect(doors.size).toBe(2);
  doors.emit("north", true);
  end();
  end();
  doors.emit("south", false);
  expect(heard).toEqual([
    ["first", "north", true],
    ["second", "north", true],
    ["first", "south", false],
  ]);
  expect(doors.size).toBe(1);
});

test("one function that listens twice hears it twice, and ends one at a time", () => {
  const doors = createEmitter("door", log);
  let heard = 0;
  const listener = () => heard++;
  const end = doors.on("twice", listener);
  doors.on("twice", listener);
  doors.emit();
  expect(heard).toBe(2);
  end();
  doors.emit();
  expect(heard).toBe(3);
});

test("one that fails keeps nobody from hearing of it, and is named with the event", () => {
  const doors = createEmitter("door", log);
  const fault = new Error("on purpose");
  let heard = 0;
  doors.on("the failing one", () => {
    throw fault;
  });
  doors.on("another", () => heard++);
  doors.emit();
  doors.emit();
  expect(heard).toBe(2);
  expect(failures).toEqual(
    Array(2).fill([{ err: fault, owner: "the failing one", event: "door" }, "a listener failed"]),
  );
});

test("listeners may end themselves and others, and come, while they are told", () => {
  const doors = createEmitter("door", log);
  const heard: string[] = [];
  const endFirst = doors.on("first", () => {
    heard.push("first");
    endFirst();
    endThird();
    doors.on("late", () => heard.push("late"));
  });
  doors.on("second", () => heard.push("second"));
  const endThird = doors.on("third", () => heard.push("third"));
  doors.emit();
  expect(heard).toEqual(["first", "second"]);
  doors.emit();
  expect(heard).toEqual(["first", "second", "second", "late"]);
});
