import "./styles/board.css";
import { render } from "preact";
import { App, isPage } from "./app.tsx";
import { startRouter } from "./shared/router.ts";
import { Start } from "./shared/start.tsx";

startRouter(isPage);
const root = document.getElementById("board");
if (root !== null) {
  render(
    <Start>
      <App />
    </Start>,
    root,
  );
}
