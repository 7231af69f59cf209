/** As the API takes them: pages must not pull in the server's validation for three numbers. */
export const scaleIdMax = 2_147_483_647;
export const jobIdMax = 2_147_483_647;
