/**
 * The whole venue on one thread in virtual time: clients, gateways, log, engines, and a checker that knows none of them.
 *
 * <pre>
 *   Plan (seed) ─► Simulation ─► SimulatedVenue: Timeline, Network, members
 *                                 member = LogNode (model) + EngineLife (real Shard) + GatewayLife (real agent and streams)
 *                                 SimulatedClient (model, real protobuf)
 *                              ─► Oracle: the committed entries once more through the reference matcher; everybody is held against it
 * </pre>
 *
 * <p>Real: shard, matcher, snapshots, event encoding, gateway agent, streams, folds. Modelled: the network, the disk, the clocks, and the log (leaders,
 * terms, majorities). A failure is a function of the plan, so it can be made shorter and run again.
 */
package bourse.services.simulation;
