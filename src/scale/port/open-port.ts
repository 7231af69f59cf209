import type { TCPSocketListener, TCPSocketListenOptions } from "bun";
import { errorCode } from "../../runtime/error-code.ts";

/**
 * Opens the scales' port. A socket's `data` is undefined until a handler sets it.
 *
 * @throws Error in plain words where it cannot be opened.
 */
export function openPort<Data extends object | undefined>(
  hostname: string,
  port: number,
  socket: Bun.SocketHandler<Data | undefined>,
): TCPSocketListener<Data | undefined> {
  try {
    const options: TCPSocketListenOptions<Data | undefined> = { hostname, port, socket, data: undefined };
    return Bun.listen(options);
  } catch (error) {
    const code = errorCode(error);
    const why =
      code === "EADDRINUSE"
        ? "another program uses it (find it with: ss -ltnp); stop that one or set PREPUFF_SCALE_PORT"
        : code === "EACCES"
          ? "ports below 1024 need special rights; set PREPUFF_SCALE_PORT to a higher one"
          : code === "EADDRNOTAVAIL" || code === "ENOTFOUND"
            ? "this machine has no such address; set PREPUFF_SCALE_HOST to 0.0.0.0 or to one of its own"
            : String(error);
    throw new Error(`the scales' port ${hostname}:${port} cannot be opened: ${why}`);
  }
}
