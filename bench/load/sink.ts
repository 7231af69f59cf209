// Takes connections and throws away what comes, as fast as Bun can: what the load generator could send at most.
// A process of its own. Says its port to its parent, and at the end of each connection how many bytes came in all.
let bytes = 0;
const server = Bun.listen({
  hostname: "127.0.0.1",
  port: 0,
  socket: {
    data(_, data) {
      bytes += data.length;
    },
    close() {
      process.send?.({ bytes });
    },
  },
});
process.send?.({ port: server.port });
