/**
 * Figures made from the feed: per-instrument session statistics and bars, and array kernels over many levels, trades or instruments at once,
 * each as a vector loop ({@link bourse.marketdata.analytics.VectorKernels}) with a scalar twin
 * ({@link bourse.marketdata.analytics.ScalarKernels}) that says what it means. Thread: the caller's; no state in the kernels.
 */
package bourse.marketdata.analytics;
