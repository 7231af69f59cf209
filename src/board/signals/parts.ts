// What is shown of signals: a file of its own for the browser, because most of the time nothing is.
export { AcknowledgeDialog } from "./acknowledge-dialog.tsx";
export { adviceSentence, adviceWhat, signalSentence, signalWeights } from "./signal-words.ts";
export { say } from "./texts.ts";
