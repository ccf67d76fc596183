/**
 * The sequenced log: the port between what orders commands and what applies them, and its two implementations.
 *
 * <pre>
 *   gateway ──SBE batch──► SequencedLog ──LogListener──► shard ──EventSink──► recorded event stream
 *                           AeronLog          (one thread, deterministic)
 *                           SimulatedLog
 * </pre>
 *
 * {@code AeronLog} embeds one member of an Aeron Cluster with its media driver and archive, either each on a thread of its own or
 * all of them in one duty cycle. {@code SimulatedLog} is the same contract in memory with a seed and virtual time.
 */
package bourse.engine.log;
