/** Why bags are voided, as codes: shown in the reader's language, and counted. Released ones keep their names. */
export const voidCodes = ["torn", "weighed_twice", "test_weight", "wrong_material", "other"] as const;
export type VoidCode = (typeof voidCodes)[number];
