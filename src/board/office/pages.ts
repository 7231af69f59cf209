// The pages of the office, as one file that is asked for when the first of them is opened.
import "./refusals.ts";

export { AttentionPage } from "./attention/attention-page.tsx";
export { BagsPage } from "./bags/bags-page.tsx";
export { JobPage } from "./jobs/job-page.tsx";
export { JobsPage } from "./jobs/jobs-page.tsx";
export { DevicesPage } from "./people/devices-page.tsx";
export { PeoplePage } from "./people/people-page.tsx";
export { ProductsPage } from "./products/products-page.tsx";
export { QualityPage } from "./quality/quality-page.tsx";
export { ReportsPage } from "./reports/reports-page.tsx";
export { ScalePage } from "./scales/scale-page.tsx";
export { ScalesPage } from "./scales/scales-page.tsx";
export { WallPage } from "./wall/wall-page.tsx";
