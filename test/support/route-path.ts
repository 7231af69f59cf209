/** A path that a route's pattern stands for: `/api/jobs/1` of `/api/jobs/:id`. */
export function pathOfRoute(pattern: string, { id = "1", file = "" } = {}): string {
  return pattern
    .replace(":id", id)
    .replace(":key", "zero")
    .replace(":uid", "019ac9d4-5c1e-7000-8a3b-2f1d6c7e9b40")
    .replace(":name", "Platform")
    .replace(":file", file);
}
