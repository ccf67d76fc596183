package bourse.bench.rung;

import java.util.Map;

/**
 * How each rung is measured.
 *
 * @param stream       file of the recorded stream
 * @param directory    scratch of this run
 * @param prefix       commands of the verification
 * @param warmUpMs     closed loop, not counted
 * @param throughputMs closed loop
 * @param intervals    of it, each with its own rate
 * @param latencyMs    open loop
 * @param latencyRate  orders per second of the open loop; a rung that reaches less than twice that is paced at half of what it reaches
 * @param kneeSteps    rates from a tenth of the throughput up to it; 0 = none
 * @param kneeMs       of each
 * @param plantNs      planted slow-downs, nanoseconds a command by rung
 * @param profile      folder of profiles; null = none
 * @param address      order entry of a deployed venue for the {@code grpc-*} rungs; null = venues of our own, here and below
 * @param admin        its administration
 * @param token        that may trade, read and administer
 */
public record RungPlan(String stream, String directory, int prefix, long warmUpMs, long throughputMs, int intervals, long latencyMs,
                       long latencyRate, int kneeSteps, long kneeMs, Map<String, Long> plantNs, String profile, String address, String admin,
                       String token) {
    /** Another scratch directory. */
    RungPlan in(final String newDirectory) {
        return new RungPlan(stream, newDirectory, prefix, warmUpMs, throughputMs, intervals, latencyMs, latencyRate, kneeSteps, kneeMs,
                plantNs, profile, address, admin, token);
    }

    Plant plant(final String rung) {
        return new Plant(plantNs.getOrDefault(rung, 0L));
    }
}
