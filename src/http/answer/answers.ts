/** One schema for each of the statuses, in the form of a route's `response`. */
export type RouteAnswers<Status extends number, Schema> = { [S in Status]: Schema };

/** Gives each status the same schema. */
export function routeAnswers<const Status extends number, Schema>(
  statuses: readonly Status[],
  schema: Schema,
): RouteAnswers<Status, Schema> {
  // Object.fromEntries forgets which keys it was given.
  return Object.fromEntries(statuses.map((status) => [status, schema])) as RouteAnswers<Status, Schema>;
}
