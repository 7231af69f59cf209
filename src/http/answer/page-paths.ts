/** The addresses of the board's pages, as the server and the router in the browser know them. */
export const pagePaths = [
  "/",
  "/jobs",
  "/jobs/:id",
  "/products",
  "/bags",
  "/reports",
  "/quality",
  "/wall",
  "/scales",
  "/scales/:id",
  "/attention",
  "/people",
  "/devices",
  "/sign-in",
  "/pair",
] as const;
