/** A path that a route's pattern stands for: `/api/jobs/1` of `/api/jobs/:id`. */
export function pathOfRoute(pattern: string, { id = "1", file = "" } = {}): string {
  return pattern
    .replace(":id", id)
    .replace(":key", "zero")
    .replace(":name", "Platform")
    .replace(":file", file);
}
