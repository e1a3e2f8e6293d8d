// Vectors of float32 and the functions on them, for whatever the target's registers hold.
// Everything here is inside the namespace of one instruction set; see kernels.cc.
#pragma once

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX2__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

typedef float Vector __attribute__((vector_size(kLanes * 4)));
typedef int32_t Integers __attribute__((vector_size(kLanes * 4)));
typedef float UnalignedVector __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));

static inline Vector load(const float* at) { return *reinterpret_cast<const UnalignedVector*>(at); }
static inline void store(float* at, Vector a) { *reinterpret_cast<UnalignedVector*>(at) = a; }
// Taking zero away changes no float, -0 included, so this is a broadcast and nothing else.
static inline Vector splat(float a) { return a - Vector{}; }
static inline Integers bits(Vector a) { return (Integers)a; }
static inline Vector floats(Integers a) { return (Vector)a; }
static inline Integers splatBits(int32_t a) { return Integers{} + a; }
static inline Vector select(Integers mask, Vector a, Vector b) { return floats((bits(a) & mask) | (bits(b) & ~mask)); }
static inline Vector toFloats(Integers a) { return __builtin_convertvector(a, Vector); }
static inline Integers toIntegers(Vector a) { return __builtin_convertvector(a, Integers); }

// a * b + c. Compiled with contraction, so one instruction where there is one.
static inline Vector multiplyAdd(Vector a, Vector b, Vector c) {
#if defined(__wasm_relaxed_simd__)
  return __builtin_wasm_relaxed_madd_f32x4(a, b, c);
#else
  return a * b + c;
#endif
}

static inline Vector absolute(Vector a) { return floats(bits(a) & 0x7fffffff); }
// NaN when either is: a comparison with NaN is false, so the second choice hands it on.
static inline Vector smaller(Vector a, Vector b) { return select((a < b) | (a != a), a, b); }
static inline Vector larger(Vector a, Vector b) { return select((a > b) | (a != a), a, b); }
static inline Vector squareRoot(Vector a) {
#if defined(__clang__)
  return __builtin_elementwise_sqrt(a);
#else
  for (int i = 0; i < kLanes; i++) a[i] = __builtin_sqrtf(a[i]);
  return a;
#endif
}
static inline float total(Vector a) {
  float sum = 0;
  for (int i = 0; i < kLanes; i++) sum += a[i];
  return sum;
}

// To the nearest whole number, exact for |a| < 2^22: adding 1.5 * 2^23 leaves no room for a fraction.
static inline Vector nearest(Vector a) {
  const Vector magic = splat(12582912.0f);
  return floats(bits(a + magic)) - magic;
}

static inline Vector floorOf(Vector a) {
  // From 2^23 on every float is whole.
  Vector whole = toFloats(toIntegers(a));
  Vector down = whole - select(whole > a, splat(1.0f), splat(0.0f));
  return select(absolute(a) < splat(8388608.0f), down, a);
}

// exp(r) for |r| <= log(2)/2: the minimax polynomial of Cephes' expf.
static inline Vector exponentialPart(Vector r) {
  Vector p = multiplyAdd(splat(1.9875691500e-4f), r, splat(1.3981999507e-3f));
  p = multiplyAdd(p, r, splat(8.3334519073e-3f));
  p = multiplyAdd(p, r, splat(4.1665795894e-2f));
  p = multiplyAdd(p, r, splat(1.6666665459e-1f));
  p = multiplyAdd(p, r, splat(5.0000001201e-1f));
  return multiplyAdd(p, r * r, r) + splat(1.0f);
}

// a - n log 2, with log 2 in two parts, the first of few digits.
static inline Vector withoutPowers(Vector a, Vector n) {
  return multiplyAdd(n, splat(2.12194440e-4f), multiplyAdd(n, splat(-0.693359375f), a));
}

