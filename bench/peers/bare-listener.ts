// What an open connection costs Bun itself: takes connections, and does nothing with them.
Bun.listen({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  socket: { data() {} },
});
