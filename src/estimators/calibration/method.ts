import { DomainError } from "../../errors.js";
import { type CurveFit, fitEach } from "./by-theta.js";
import type { Calibration, CalibrationSample, ThetaDependence } from "./calibration.js";
import { calibrationFromRecord } from "./fitted.js";
import type { CalibrationRecord } from "./record.js";
import { assertSample } from "./sample-checks.js";

/** A record without the name of its method. */
export type Unnamed<R = CalibrationRecord> = R extends unknown ? Omit<R, "method"> : never;

/** What a method of calibration is. */
export interface CalibrationMethod {
  readonly name: string;
  /** Fits events that share one curve. */
  readonly curve: CurveFit;
  /** Fits all theta0 at once. */
  readonly parameterised: (where: string, sample: CalibrationSample) => Unnamed;
}

/** The method with its dependence on theta0 chosen. */
export function calibrationOf(method: CalibrationMethod, theta: ThetaDependence): Calibration {
  const learn = learners(method)[theta];
  if (!learn) throw new DomainError(method.name, "theta", theta, '"pooled", "each" or "parameterised"');
  const where = `${method.name}.fit`;
  return {
    name: method.name,
    fit(sample) {
      assertSample(where, sample);
      return calibrationFromRecord({ ...learn(where, sample), method: method.name } as CalibrationRecord);
    },
  };
}

function learners({ curve, parameterised }: CalibrationMethod): Record<ThetaDependence, CalibrationMethod["parameterised"]> {
  return {
    pooled: (where, sample) => ({ kind: "pooled", curve: curve(where, "sample", sample) }),
    each: (where, sample) => fitEach(where, sample, curve),
    parameterised,
  };
}
