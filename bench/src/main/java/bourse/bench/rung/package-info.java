/**
 * One way for orders to go each: the rungs of the ladder. A {@code Rung} proves what it did with the verification prefix, then is driven by a
 * {@code Rig}, closed loop for throughput, open loop for latency; a {@code RungNode} is the other process of those that need one.
 */
package bourse.bench.rung;
