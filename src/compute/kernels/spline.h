// Rational-quadratic splines, a vector of elements at a time. ../spline.ts defines what is computed.
//
// Words of both: x [units, each], parameters [units, each, 3 bins - 1], then of `forward` y and log slope, of `gradient`
// the gradients of y and log slope and the results, those of x and of the parameters; each, bins, bound, least (as bits).
// Of `inverse`: y, parameters and x; each, bins, bound, least.
#pragma once
#include "program.h"

namespace spline {

constexpr int kMostBins = 64;

struct Settings {
  int64_t each;
  int bins, parameters;
  float bound, least, scale;
};

static Settings settingsOf(const int32_t* w) {
  Settings s;
  s.each = w[0];
  s.bins = w[1];
  s.parameters = 3 * s.bins - 1;
  s.bound = map::asFloat(w[2]);
  s.least = map::asFloat(w[3]);
  s.scale = 0.141421356f;  // 1 / sqrt(50)
  return s;
}

// One element a lane; absent ones repeat the last.
struct Lanes {
  Vector raw[3 * kMostBins + kLanes];
  Vector width[kMostBins], height[kMostBins];  // parts of the whole
  Vector widthShare[kMostBins], heightShare[kMostBins];  // softmax
  // Of the bin that holds x, or y.
  Vector bin, x0, y0, w, h, d0, d1;
  Integers inside;
  // Values of the formulas.
  Vector s, t, q, below, rise;
};

static void shares(const Settings& s, const Vector* raw, Vector* share, Vector* size) {
  Vector top = raw[0];
  for (int i = 1; i < s.bins; i++) top = larger(raw[i], top);
  Vector sum{};
  for (int i = 0; i < s.bins; i++) {
    share[i] = exponential((raw[i] - top) * splat(s.scale));
    sum += share[i];
  }
  const Vector one = splat(1.0f) / sum, rest = splat(1.0f - s.least * float(s.bins));
  for (int i = 0; i < s.bins; i++) {
    share[i] *= one;
    size[i] = multiplyAdd(rest, share[i], splat(s.least));
  }
}

// Finds the bin of x, or of y.
template <bool kOfY>
static Vector locate(const Settings& s, Vector value, Lanes& l) {
  shares(s, l.raw, l.widthShare, l.width);
  shares(s, l.raw + s.bins, l.heightShare, l.height);
  const Vector bound = splat(s.bound), whole = splat(2.0f * s.bound);
  l.inside = (value > -bound) & (value < bound);
  const Vector at = select(l.inside, value, Vector{});
  Vector sumX{}, sumY{};
  l.bin = Vector{};
  l.x0 = -bound, l.y0 = -bound, l.w = l.width[0], l.h = l.height[0];
  Vector raw0 = Vector{}, raw1 = l.raw[2 * s.bins];
  for (int i = 1; i < s.bins; i++) {
    sumX += l.width[i - 1];
    sumY += l.height[i - 1];
    const Vector knotX = multiplyAdd(sumX, whole, -bound), knotY = multiplyAdd(sumY, whole, -bound);
    const Integers beyond = (kOfY ? knotY : knotX) <= at;
    l.bin = select(beyond, splat(float(i)), l.bin);
    l.x0 = select(beyond, knotX, l.x0);
    l.y0 = select(beyond, knotY, l.y0);
    l.w = select(beyond, l.width[i], l.w);
    l.h = select(beyond, l.height[i], l.h);
    raw0 = select(beyond, l.raw[2 * s.bins + i - 1], raw0);
    if (i + 1 < s.bins) raw1 = select(beyond, l.raw[2 * s.bins + i], raw1);
  }
  l.w *= whole;
  l.h *= whole;
  // Only the two slopes of the bin are needed, so only they go through softplus; those at the ends are 1.
  l.d0 = select(l.bin > splat(0.5f), splat(s.least) + softplusOf(raw0), splat(1.0f));
  l.d1 = select(l.bin < splat(float(s.bins) - 1.5f), splat(s.least) + softplusOf(raw1), splat(1.0f));
  l.s = l.h / l.w;
  return at;
}

static void evaluate(const Settings& s, Vector x, Lanes& l) {
  const Vector xi = locate<false>(s, x, l);
  l.t = (xi - l.x0) / l.w;
  l.q = l.t * (splat(1.0f) - l.t);
  l.below = l.s + (l.d1 + l.d0 - l.s - l.s) * l.q;
  const Vector u = splat(1.0f) - l.t;
  l.rise = l.d1 * l.t * l.t + splat(2.0f) * l.s * l.q + l.d0 * u * u;
}

// Elements [at, at + count) into lanes: the parameters of each element lie together in memory.
static Vector gatherLanes(const Settings& s, const float* x, const float* parameters, int count, Lanes& l) {
  for (int p = 0; p < s.parameters; p += kLanes) {
    for (int i = 0; i < kLanes; i++) l.raw[p + i] = load(parameters + (i < count ? i : count - 1) * s.parameters + p);
    transposeLanes(l.raw + p);
  }
  float lane[kLanes];
  for (int i = 0; i < kLanes; i++) lane[i] = x[i < count ? i : count - 1];
  return load(lane);
}

// The way back; `a` has room for whole blocks of lanes.
static void scatterLanes(const Settings& s, Vector* a, int count, float* parameters) {
  for (int p = 0; p < s.parameters; p += kLanes) {
    transposeLanes(a + p);
    const int left = s.parameters - p;
    for (int i = 0; i < count; i++) {
      if (left >= kLanes) store(parameters + i * s.parameters + p, a[p + i]);
      else product::storeSome(parameters + i * s.parameters + p, a[p + i], left);
    }
  }
}

static void storeLanes(float* to, Vector a, int count) {
  if (count == kLanes) store(to, a);
  else product::storeSome(to, a, count);
}

static void forward(const Work& work) {
  const int32_t* w = work.words;
  const Settings s = settingsOf(w + 4);
  const float *x = work.buffers[w[0]], *parameters = work.buffers[w[1]];
  float *y = work.buffers[w[2]], *logSlope = work.buffers[w[3]];
  Lanes l;
  for (int64_t at = work.begin * s.each; at < work.end * s.each; at += kLanes) {
    const int64_t left = work.end * s.each - at;
    const int count = int(left < kLanes ? left : kLanes);
    const Vector from = gatherLanes(s, x + at, parameters + at * s.parameters, count, l);
    evaluate(s, from, l);
    const Vector to = l.y0 + l.h * (l.s * l.t * l.t + l.d0 * l.q) / l.below;
    // log of the whole fraction: one logarithm instead of three.
    const Vector slope = logarithm(l.s * l.s * l.rise / (l.below * l.below));
    storeLanes(y + at, select(l.inside, to, from), count);
    storeLanes(logSlope + at, select(l.inside, slope, Vector{}), count);
  }
}

// The root with b + sqrt(b^2 - 4 a c) below keeps its digits where a is near zero; b > 0 wherever the slope at x0 is.
static void inverse(const Work& work) {
  const int32_t* w = work.words;
  const Settings s = settingsOf(w + 3);
  const float *y = work.buffers[w[0]], *parameters = work.buffers[w[1]];
  float* x = work.buffers[w[2]];
  Lanes l;
  for (int64_t at = work.begin * s.each; at < work.end * s.each; at += kLanes) {
    const int64_t left = work.end * s.each - at;
    const int count = int(left < kLanes ? left : kLanes);
    const Vector from = gatherLanes(s, y + at, parameters + at * s.parameters, count, l);
    const Vector above = locate<true>(s, from, l) - l.y0;
    const Vector bend = above * (l.d1 + l.d0 - l.s - l.s);
    const Vector a = l.h * (l.s - l.d0) + bend, b = l.h * l.d0 - bend, c = -l.s * above;
    const Vector root = squareRoot(larger(b * b - splat(4.0f) * a * c, Vector{}));
    const Vector to = l.x0 + splat(-2.0f) * c / (b + root) * l.w;
    storeLanes(x + at, select(l.inside, to, from), count);
  }
}

// Gradient of raw widths or heights from those of where the bin begins and of its size.
static void pullShares(const Settings& s, const Lanes& l, const Vector* share, Vector begins, Vector size, Vector* to) {
  const Vector rest = splat((1.0f - s.least * float(s.bins)) * 2.0f * s.bound);
  Vector mean{};
  for (int i = 0; i < s.bins; i++) {
    const Vector place = splat(float(i));
    to[i] = rest * (select(place < l.bin, begins, Vector{}) + select(place == l.bin, size, Vector{}));
    mean = multiplyAdd(share[i], to[i], mean);
  }
  for (int i = 0; i < s.bins; i++) to[i] = splat(s.scale) * share[i] * (to[i] - mean);
}

static void gradient(const Work& work) {
  const int32_t* w = work.words;
  const Settings s = settingsOf(w + 6);
  const float *x = work.buffers[w[0]], *parameters = work.buffers[w[1]], *gradY = work.buffers[w[2]], *gradLog = work.buffers[w[3]];
  float *toX = work.buffers[w[4]], *toParameters = work.buffers[w[5]];
  Lanes l;
  Vector result[3 * kMostBins + kLanes] = {};
  const Vector one = splat(1.0f), two = splat(2.0f);
  for (int64_t at = work.begin * s.each; at < work.end * s.each; at += kLanes) {
    const int64_t left = work.end * s.each - at;
    const int count = int(left < kLanes ? left : kLanes);
    const Vector from = gatherLanes(s, x + at, parameters + at * s.parameters, count, l);
    evaluate(s, from, l);
    float lane[kLanes] = {};
    for (int i = 0; i < count; i++) lane[i] = gradY[at + i];
    const Vector gy = load(lane);
    for (int i = 0; i < count; i++) lane[i] = gradLog[at + i];
    const Vector gl = load(lane);
    // y = y0 + h number / below, log slope = 2 log s + log rise - 2 log below; then s = h / w, t = (x - x0) / w.
    const Vector t = l.t, u = one - t, turn = one - two * t, bend = l.d1 + l.d0 - two * l.s;
    const Vector number = l.s * t * t + l.d0 * l.q;
    const Vector gNumber = gy * l.h / l.below;
    const Vector gBelow = -(gNumber * number + two * gl) / l.below;
    const Vector gRise = gl / l.rise;
    const Vector gs = two * gl / l.s + gNumber * t * t + gBelow * (one - two * l.q) + gRise * two * l.q;
    const Vector gt = gNumber * (two * l.s * t + l.d0 * turn) + gBelow * bend * turn + gRise * two * (l.d1 * t + l.s * turn - l.d0 * u);
    const Vector gd0 = select(l.inside, (gNumber + gBelow) * l.q + gRise * u * u, Vector{});
    const Vector gd1 = select(l.inside, gBelow * l.q + gRise * t * t, Vector{});
    const Vector gx = gt / l.w;
    const Vector gh = gy * number / l.below + gs / l.w;
    const Vector gw = -(gs * l.s + gt * t) / l.w;
    const auto within = [&](Vector a) { return select(l.inside, a, Vector{}); };
    pullShares(s, l, l.widthShare, within(-gx), within(gw), result);
    pullShares(s, l, l.heightShare, within(gy), within(gh), result + s.bins);
    for (int i = 1; i < s.bins; i++) {
      const Vector place = splat(float(i));
      const Vector g = select(place == l.bin, gd0, Vector{}) + select(place == l.bin + one, gd1, Vector{});
      result[2 * s.bins + i - 1] = g * sigmoidOf(l.raw[2 * s.bins + i - 1]);
    }
    storeLanes(toX + at, select(l.inside, gx, gy), count);
    scatterLanes(s, result, count, toParameters + at * s.parameters);
  }
}

}  // namespace spline
