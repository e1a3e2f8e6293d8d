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
export { drawnFrom, joinSimulations, type RoundPoints, thetaByRound } from "./data/proposals.js";
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
export type { DrawnFrom, ProposalKind, RoundDraws, Simulations } from "./data/simulations.js";
// Diagnostics
export { type C2st, type C2stOptions, c2st } from "./diagnostics/c2st.js";
export type { Check, CheckCurve, Grade } from "./diagnostics/check.js";
export { type Band, type EcdfBand, ecdfBand, ecdfPValue } from "./diagnostics/ecdf-bands.js";
export { type Coverage, expectedCoverage } from "./diagnostics/expected-coverage.js";
export { type LC2st, type LC2stOptions, lC2st } from "./diagnostics/l-c2st.js";
export { type MisspecificationOptions, misspecification } from "./diagnostics/misspecification.js";
export type { FarOut, Misspecification, ObservableTail } from "./diagnostics/misspecification-words.js";
export { type Mmd, type MmdOptions, mmd } from "./diagnostics/mmd.js";
export type { PosteriorVerdictOptions } from "./diagnostics/posterior-verdict.js";
export {
  type PosteriorPredictive,
  type PosteriorPredictiveOptions,
  type PredictiveCurve,
  posteriorPredictive,
  type ReplicatedObservable,
} from "./diagnostics/predictive-check.js";
export type { VerdictOptions } from "./diagnostics/ratio-verdict.js";
export type { ToySimulator } from "./diagnostics/simulated-events.js";
export {
  type ParameterCalibration,
  type SimulationBasedCalibration,
  simulationBasedCalibration,
} from "./diagnostics/simulation-based-calibration.js";
export type { CalibrationOptions as PosteriorCalibrationOptions, Reference } from "./diagnostics/simulation-based-calibration-runs.js";
export { type TarpOptions, tarp } from "./diagnostics/tarp.js";
export { Verdict } from "./diagnostics/verdict.js";
export { verdict } from "./diagnostics/verdict-of.js";
export type { DrawnPrior, PosteriorGiven, VerifiablePosterior } from "./diagnostics/verifiable-posterior.js";
export type { RatioToOne, VerifiableRatio } from "./diagnostics/verifiable-ratio.js";
// Errors
export { DomainError, FormatError, GaltonError, InterruptedError, MissingGoldError, NotConvergedError, ShapeError } from "./errors.js";
// Estimators
export { type AbcSmc, abcSmc } from "./estimators/abc/abc-smc.js";
export type { Adjustment } from "./estimators/abc/adjustment.js";
export type { AbcSampleOptions } from "./estimators/abc/candidates.js";
export type { SimulatedData, SimulatorRequest } from "./estimators/abc/data-sets.js";
export type { SmcPrior } from "./estimators/abc/population.js";
export type { AbcPosterior } from "./estimators/abc/posterior.js";
export { type FittedAbc, type RejectionAbc, type RejectionAbcOptions, rejectionAbc } from "./estimators/abc/rejection-abc.js";
export type { SmcStop } from "./estimators/abc/smc-limits.js";
export type { AbcRound, AbcSmcOptions, AbcSmcPosterior, AbcSmcRequest } from "./estimators/abc/smc-options.js";
export { alice } from "./estimators/alice.js";
export { alices } from "./estimators/alices.js";
export type { AptOptions } from "./estimators/apt.js";
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
export { type ConditionedRows, type DensityAt, DensityEstimator, type PlainModel } from "./estimators/density/density-estimator.js";
export type { DensityModel, PosteriorFitOptions } from "./estimators/density/density-model.js";
export type { DensityOptions, DensitySettings } from "./estimators/density/density-options.js";
export type { DensityScales } from "./estimators/density/fit-density.js";
export type { DensityFit } from "./estimators/density/fit-result.js";
export type { DensityFitOptions } from "./estimators/density/fit-rows.js";
export { LikelihoodEstimator } from "./estimators/density/likelihood-estimator.js";
export { type PosteriorAt, PosteriorEstimator } from "./estimators/density/posterior-estimator.js";
export type { ParameterDraws, SimulationEstimator, TrainedDensity } from "./estimators/density/trained-density.js";
export { type DensityMethod, density } from "./estimators/density.js";
export { type Distance, type DistanceFunction, euclidean, type FittedDistance, manhattan, scaled } from "./estimators/distance.js";
export type { EvidenceMethod } from "./estimators/evidence/fit-evidence.js";
export type { FitCheckpoint, FitOptions, MemberTraining } from "./estimators/fit-options.js";
export { type HistogramDensity, type HistogramEstimatorOptions, type HistogramMethod, histogram } from "./estimators/histogram.js";
export { type KdeMethod, type KdeOptions, kde } from "./estimators/kde.js";
export type { Architecture, NetworkOptions, NetworkSizes } from "./estimators/network-options.js";
export { type LikelihoodMethod, nle } from "./estimators/nle.js";
export { npe, type PosteriorMethod } from "./estimators/npe.js";
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
export { type ScandalOptions, type ScoreLikelihoodMethod, scandal } from "./estimators/scandal.js";
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
export { overlay, type PanelOptions, panels } from "./figures/compose.js";
export { contours } from "./figures/contours.js";
// Figures
export { corner } from "./figures/corner.js";
export type { CornerOptions } from "./figures/corner-options.js";
export type { CornerSamples, LabelledSamples, SamplesLike } from "./figures/corner-samples.js";
export { type BandLike, type CoverageLike, type CoverageOptions, plotCoverage } from "./figures/coverage.js";
export { type CurveSeries, type PlotOptions, plotCurve } from "./figures/curve.js";
export { Figure, renderSvg } from "./figures/figure.js";
export { type HistogramOptions, type HistogramSeries, plotHistogram } from "./figures/histogram.js";
export { plotLikelihood } from "./figures/likelihood.js";
export type { AxisOptions, FigureOptions } from "./figures/options.js";
export { type PredictiveCheckLike, type PredictiveLike, type PredictiveOptions, plotPredictive } from "./figures/predictive.js";
export type { RegionLevelLike, RegionLike, RegionOptions } from "./figures/region.js";
export { plotSbc, type SbcLike, type SbcOptions } from "./figures/sbc.js";
export { plotScatter, type ScatterOptions, type ScatterSeries } from "./figures/scatter.js";
export { plotSimulations, type RoundLike, type SimulationsOptions } from "./figures/simulations.js";
export type { VegaLiteSpec } from "./figures/spec.js";
// Flows
export type { ConditionalDensity, ConditionedDensity, DensityNetwork, DensityParts } from "./flows/conditional-density.js";
export {
  type CnnEmbeddingOptions,
  cnnEmbedding,
  type DeepSetOptions,
  deepSet,
  type Embedding,
  type MlpEmbeddingOptions,
  mlpEmbedding,
} from "./flows/embedding.js";
export type { DrawStep, FlowMethod, FlowNetwork, FlowSettings } from "./flows/flow.js";
export { maf } from "./flows/maf.js";
export { type MdnOptions, mdn } from "./flows/mdn.js";
export { couplingNsf, type NsfOptions, nsf } from "./flows/nsf.js";
export type { FlowOptions } from "./flows/options.js";
export type { FlowSizes } from "./flows/transform.js";
export { type ConfidenceRegion, type ConfidenceRegionOptions, confidenceRegion } from "./inference/confidence-region.js";
export { credibleRegion } from "./inference/credible-region.js";
export { type FisherInformation, type FisherInformationOptions, fisherInformation } from "./inference/fisher-information.js";
export type { Grid } from "./inference/grid.js";
export { type GridPosterior, type GridPosteriorOptions, gridPosterior, type PriorLike } from "./inference/grid-posterior.js";
export { type Density, type LogLikelihood, logLikelihood, type Ratio } from "./inference/log-likelihood.js";
export type { LogLikelihoodFunction, ValuesAndGradients } from "./inference/log-likelihood-function.js";
export { type BestFit, type MaximumLikelihoodOptions, maximumLikelihood } from "./inference/maximum-likelihood.js";
// Inference
export type { StopReason as PosteriorStop } from "./inference/posterior/budget.js";
export { effectiveSampleSize, tailSampleSize } from "./inference/posterior/effective-sample-size.js";
export {
  type CorrectedPosterior,
  type ImportanceCorrectionOptions,
  importanceCorrection,
} from "./inference/posterior/importance-correction.js";
export { type Posterior, type PosteriorSampleOptions, posterior } from "./inference/posterior/posterior.js";
export type { PosteriorSamples } from "./inference/posterior/posterior-samples.js";
export { rHat } from "./inference/posterior/r-hat.js";
export type { ChainDraws } from "./inference/posterior/rank-normalised.js";
export type { Interval, Region, RegionLevel } from "./inference/region.js";
export type { ChainOptions } from "./inference/samplers/chains.js";
export { ensemble } from "./inference/samplers/ensemble.js";
export { type HmcOptions, hmc } from "./inference/samplers/hmc.js";
export { type ImportanceOptions, importance } from "./inference/samplers/importance.js";
export { type NutsOptions, nuts } from "./inference/samplers/nuts.js";
export { type RejectionOptions, rejection } from "./inference/samplers/rejection.js";
export type { Sampler as PosteriorSampler } from "./inference/samplers/sampler.js";
export { slice } from "./inference/samplers/slice.js";
export { type SmcOptions, smc } from "./inference/samplers/smc.js";
export type { Proposal } from "./inference/samplers/weighted-draws.js";
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
export { logGamma } from "./numerics/log-gamma.js";
export type { Matrix, MatrixLike } from "./numerics/matrix.js";
export { standardNormalQuantile } from "./numerics/normal-quantile.js";
// Numerics
export { type OdeFunction, type OdeOptions, type OdeSolution, solveOde } from "./numerics/ode.js";
export type { ParameterRanges, Theta } from "./numerics/parameters.js";
export { fold, integers, type Key, key, permutation, type Stream, split, standardNormals, stream, uniforms } from "./numerics/random.js";
export type { Standardiser } from "./numerics/standardiser.js";
// Platform
export { DISPLAY, type MimeBundle } from "./platform/notebook.js";
export { bernoulli } from "./probability/bernoulli.js";
export { type Bijection, type Mapped, toUnbounded } from "./probability/bijection.js";
export { binomial } from "./probability/binomial.js";
export { categorical } from "./probability/categorical.js";
// Probability
export { type CustomPriorOptions, customPrior } from "./probability/custom-prior.js";
export type { Distribution } from "./probability/distribution.js";
export { exponential } from "./probability/exponential.js";
export { gamma } from "./probability/gamma.js";
export { type IndependentPrior, independent, type Prior } from "./probability/independent.js";
export { logNormal } from "./probability/log-normal.js";
export { type MultivariateNormal, type MultivariateNormalOptions, multivariateNormal } from "./probability/multivariate-normal.js";
export { normal } from "./probability/normal.js";
export { poisson } from "./probability/poisson.js";
export type { Support } from "./probability/support.js";
export { type TruncationInterval, truncated } from "./probability/truncated.js";
export { uniform } from "./probability/uniform.js";
// Saving
export { loadCheckpoint, saveCheckpoint } from "./saving/checkpoint.js";
export { exportOnnx } from "./saving/export-onnx.js";
export {
  type LoadOptions,
  loadCalibrated,
  loadDensity,
  loadLikelihood,
  loadPosterior,
  loadRatio,
  loadScore,
  type Saveable,
  save,
} from "./saving/save.js";
export { type ActiveLearningOptions, activeLearning } from "./sequential/active-learning.js";
export { apt } from "./sequential/apt.js";
export type {
  DrawLimits,
  EnsembleMethod,
  ProposalDraws,
  RoundFitOptions,
  RoundGiven,
  RoundMethod,
  RoundPosterior,
  RoundProposal,
} from "./sequential/method.js";
export { type Acquisition, type Candidates, posteriorVariance } from "./sequential/posterior-variance.js";
export type { Round, RoundsOptions, RoundsSoFar } from "./sequential/round.js";
export type { BatchEvents, BatchRequest, BatchSimulator, EventSimulator, RoundSimulator } from "./sequential/round-simulator.js";
export { rounds } from "./sequential/rounds.js";
export { type SnlOptions, snl } from "./sequential/snl.js";
export { type TsnpeOptions, tsnpe } from "./sequential/tsnpe.js";
export type { Draw, Run, Sample, Simulator, SimulatorOptions, SimulatorSource } from "./simulators/contract.js";
export { type Denominator, type MarginalHypothesis, marginalOver } from "./simulators/denominator.js";
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
// Simulators
export { spikeTimes, voltageFeatures } from "./simulators/hodgkin-huxley/features.js";
export {
  type HodgkinHuxleyOptions,
  hodgkinHuxley,
  type VoltageTrace,
  type VoltageTraceOptions,
  voltageTrace,
} from "./simulators/hodgkin-huxley/hodgkin-huxley.js";
export type { MembraneParameters } from "./simulators/hodgkin-huxley/membrane.js";
export {
  type HodgkinHuxleyRanges,
  hodgkinHuxleyPrior,
  type NeuronParameterName,
  type NeuronParameters,
} from "./simulators/hodgkin-huxley/parameters.js";
export { type StepCurrentOptions, type Stimulus, stepCurrent } from "./simulators/hodgkin-huxley/stimulus.js";
export type { Hypothesis, Sampler } from "./simulators/hypothesis.js";
export { type Mined, type MineResume, mine } from "./simulators/mine.js";
export type { MineOptions } from "./simulators/mine-options.js";
export { type MinedFile, mineToFile, readMined } from "./simulators/mine-to-file.js";
export type { RunOptions } from "./simulators/run-events.js";
export { type SimulateOptions, type SimulateResume, simulate } from "./simulators/simulate.js";
export { simulator } from "./simulators/simulator.js";
export { type BernoulliGlmOptions, type BernoulliGlmRanges, bernoulliGlm } from "./simulators/tasks/bernoulli-glm.js";
export type { TenRanges } from "./simulators/tasks/gaussian.js";
export { gaussianLinear } from "./simulators/tasks/gaussian-linear.js";
export { gaussianLinearUniform } from "./simulators/tasks/gaussian-linear-uniform.js";
export { type GaussianMixtureRanges, gaussianMixture } from "./simulators/tasks/gaussian-mixture.js";
export { type LotkaVolterraRanges, lotkaVolterra } from "./simulators/tasks/lotka-volterra.js";
export { type SirRanges, sir } from "./simulators/tasks/sir.js";
export { type SlcpRanges, slcp } from "./simulators/tasks/slcp.js";
export { type SlcpDistractorsOptions, slcpDistractors } from "./simulators/tasks/slcp-distractors.js";
export type { BenchmarkTask, ExactLogLikelihood, ExactPosterior, SolvedTask } from "./simulators/tasks/task.js";
export { type BenchmarkTaskName, benchmarkTasks } from "./simulators/tasks/tasks.js";
export { type TwoMoonsRanges, twoMoons } from "./simulators/tasks/two-moons.js";
export type { Trace } from "./simulators/trace.js";
