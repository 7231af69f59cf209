import { sound } from "../shared/settings.ts";
import { isSoundBlocked, prepareSound } from "./sound.ts";
import { t } from "./texts.ts";

export function SoundButton() {
  return (
    <>
      <button
        type="button"
        class="button button-plain"
        aria-pressed={sound.value}
        aria-label={t("sound")}
        title={t("sound")}
        onClick={() => {
          sound.value = !sound.value;
          if (sound.value) prepareSound();
        }}
      >
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 9v6h4l5 4V5L8 9z" />
          <path
            d={
              sound.value
                ? "M16 9c1.500 1.700 1.500 4.300 0 6M18.500 6.500c3 3 3 8 0 11"
                : "M16 9l5 6M21 9l-5 6"
            }
          />
        </svg>
      </button>
      {isSoundBlocked.value && <span class="sound-blocked">{t("soundBlocked")}</span>}
    </>
  );
}
