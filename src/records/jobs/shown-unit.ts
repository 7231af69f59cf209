/** What people may have weights shown in. */
export const shownUnits = ["lb", "kg"] as const;
