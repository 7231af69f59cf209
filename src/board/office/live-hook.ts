import { useEffect, useRef } from "preact/hooks";
import { type LiveEvents, onLive } from "../shared/live.ts";

/** Takes the events of one type while the component is there. */
export function useLive<Type extends keyof LiveEvents>(
  type: Type,
  take: (event: LiveEvents[Type]) => void,
): void {
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => onLive(type, "page", (event) => latest.current(event)), [type]);
}
