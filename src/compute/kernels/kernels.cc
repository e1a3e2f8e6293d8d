// All kernels for one instruction set. Compiled once for each, with INSTRUCTION_SET naming it, so that every copy has a
// namespace of its own and no function compiled for a newer processor is linked in place of one for an older.
#include <stddef.h>
#include <stdint.h>

#include "program.h"

#define NAME_OF(set) #set
#define NAME(set) NAME_OF(set)

namespace INSTRUCTION_SET {
#include "vector.h"

#include "map.h"

#include "reduce.h"

#include "product.h"

#include "layout.h"

#include "convolution.h"

#include "pool.h"

#include "random.h"

#include "spline.h"

extern const KernelTable table;
const KernelTable table = {
    NAME(INSTRUCTION_SET),
    kLanes,
    {
        nullptr,
        map::run,
        reduce::run,
        product::run,
        layout::copy,
        layout::fill,
        reduce::cumulativeSum,
        layout::gather,
        layout::scatter,
        convolution::forward,
        convolution::imageGradient,
        convolution::filterGradient,
        pool::maxPick,
        pool::maxSpread,
        pool::average,
        pool::averageSpread,
        random_numbers::run,
        nullptr,
        spline::forward,
        spline::gradient,
        product::accumulate,
        reduce::accumulate,
        spline::inverse,
    },
};

}  // namespace INSTRUCTION_SET