// exp(a) = 2^n exp(r). Below 2^-126 it goes to 0.
static inline Vector exponential(Vector a) {
  Vector x = select(a > splat(88.72284f), splat(88.72284f), a);
  x = select(x < splat(-104.0f), splat(-104.0f), x);
  const Vector n = nearest(x * splat(1.44269504088896341f));
  // 2^n in two factors: one alone would leave the range of the exponent at either end.
  const Integers half = toIntegers(n) >> 1;
  const Integers rest = toIntegers(n) - half;
  Vector result = exponentialPart(withoutPowers(x, n)) * floats((half + 127) << 23) * floats((rest + 127) << 23);
  result = select(a > splat(88.72284f), splat(__builtin_inff()), result);
  return select(a != a, a, result);
}

// exp(a) for |a| <= 87, where nothing special happens.
static inline Vector exponentialWithin(Vector a) {
  const Vector n = nearest(a * splat(1.44269504088896341f));
  return exponentialPart(withoutPowers(a, n)) * floats((toIntegers(n) + 127) << 23);
}

// exp(-|a|), no smaller than exp(-87).
static inline Vector exponentialOfMinus(Vector a) {
  const Vector x = -absolute(a);
  return exponentialWithin(select(x < splat(-87.0f), splat(-87.0f), x));
}

// log(a): a = 2^e m, m in [sqrt(1/2), sqrt(2)), and Cephes' logf polynomial in m - 1.
static inline Vector logarithm(Vector a) {
  Integers tiny = a < splat(1.17549435e-38f);
  Vector x = select(tiny, a * splat(8388608.0f), a);
  Integers exponent = ((bits(x) >> 23) & 0xff) - 126;
  Vector m = floats((bits(x) & 0x007fffff) | 0x3f000000);
  Integers low = m < splat(0.707106781186547524f);
  Vector e = toFloats(exponent + low) - select(tiny, splat(23.0f), splat(0.0f));
  m = m - splat(1.0f) + select(low, m, splat(0.0f));
  Vector z = m * m;
  Vector p = multiplyAdd(splat(7.0376836292e-2f), m, splat(-1.1514610310e-1f));
  p = multiplyAdd(p, m, splat(1.1676998740e-1f));
  p = multiplyAdd(p, m, splat(-1.2420140846e-1f));
  p = multiplyAdd(p, m, splat(1.4249322787e-1f));
  p = multiplyAdd(p, m, splat(-1.6668057665e-1f));
  p = multiplyAdd(p, m, splat(2.0000714765e-1f));
  p = multiplyAdd(p, m, splat(-2.4999993993e-1f));
  p = multiplyAdd(p, m, splat(3.3333331174e-1f));
  Vector y = p * m * z;
  y = multiplyAdd(e, splat(-2.12194440e-4f), y);
  y = multiplyAdd(z, splat(-0.5f), y);
  Vector result = multiplyAdd(e, splat(0.693359375f), m + y);
  result = select(a == splat(__builtin_inff()), a, result);
  result = select(a == splat(0.0f), splat(-__builtin_inff()), result);
  return select((a < splat(0.0f)) | (a != a), splat(__builtin_nanf("")), result);
}

// log(1 + u) for u in [0, 1]: what rounding takes from w = 1 + u is given back to first order.
static inline Vector logOnePlus(Vector u) {
  const Vector w = splat(1.0f) + u;
  return logarithm(w) + (u - (w - splat(1.0f))) / w;
}

static inline Vector softplusOf(Vector a) {
  Vector positive = select(a > splat(0.0f), a, splat(0.0f));
  return select(a != a, a, positive + logOnePlus(exponentialOfMinus(a)));
}

// With e = exp(-|a|) there is no overflow, and no cancellation for negative a.
static inline Vector sigmoidOf(Vector a) {
  Vector e = exponentialOfMinus(a);
  return select(a != a, a, select(a < splat(0.0f), e, splat(1.0f)) / (splat(1.0f) + e));
}

