import { CalibratedRatio } from "./calibrated-ratio.js";
import { calibrationFromRecord } from "./calibration/fitted.js";
import type { CalibrationRecord } from "./calibration/record.js";
import type { NetworkOptions } from "./network-options.js";
import { RATIO_KIND, ratioFromRecord, ratioToRecord } from "./ratio/ratio-record.js";
import type { EstimatorRecord, RecordSource } from "./record.js";

/** Kind of the record of a calibrated ratio. */
export const CALIBRATED_KIND = "calibrated ratio";

interface Body {
  readonly calibration: CalibrationRecord;
  /** Body of the estimator's own record. */
  readonly base: unknown;
}

/** A calibrated ratio as plain data. */
export function calibratedToRecord({ base, calibration }: CalibratedRatio): EstimatorRecord {
  const { body, arrays } = ratioToRecord(base);
  return { kind: CALIBRATED_KIND, body: { calibration: calibration.toRecord(), base: body } satisfies Body, arrays };
}

/** The calibrated ratio of a record. */
export function calibratedFromRecord(
  { body, arrays }: EstimatorRecord,
  parts: { readonly source: RecordSource; readonly network: NetworkOptions["network"] },
): CalibratedRatio {
  const { calibration, base } = body as Body;
  return new CalibratedRatio(ratioFromRecord({ kind: RATIO_KIND, body: base, arrays }, parts), calibrationFromRecord(calibration));
}
