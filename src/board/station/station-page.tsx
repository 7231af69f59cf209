import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { RunChart } from "../charts/run-chart.tsx";
import { serverNow } from "../shared/clock.ts";
import { Layout } from "../shared/layout.tsx";

import { areJobsUpstream, device, isOperator } from "../shared/session.ts";
import { jobUnit, sound } from "../shared/settings.ts";
import { keepScreenOn } from "../shared/wake-lock.ts";

import { Actions } from "./actions.tsx";
import { BagDialog } from "./bag-dialog.tsx";
import { chosenStation, forgetStation } from "./chosen.ts";
import { completionOf } from "./complete-face.tsx";
import { JobPanel } from "./job-panel.tsx";
import { LastBags } from "./last-bags.tsx";
import { LatestPanel } from "./latest-panel.tsx";
import { mayStart, NextJob } from "./next-job.tsx";
import { Notices } from "./notices.tsx";
import { ScaleChips } from "./scale-chips.tsx";
import { prepareSound, soundFor } from "./sound.ts";
import { SoundButton } from "./sound-button.tsx";
import { createStationState } from "./state.ts";
import { StationPicker } from "./station-picker.tsx";
import { t } from "./texts.ts";
import { UpstreamPanel } from "./upstream-panel.tsx";

/** The operator's board: the last weight, and everything about the job on this station. */
export function StationPage() {
  const station = chosenStation.value;
  return station === null ? <StationPicker /> : <StationBoard key={station} station={station} />;
}

/** A bag that is sent again after the device slept is not announced. */
const soundWithinMs = 10_000;

function StationBoard(props: { readonly station: string }) {
  const { station } = props;
  /** The bag that is looked at. */
  const chosen = useSignal<number | null>(null);
  const state = useMemo(() => createStationState(station), [station]);
  useEffect(() => {
    if (sound.value) prepareSound();
    state.onVerdict((verdict, weighedAt) => {
      if (serverNow() - Date.parse(weighedAt) < soundWithinMs) soundFor(verdict);
    });
    return state.dispose;
  }, [state]);
  useEffect(keepScreenOn, []);
  useSignalEffect(() => {
    jobUnit.value = state.job.value?.unit ?? null;
  });
  useEffect(
    () => () => {
      jobUnit.value = null;
    },
    [],
  );
  return (
    <Layout
      name={station}
      title={
        device.value?.station === station ? (
          station
        ) : (
          <button
            type="button"
            class="button button-station"
            aria-label={t("changeStation", { station })}
            onClick={forgetStation}
          >
            {station} <span aria-hidden="true">▾</span>
          </button>
        )
      }
      aside={
        <>
          <SoundButton />
          <ScaleChips state={state} />
        </>
      }
    >
      <main class="station" id="content">
        <h1 class="sr-only">{station}</h1>
        <div class="front">
          <Notices state={state} />
          {mayStart(state) && completionOf(state) === null && <NextJob state={state} />}
          <LatestPanel state={state} />
        </div>
        <LastBags
          state={state}
          onChoose={({ id }) => {
            chosen.value = id;
          }}
        />
        {areJobsUpstream.value ? <UpstreamPanel state={state} /> : <JobPanel state={state} />}
        {state.job.value !== null && (
          <section class="chart card" aria-label={t("chart")}>
            <RunChart bags={state.bags.value} job={state.job.value} />
          </section>
        )}
        {isOperator.value && <Actions state={state} />}
        {chosen.value !== null && (
          <BagDialog
            key={chosen.value}
            id={chosen.value}
            state={state}
            onClose={() => {
              chosen.value = null;
            }}
          />
        )}
      </main>
    </Layout>
  );
}