// tanh(a): Cephes' odd polynomial near 0, where 1 - 2 / (exp(2|a|) + 1) would cancel.
static inline Vector tanhOf(Vector a) {
  Vector x = absolute(a);
  // From 9.02 on the result is 1.
  const Vector twice = select(x > splat(10.0f), splat(20.0f), x + x);
  Vector far = splat(1.0f) - splat(2.0f) / (exponentialWithin(twice) + splat(1.0f));
  Vector z = a * a;
  Vector p = multiplyAdd(splat(-5.70498872745e-3f), z, splat(2.06390887954e-2f));
  p = multiplyAdd(p, z, splat(-5.37397155531e-2f));
  p = multiplyAdd(p, z, splat(1.33314422036e-1f));
  p = multiplyAdd(p, z, splat(-3.33332819422e-1f));
  Vector near = multiplyAdd(p * z, a, a);
  far = floats(bits(far) | (bits(a) & splatBits(int32_t(0x80000000))));
  return select(x < splat(0.625f), near, select(a != a, a, far));
}

// erf(a): Cephes' polynomials: odd below 1; above, 1 - exp(-a^2) q(1/a^2) / a.
static inline Vector erfOf(Vector a) {
  Vector x = absolute(a);
  Vector z = a * a;
  Vector p = multiplyAdd(splat(7.853861353153693e-5f), z, splat(-8.010193625184903e-4f));
  p = multiplyAdd(p, z, splat(5.188327685732524e-3f));
  p = multiplyAdd(p, z, splat(-2.685381193529856e-2f));
  p = multiplyAdd(p, z, splat(1.128358514861418e-1f));
  p = multiplyAdd(p, z, splat(-3.761262582423300e-1f));
  p = multiplyAdd(p, z, splat(1.128379165726710e0f));
  Vector near = p * a;
  Vector q = splat(1.0f) / x;
  Vector y = q * q;
  Vector mid = multiplyAdd(splat(2.326819970068386e-2f), y, splat(-1.387039388740657e-1f));
  mid = multiplyAdd(mid, y, splat(3.687424674597105e-1f));
  mid = multiplyAdd(mid, y, splat(-5.824733027278666e-1f));
  mid = multiplyAdd(mid, y, splat(6.210004621745983e-1f));
  mid = multiplyAdd(mid, y, splat(-4.944515323274145e-1f));
  mid = multiplyAdd(mid, y, splat(3.404879937665872e-1f));
  mid = multiplyAdd(mid, y, splat(-2.741127028184656e-1f));
  mid = multiplyAdd(mid, y, splat(5.638259427386472e-1f));
  Vector large = multiplyAdd(splat(-1.047766399936249e1f), y, splat(1.297719955372516e1f));
  large = multiplyAdd(large, y, splat(-7.495518717768503e0f));
  large = multiplyAdd(large, y, splat(2.921019019210786e0f));
  large = multiplyAdd(large, y, splat(-1.015265279202700e0f));
  large = multiplyAdd(large, y, splat(4.218463358204948e-1f));
  large = multiplyAdd(large, y, splat(-2.820767439740514e-1f));
  large = multiplyAdd(large, y, splat(5.641895067754075e-1f));
  Vector far = splat(1.0f) - exponential(-z) * q * select(x < splat(2.0f), mid, large);
  far = select(x > splat(5.0f), splat(1.0f), far);
  far = floats(bits(far) | (bits(a) & splatBits(int32_t(0x80000000))));
  return select(x < splat(1.0f), near, select(a != a, a, far));
}

// As many vectors as lanes: rows become columns. After the stage with stride s, blocks of 2 s rows and lanes are transposed.
static inline void transposeLanes(Vector* v) {
#if defined(__GNUC__) && !defined(__clang__)
  for (int s = 1; s < kLanes; s *= 2) {
    Integers low, high;
    for (int lane = 0; lane < kLanes; lane++) {
      low[lane] = lane & s ? kLanes + (lane ^ s) : lane;
      high[lane] = lane & s ? kLanes + lane : lane ^ s;
    }
    for (int i = 0; i < kLanes; i++) {
      if (i & s) continue;
      const Vector a = v[i], b = v[i + s];
      v[i] = __builtin_shuffle(a, b, low);
      v[i + s] = __builtin_shuffle(a, b, high);
    }
  }
#else
  float all[kLanes][kLanes];
  for (int i = 0; i < kLanes; i++) store(all[i], v[i]);
  for (int i = 0; i < kLanes; i++)
    for (int lane = 0; lane < kLanes; lane++) v[i][lane] = all[lane][i];
#endif
}
