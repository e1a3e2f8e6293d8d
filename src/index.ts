/**
 * Galton: likelihood-free inference in TypeScript. The table of everything public, grouped by layer.
 *
 * @module
 */

// Data
export type { Failure, Failures } from "./data/failures.js";
export {
  denominatorEvents,
  type LabelledSample,
  type Marginal,
  type MinedSample,
  type MinedSampleWithScore,
  numeratorEvents,
} from "./data/mined-sample.js";
export {
  type ArraysLayout,
  type GoldArrays,
  type LabelledArrays,
  type ScoreArrays,
  type SimulationArrays,
  sampleFromArrays,
  simulationsFromArrays,
  type Thetas,
} from "./data/sample-from.js";
export type { Simulations } from "./data/simulations.js";
export type { Standardiser } from "./data/standardiser.js";
// Diagnostics
export type { Check, CheckCurve, Grade } from "./diagnostics/check.js";
export { type VerdictOptions, verdict } from "./diagnostics/ratio-verdict.js";
export type { ToySimulator } from "./diagnostics/simulated-events.js";
export { Verdict } from "./diagnostics/verdict.js";
export type { RatioToOne, VerifiableRatio } from "./diagnostics/verifiable-ratio.js";
// Errors
export { DomainError, FormatError, GaltonError, InterruptedError, MissingGoldError, NotConvergedError, ShapeError } from "./errors.js";
// Estimators
export { type RejectionAbc, type RejectionAbcOptions, rejectionAbc } from "./estimators/abc.js";
export type { AbcSampleOptions, SimulatedData } from "./estimators/abc-candidates.js";
export type { AbcPosterior } from "./estimators/abc-posterior.js";
export { alice } from "./estimators/alice.js";
export { alices } from "./estimators/alices.js";
export { type BalancedNreOptions, balancedNre } from "./estimators/balanced-nre.js";
export { type Binning, binEdges, equalProbability, equalWidth, integerBins } from "./estimators/binning.js";
export { CalibratedRatio, calibrate } from "./estimators/calibrated-ratio.js";
export type {
  Calibration,
  CalibrationOptions,
  CalibrationSample,
  FittedCalibration,
  ThetaDependence,
} from "./estimators/calibration/calibration.js";
export { expectationCalibration } from "./estimators/calibration/expectation-calibration.js";
export { calibrationFromRecord } from "./estimators/calibration/fitted.js";
export { type HistogramCalibrationOptions, histogramCalibration } from "./estimators/calibration/histogram-calibration.js";
export { isotonicCalibration } from "./estimators/calibration/isotonic-calibration.js";
export type {
  CalibrationRecord,
  CurveRecord,
  EachRecord,
  GridRecord,
  PolynomialRecord,
  PooledRecord,
} from "./estimators/calibration/record.js";
export { sigmoidCalibration } from "./estimators/calibration/sigmoid-calibration.js";
export { carl } from "./estimators/carl.js";
export { cascal } from "./estimators/cascal.js";
export { type Distance, type DistanceFunction, euclidean, type FittedDistance, manhattan, scaled } from "./estimators/distance.js";
export type { EvidenceMethod } from "./estimators/evidence/fit-evidence.js";
export type { FitCheckpoint, FitOptions, MemberTraining } from "./estimators/fit-options.js";
export { type HistogramDensity, type HistogramEstimatorOptions, type HistogramMethod, histogram } from "./estimators/histogram.js";
export { type KdeMethod, type KdeOptions, kde } from "./estimators/kde.js";
export type { Architecture, NetworkOptions, NetworkSizes } from "./estimators/network-options.js";
export { nreA } from "./estimators/nre-a.js";
export { type ContrastOptions, nreB } from "./estimators/nre-b.js";
export { type NreCOptions, nreC } from "./estimators/nre-c.js";
export { rascal } from "./estimators/rascal.js";
export type { Parameterisation, RatioScales } from "./estimators/ratio/columns.js";
export type { LayerWeights, Member, Members } from "./estimators/ratio/members.js";
export type { Morphing } from "./estimators/ratio/morphing.js";
export { type FitResult, type FixedRatio, RatioEstimator, type TracedEstimate } from "./estimators/ratio/ratio-estimator.js";
export type {
  LabelMethod,
  RatioGoldMethod,
  RatioOptions,
  ScoreGoldMethod,
  ScoreRatioOptions,
} from "./estimators/ratio/ratio-method.js";
export type { RatioModel, Span, TrainingData } from "./estimators/ratio/ratio-model.js";
export type { RatioInputs, RatioNetwork } from "./estimators/ratio/ratio-network.js";
export { rolr } from "./estimators/rolr.js";
export { sallino } from "./estimators/sallino.js";
export { type ScoreMethod, sally } from "./estimators/sally.js";
export { ScoreEstimator, type ScoreModel } from "./estimators/score/score-estimator.js";
export {
  type SallinoDensityOptions,
  type ScoreDensityOptions,
  sallinoDensity,
  scoreDensity,
} from "./estimators/score-density.js";
export type { LocalScore, ScoreRatio, ScoreSimulations } from "./estimators/score-ratio.js";
export type { SimulatedDensity } from "./estimators/simulated-density.js";
export type { DataSummary, EventSummary } from "./estimators/summary.js";
// Figures
export { overlay, type PanelOptions, panels } from "./figures/compose.js";
export { contours } from "./figures/contours.js";
export { type CurveSeries, type PlotOptions, plotCurve } from "./figures/curve.js";
export { Figure, renderSvg } from "./figures/figure.js";
export { type HistogramOptions, type HistogramSeries, plotHistogram } from "./figures/histogram.js";
export { plotLikelihood } from "./figures/likelihood.js";
export type { AxisOptions, FigureOptions } from "./figures/options.js";
export type { RegionLevelLike, RegionLike, RegionOptions } from "./figures/region.js";
export { plotScatter, type ScatterOptions, type ScatterSeries } from "./figures/scatter.js";
export type { VegaLiteSpec } from "./figures/spec.js";
// Inference
export { type ConfidenceRegion, type ConfidenceRegionOptions, confidenceRegion } from "./inference/confidence-region.js";
export { credibleRegion } from "./inference/credible-region.js";
export { type FisherInformation, type FisherInformationOptions, fisherInformation } from "./inference/fisher-information.js";
export type { Grid } from "./inference/grid.js";
export { type GridPosterior, type GridPosteriorOptions, gridPosterior, type PriorLike } from "./inference/grid-posterior.js";
export { type Density, type LogLikelihood, logLikelihood, type Ratio } from "./inference/log-likelihood.js";
export type { LogLikelihoodFunction } from "./inference/log-likelihood-function.js";
export { type BestFit, type MaximumLikelihoodOptions, maximumLikelihood } from "./inference/maximum-likelihood.js";
export type { Interval, Region, RegionLevel } from "./inference/region.js";
export { type ConfidenceMethod, wilks } from "./inference/wilks.js";
// Input and output
export { writeCsv } from "./io/csv.js";
export { readNpy, writeNpy } from "./io/npy.js";
export { type OnnxModelOptions, onnxModel } from "./io/onnx/onnx-model.js";
export { columnsOf, type NamedColumns, readTable } from "./io/read-table.js";
export {
  type FileSample,
  type SampleFileOptions,
  type SimulationsFileOptions,
  sampleFromFile,
  simulationsFromFile,
} from "./io/sample-file.js";
// Numerics
export { logGamma } from "./numerics/log-gamma.js";
export type { Matrix, MatrixLike } from "./numerics/matrix.js";
export { standardNormalQuantile } from "./numerics/normal-quantile.js";
export type { ParameterRanges, Theta } from "./numerics/parameters.js";
export { fold, integers, type Key, key, permutation, type Stream, split, standardNormals, stream, uniforms } from "./numerics/random.js";
// Platform
export { DISPLAY, type MimeBundle } from "./platform/notebook.js";
// Probability
export { bernoulli } from "./probability/bernoulli.js";
export { categorical } from "./probability/categorical.js";
export type { Distribution } from "./probability/distribution.js";
export { exponential } from "./probability/exponential.js";
export { gamma } from "./probability/gamma.js";
export { type IndependentPrior, independent, type Prior } from "./probability/independent.js";
export { logNormal } from "./probability/log-normal.js";
export { normal } from "./probability/normal.js";
export { poisson } from "./probability/poisson.js";
export type { Support } from "./probability/support.js";
export { uniform } from "./probability/uniform.js";
// Saving
export { loadCheckpoint, saveCheckpoint } from "./saving/checkpoint.js";
export { exportOnnx } from "./saving/export-onnx.js";
export { type LoadOptions, loadCalibrated, loadRatio, loadScore, type Saveable, save } from "./saving/save.js";
export type { Draw, Run, Sample, Simulator, SimulatorOptions, SimulatorSource } from "./simulators/contract.js";
export { type Denominator, type MarginalHypothesis, marginalOver } from "./simulators/denominator.js";
// Simulators
export {
  type ExternalGold,
  type ExternalMineOptions,
  type ExternalRun,
  type ExternalSample,
  type ExternalSimulateOptions,
  type ExternalSimulator,
  mineExternal,
  simulateExternal,
} from "./simulators/external.js";
export { type GaltonBoard, type GaltonBoardOptions, type GaltonBoardRanges, galtonBoard } from "./simulators/galton-board.js";
export type { GaltonBoardExact } from "./simulators/galton-board-exact.js";
export {
  type AnySimulator,
  type GoldDraw,
  type GoldRun,
  type GoldSimulator,
  goldSimulator,
  type HypothesisPair,
} from "./simulators/gold-simulator.js";
export { gridPoints } from "./simulators/grid-points.js";
export type { Hypothesis, Sampler } from "./simulators/hypothesis.js";
export { type Mined, type MineResume, mine } from "./simulators/mine.js";
export type { MineOptions } from "./simulators/mine-options.js";
export { type MinedFile, mineToFile, readMined } from "./simulators/mine-to-file.js";
export type { RunOptions } from "./simulators/run-events.js";
export { type SimulateOptions, type SimulateResume, simulate } from "./simulators/simulate.js";
export { simulator } from "./simulators/simulator.js";
export type { Trace } from "./simulators/trace.js";
