#pragma once
namespace spline {
static void forward(const Work&) {}
static void gradient(const Work&) {}
}
