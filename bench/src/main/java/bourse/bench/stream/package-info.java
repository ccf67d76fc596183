/**
 * Recorded command streams: one workload for every rung and every engine. {@link bourse.bench.stream.CommandStream} reads them,
 * {@link bourse.bench.stream.StreamGenerator} makes them.
 */
package bourse.bench.stream;
